"""The words of the triggers; an example is the top of a document."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import ThingWords
from omnisupport.scenario_dsl.words import Both

WORDS: dict[str, ThingWords] = {
    "message": ThingWords(
        Both("Сообщение", "Message"),
        Both(
            (
                "Клиент написал. `match` выбирает: любое сообщение, первое в разговоре или вернувшее "
                "закрытый разговор."
            ),
            (
                "The customer wrote. `match` says which: any message, the first of the conversation, "
                "or one that reopened it."
            ),
        ),
        {
            "match": Both("any, first или reopen", "any, first or reopen"),
        },
        """\
triggers:
  - {id: first, type: message, match: first}
""",
    ),
    "keyword": ThingWords(
        Both("Слово", "Keyword"),
        Both("В сообщении есть слово или фраза.", "The message holds a word or a phrase."),
        {
            "any": Both("слова, фразы или выражения RE2", "words, phrases or patterns of RE2"),
            "match": Both(
                "exact: всё сообщение; word: целое слово; contains: часть; regex: выражение",
                "exact: the whole message; word: a whole word; contains: a part; regex: a pattern",
            ),
            "fuzzy": Both("сколько опечаток прощать: 0 или 1", "how many slips are forgiven: 0 or 1"),
        },
        """\
triggers:
  - {id: word, type: keyword, match: word, any: [заказ, order]}
""",
    ),
    "intent": ThingWords(
        Both("Намерение", "Intent"),
        Both("Сообщение похоже на примеры намерения.", "The message is like the examples of an intent."),
        {
            "intent": Both("имя из resources.intents", "a name of resources.intents"),
            "min_confidence": Both("уверенность от 0 до 1", "confidence from 0 to 1"),
        },
        """\
resources:
  intents:
    status: {examples: {ru: [где мой заказ], en: [where is my order]}}
triggers:
  - {id: asks, type: intent, intent: status}
""",
    ),
    "referral": ThingWords(
        Both("Переход по ссылке", "Referral"),
        Both(
            "Клиент пришёл по ссылке или рекламе с меткой.",
            "The customer came by a link or an advertisement with a mark.",
        ),
        {
            "ref": Both("метка, * заменяет часть", "the mark, * stands for a part"),
        },
        """\
triggers:
  - {id: ad, type: referral, ref: "lead-*"}
""",
    ),
    "button": ThingWords(
        Both("Кнопка меню", "Menu button"),
        Both("Нажата кнопка постоянного меню канала.", "A button of the channel's lasting menu was pressed."),
        {
            "button": Both("id кнопки", "the id of the button"),
        },
        """\
triggers:
  - {id: menu, type: button, button: prices}
""",
    ),
    "event": ThingWords(
        Both("Событие", "Event"),
        Both(
            (
                "Что-то произошло: разговор закрыт, поставлена оценка. Своё событие `order.paid` (POST "
                "/api/v1/events, узел emit) в триггере пишется `custom.order.paid`."
            ),
            (
                "Something happened: a conversation was resolved, a score was given. An event of your own, "
                "`order.paid` (POST /api/v1/events, the node emit), is written `custom.order.paid` in a trigger."
            ),
        ),
        {
            "event": Both("имя события", "the name of the event"),
        },
        """\
triggers:
  - {id: resolved, type: event, event: conversation.resolved}
""",
    ),
    "schedule": ThingWords(
        Both("Расписание", "Schedule"),
        Both("По расписанию, для выбранных клиентов.", "By a timetable, for chosen customers."),
        {
            "cron": Both("расписание cron", "the timetable, as cron writes it"),
            "tz": Both("часовой пояс", "the time zone"),
            "audience": Both("для кого", "for whom"),
        },
        """\
triggers:
  - {id: mondays, type: schedule, cron: "0 10 * * 1", tz: Europe/Moscow, audience: "customer.verified == true"}
""",
    ),
    "api": ThingWords(
        Both("API", "API"),
        Both("Запуск из вашей системы.", "Started by your system."),
        {
            "inputs": Both(
                "переменные, которые передаёт запрос: типы проверены, без значения по умолчанию обязательны",
                "variables that the request gives: types are checked, those without a default must be there",
            ),
        },
        """\
triggers:
  - {id: start, type: api, inputs: [order]}
variables:
  order: {type: string, default: ""}
""",
    ),
    "webhook": ThingWords(
        Both("Веб-хук", "Webhook"),
        Both("Подписанный запрос из другой системы.", "A signed request of another system."),
        {
            "connection": Both("подключение", "the connection"),
            "signature": Both(
                "hmac_sha256; без подписи запросов не принимают",
                "hmac_sha256; calls without a signature are refused",
            ),
        },
        """\
triggers:
  - {id: paid, type: webhook, connection: shop, signature: hmac_sha256}
""",
    ),
    "inactivity": ThingWords(
        Both("Молчание", "Silence"),
        Both(
            "Клиент или оператор давно не отвечает.",
            "The customer or the operator has not answered for long.",
        ),
        {
            "after": Both("сколько молчит", "for how long"),
            "who": Both("кто молчит", "who is silent"),
        },
        """\
triggers:
  - {id: quiet, type: inactivity, after: 24h, who: customer}
""",
    ),
    "business_hours": ThingWords(
        Both("Рабочее время", "Business hours"),
        Both("Открылись или закрылись.", "It opens or closes."),
        {
            "at": Both("open или close", "open or close"),
            "calendar": Both("календарь", "the calendar"),
        },
        """\
triggers:
  - {id: morning, type: business_hours, at: open}
""",
    ),
    "page": ThingWords(
        Both("Страница", "Page"),
        Both("Посетитель на странице с виджетом.", "A visitor is on a page with the widget."),
        {
            "url": Both("адрес, * заменяет часть", "the address, * stands for a part"),
            "seconds": Both("сколько секунд на странице", "for how many seconds"),
            "scroll": Both("сколько процентов пролистано", "how many per cent are scrolled"),
        },
        """\
triggers:
  - {id: prices, type: page, url: "*/prices", seconds: 30}
""",
    ),
    "comment": ThingWords(
        Both("Комментарий", "Comment"),
        Both("Комментарий к записи в соцсети.", "A comment below a post."),
        {
            "post": Both("к какой записи", "below which post"),
        },
        """\
triggers:
  - {id: comment, type: comment}
""",
    ),
    "missed_call": ThingWords(
        Both("Пропущенный звонок", "Missed call"),
        Both("Клиент не дозвонился.", "The customer's call was missed."),
        {},
        """\
triggers:
  - {id: call, type: missed_call}
""",
    ),
}
