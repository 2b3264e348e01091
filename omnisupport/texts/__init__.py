"""What the server itself says to people, in every language of the product."""

from __future__ import annotations

LOCALES = ("ru", "en")
DEFAULT_LOCALE = "ru"

TEXTS: dict[str, dict[str, str]] = {
    "apology": {
        "ru": "Простите, у нас что-то сломалось. Сейчас позову человека.",
        "en": "Sorry, something broke on our side. I am calling a person.",
    },
    "failure_note": {
        "ru": "Сценарий остановлен из-за ошибки {code}. Клиент переведён на оператора.",
        "en": "The scenario stopped with error {code}. The customer was handed to an operator.",
    },
    "effect_refused": {
        "ru": "Сценарий хотел сделать ещё кое-что, но не вышло: {what}",
        "en": "The scenario wanted to do something more, and could not: {what}",
    },
    "notice": {"ru": "Для «{whom}»: {text}", "en": "For “{whom}”: {text}"},
    "taken_over": {"ru": "{name} подключается к разговору", "en": "{name} joined the conversation"},
    "handed_back": {"ru": "Снова отвечает бот", "en": "The bot is answering again"},
    "handed_back_note": {"ru": "Договорились: {summary}", "en": "Agreed: {summary}"},
    "assigned": {"ru": "{by} назначает: {to}", "en": "{by} assigned this to {to}"},
    "unassigned": {"ru": "{by} снимает назначение", "en": "{by} removed the assignment"},
    "transferred": {"ru": "{by} передаёт: {to}", "en": "{by} transferred this to {to}"},
    "close_resolution": {"ru": "Итог: {text}", "en": "Resolution: {text}"},
    "close_reason": {"ru": "Причина: {text}", "en": "Reason: {text}"},
    "resolved": {"ru": "Разговор завершён", "en": "The conversation is resolved"},
    "reopened": {"ru": "Разговор снова открыт", "en": "The conversation is open again"},
    "snoozed": {"ru": "{by} откладывает разговор", "en": "{by} snoozed the conversation"},
    "woken": {"ru": "Разговор вернулся из отложенных", "en": "The conversation is back from snooze"},
    "handoff": {
        "ru": "Бот передаёт разговор операторам",
        "en": "The bot handed the conversation to operators",
    },
    "opted_out": {
        "ru": "Клиент отказался от рекламных сообщений",
        "en": "The customer wants no promotional messages",
    },
    "unattended": {
        "ru": "Клиент пишет, а оператор больше минуты не открывал разговор",
        "en": "The customer is writing, and the operator has not looked for a minute",
    },
    "send_failed": {
        "ru": "Сообщение не отправлено. {reason}",
        "en": "The message was not sent. {reason}",
    },
    "send_uncertain": {
        "ru": "Неизвестно, дошло ли сообщение; второй раз оно не отправлено. {reason}",
        "en": "Nobody knows whether the message arrived; it was not sent again. {reason}",
    },
    "mail_unshown": {
        "ru": "Письмо клиента не удалось разобрать. Откройте его целиком.",
        "en": "The customer's mail could not be read. Open the mail as it came.",
    },
    "original.from": {"ru": "От", "en": "From"},
    "original.to": {"ru": "Кому", "en": "To"},
    "original.cc": {"ru": "Копия", "en": "Cc"},
    "original.date": {"ru": "Дата", "en": "Date"},
    "original.pictures": {
        "ru": "Картинки из интернета не загружены: по ним отправитель узнал бы, что письмо открыто.",
        "en": "Pictures from the internet are not loaded: by them the sender would learn that the mail is open.",
    },
    "original.load": {"ru": "Загрузить картинки", "en": "Load the pictures"},
    "send_interrupted": {"ru": "Отправка прервалась.", "en": "The attempt was interrupted."},
    "send_too_many_automatic": {
        "ru": "На этот адрес за час ушло слишком много автоматических писем: похоже, отвечает машина. "
        "Ответьте сами или напишите на другой адрес.",
        "en": "Too many automatic mails went to this address within an hour: a machine seems to answer there. "
        "Answer yourself, or write to another address.",
    },
    "send_unserved": {
        "ru": "Канал {channel_type} здесь не работает.",
        "en": "Channel {channel_type} is not served here.",
    },
    "sent_instead": {
        "ru": "Отправлено через {to}: через {from} не доставлено",
        "en": "Sent by {to}: by {from} it could not be delivered",
    },
    "came_instead": {
        "ru": "Отправлено сюда: через {from} не доставлено",
        "en": "Sent here instead of {from}, where it could not be delivered",
    },
    "channel.telegram": {"ru": "Telegram", "en": "Telegram"},
    "channel.whatsapp": {"ru": "WhatsApp", "en": "WhatsApp"},
    "channel.sms": {"ru": "SMS", "en": "SMS"},
    "channel.email": {"ru": "почту", "en": "e-mail"},
    "channel.vk": {"ru": "ВКонтакте", "en": "VK"},
    "channel.max": {"ru": "MAX", "en": "MAX"},
    "channel.widget": {"ru": "чат на сайте", "en": "the chat on the site"},
    "channel.api": {"ru": "API", "en": "API"},
    "send_decided.resend": {"ru": "{name}: отправить ещё раз.", "en": "{name}: send it again."},
    "send_decided.arrived": {"ru": "{name}: сообщение дошло.", "en": "{name}: it has arrived."},
    "send_decided.discard": {"ru": "{name}: не отправлять.", "en": "{name}: do not send it."},
    "reply_with_number": {"ru": "Ответьте номером.", "en": "Reply with the number."},
    "lost.choices_numbered": {
        "ru": "Кнопок здесь нет или они не помещаются: варианты пронумерованы, клиент отвечает номером.",
        "en": "Buttons do not fit here: the choices are numbered, and the customer replies with a number.",
    },
    "lost.label_cut": {"ru": "Подпись кнопки обрезана.", "en": "The label of a button is cut."},
    "lost.media_as_link": {
        "ru": "Файл отправляется ссылкой.",
        "en": "The file is sent as a link.",
    },
    "lost.carousel_split": {
        "ru": "Карточки отправляются отдельными сообщениями.",
        "en": "The cards are sent as messages of their own.",
    },
    "lost.form_as_text": {
        "ru": "Для этого у канала нет формы: записано словами.",
        "en": "The channel has no form for this: it is written out.",
    },
    "lost.text_split": {
        "ru": "Текст длиннее, чем принимает канал: он отправляется несколькими сообщениями.",
        "en": "The text is longer than the channel takes: it is sent in several messages.",
    },
    "lost.formatting_lost": {
        "ru": "Оформление текста не показывается.",
        "en": "The formatting of the text is not shown.",
    },
    "unreachable.blocked": {
        "ru": "Клиент заблокировал этот аккаунт или отписался: сообщения к нему не приходят. Свяжитесь с ним иначе.",
        "en": "The customer has blocked this account or opted out: nothing arrives. Reach the customer in another way.",
    },
    "unreachable.channel_closed": {
        "ru": "Канал отключён: отправить ничего нельзя. Подключите его снова в настройках.",
        "en": "The channel is disconnected: nothing can be sent. Connect it again in the settings.",
    },
    "error.window_closed": {
        "ru": "Клиент писал больше {hours} ч назад: {channel} не принимает свободный текст. {next}",
        "en": "The customer wrote last more than {hours} hours ago: {channel} takes no free text now. {next}",
    },
    "window_closed.template_only": {
        "ru": "Отправьте одобренный шаблон или дождитесь сообщения клиента.",
        "en": "Send an approved template, or wait until the customer writes.",
    },
    "window_closed.closed": {
        "ru": "Дождитесь сообщения клиента.",
        "en": "Wait until the customer writes.",
    },
    "error.conversation_elsewhere": {
        "ru": "С этим клиентом на этом канале уже говорит другой оператор или отдел. Попросите передать диалог вам.",
        "en": "Another operator or department is talking with this customer there. Ask for a transfer.",
    },
    "opening.channel_without_addresses": {
        "ru": "На сайте написать первым нельзя: посетитель видит чат, пока открыта страница. Выберите другой адрес.",
        "en": "Nobody can be written to first on the website: a visitor sees the chat while a page is open. Choose "
        "another address.",
    },
    "opening.channel_closed": {
        "ru": "Канал «{channel}» отключён. Выберите другой адрес или подключите канал снова.",
        "en": "The channel “{channel}” is disconnected. Choose another address, or connect it again.",
    },
    "opening.identity_unreachable": {
        "ru": "По этому адресу ничего не доходит: клиент заблокировал вас, или так отметил оператор. "
        "Выберите другой адрес.",
        "en": "Nothing arrives at this address: the customer has blocked you, or an operator has said so. Choose "
        "another address.",
    },
    "opening.consent_denied": {
        "ru": "Клиент отказался от сообщений на этом канале. Выберите другой адрес.",
        "en": "The customer wants no messages on this channel. Choose another address.",
    },
    "opening.never_wrote": {
        "ru": "Канал «{channel}» не даёт писать первым тому, кто ещё не писал. Пусть клиент напишет вам.",
        "en": "The channel “{channel}” lets nobody be written to who has not written. Have the customer write first.",
    },
    "opening.window_closed": {
        "ru": "Клиент не писал на «{channel}» последние 24 часа: начать разговор можно только одобренным шаблоном.",
        "en": "The customer has not written to “{channel}” within 24 hours: a conversation begins with an approved "
        "template only.",
    },
    "error.conversation_resolved": {
        "ru": "Диалог завершён. Откройте его снова, чтобы ответить.",
        "en": "The conversation is resolved. Reopen it to answer.",
    },
    "error.conversation_held": {
        "ru": "Диалог ведёт {name}. Попросите передать его вам.",
        "en": "{name} holds this conversation. Ask for a transfer.",
    },
    "error.not_held": {
        "ru": "Диалог и так ведёт бот.",
        "en": "The bot already answers in this conversation.",
    },
    "error.not_resolved": {"ru": "Диалог не завершён.", "en": "The conversation is not resolved."},
    "error.newer_conversation": {
        "ru": "У клиента уже идёт новый диалог. Продолжайте в нём.",
        "en": "The customer has a newer conversation. Go on there.",
    },
    "error.at_capacity": {
        "ru": "У {name} уже столько диалогов, сколько он может вести. Назначьте другому или отделу, либо сверх "
        "того (force): для этого нужно право team.availability.",
        "en": "{name} holds as many conversations as the capacity allows. Give it to somebody else or to a "
        "department, or beyond the capacity (force): that needs the permission team.availability.",
    },
    "error.until_past": {"ru": "Время возврата уже прошло.", "en": "The time to return has passed already."},
    "error.conversation_gone": {"ru": "Такого диалога нет.", "en": "There is no such conversation."},
}


def say(key: str, locale: str, **values: str) -> str:
    """The sentence `key` in `locale` (Russian where the language is not ours), with its values filled in."""
    sentences = TEXTS[key]
    return sentences.get(locale, sentences[DEFAULT_LOCALE]).format(**values)
