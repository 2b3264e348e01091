"""A test message: its words, and why it did not leave, by the code of its failure."""

from __future__ import annotations

from omnisupport.texts import DEFAULT_LOCALE

WORDS: dict[str, str] = {
    "ru": "Проверочное сообщение: канал «{channel}» подключён, сообщения отсюда доходят.",
    "en": "A test message: the channel “{channel}” is connected, and what is sent from here arrives.",
}
REASONS: dict[str, dict[str, str]] = {
    "recipient_gone": {
        "ru": "По этому адресу ничего не доходит: такого нет, или этот человек не принимает сообщений от вас.",
        "en": "Nothing arrives at this address: there is none such, or this person takes nothing from you.",
    },
    "recipient_gone.telegram": {
        "ru": "Бот не может написать первым. Пусть получатель откроет бота и нажмёт «Старт» (или разблокирует его), "
        "потом отправьте ещё раз. Адрес — число, номер чата; имя @user не подходит.",
        "en": "A bot cannot write first. Have the recipient open the bot and press Start (or unblock it), then send "
        "again. The address is a number, that of the chat; a name such as @user will not do.",
    },
    "recipient_gone.vk": {
        "ru": "Сообщество не может написать первым. Пусть получатель напишет ему или разрешит сообщения, потом "
        "отправьте ещё раз. Адрес — числовой id пользователя.",
        "en": "A community cannot write first. Have the recipient write to it or allow messages, then send again. "
        "The address is the user's number.",
    },
    "recipient_gone.max": {
        "ru": "Бот не может написать первым. Пусть получатель начнёт с ним чат, потом отправьте ещё раз. "
        "Адрес — число, номер чата.",
        "en": "A bot cannot write first. Have the recipient begin a chat with it, then send again. The address is a "
        "number, that of the chat.",
    },
    "recipient_gone.sms": {
        "ru": "На этот номер ничего не доходит: его нет, он не принимает SMS, или его владелец ответил STOP.",
        "en": "Nothing arrives at this number: there is none such, it takes no SMS, or its owner has answered STOP.",
    },
    "window_closed": {
        "ru": "WhatsApp принимает свободный текст 24 часа после сообщения получателя. Пусть он напишет на этот номер, "
        "потом отправьте ещё раз; до того к нему уйдёт только шаблон, из разговора или карточки клиента.",
        "en": "WhatsApp takes a free text for 24 hours after the recipient has written. Have him write to this number, "
        "then send again; until then only a template goes, from a conversation or the customer's page.",
    },
    "channel_unauthorized": {
        "ru": "Провайдер не принимает ключ доступа этого канала. Введите новый.",
        "en": "The provider refuses the credentials of this channel. Enter new ones.",
    },
    "channel_closed": {
        "ru": "Канал отключён, пока сообщение отправлялось.",
        "en": "The channel was disconnected while the message was being sent.",
    },
    "payload_refused": {
        "ru": "Провайдер не принял сообщение в этом виде. Его ответ — ниже.",
        "en": "The provider has not taken the message in this form. Its answer is below.",
    },
    "provider_rate_limited": {
        "ru": "Канал занят: провайдер просит подождать. Отправьте ещё раз через минуту.",
        "en": "The channel is busy: the provider asks to wait. Send again in a minute.",
    },
    "provider_unavailable": {
        "ru": "До провайдера не достучаться, сообщение не ушло. Отправьте ещё раз через минуту.",
        "en": "The provider cannot be reached, and the message has not left. Send again in a minute.",
    },
    "send_uncertain": {
        "ru": "Провайдер не ответил: дошло ли сообщение, неизвестно. Спросите получателя, прежде чем повторять.",
        "en": "The provider did not answer: nobody knows whether the message arrived. Ask the recipient before you "
        "send it again.",
    },
    "not_sent": {
        "ru": "Сообщение не ушло. Ответ провайдера — ниже.",
        "en": "The message has not left. The provider's answer is below.",
    },
}
OTHERWISE = "not_sent"


def words(channel: str, locale: str) -> str:
    """What a test message says."""
    return WORDS.get(locale, WORDS[DEFAULT_LOCALE]).format(channel=channel)


def reason(code: str, channel_type: str, locale: str) -> str:
    """Why it did not leave, or why nobody knows, and what to do."""
    found = REASONS.get(f"{code}.{channel_type}") or REASONS.get(code) or REASONS[OTHERWISE]
    return found.get(locale, found[DEFAULT_LOCALE])
