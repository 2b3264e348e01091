"""What stands behind each part of the language in this release: what a builder may rely on, and what comes later.

`tests/scenario_dsl/test_behind.py` holds these words to the code: who wires a part of `LATER` takes it out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from omnisupport.scenario_dsl.trigger_types import WITHOUT_SOURCE
from omnisupport.scenario_dsl.words import Both


class Standing(StrEnum):
    """How much there is."""

    BUILT_IN = "built_in"
    """It works wherever the product runs."""
    SETTINGS = "settings"
    """It works with what the tenant has set up: departments, calendars, connections, knowledge."""
    MODEL = "model"
    """A language model does it, and the deployment may have none."""
    PROVIDER = "provider"
    """A service outside does a part of it; without one the result is `not_checked` and nobody is held up."""
    NONE = "none"
    """It is read and checked, and nothing sends or does it yet."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a part of the language, and what becomes of it where that is missing."""

    standing: Standing
    said: Both

    def to_dict(self, later: Mapping[str, Both]) -> dict[str, Any]:
        """The words as JSON values; `later` are the fields that do nothing yet."""
        return {
            "standing": self.standing.value,
            "description": self.said._asdict(),
            "later": {name: words._asdict() for name, words in later.items()},
        }


STANDINGS: dict[Standing, Both] = {
    Standing.BUILT_IN: Both("Работает всегда", "Always works"),
    Standing.SETTINGS: Both("Нужны настройки компании", "Needs settings of the company"),
    Standing.MODEL: Both("Нужна языковая модель", "Needs a language model"),
    Standing.PROVIDER: Both("Часть проверяет внешняя служба", "A service outside checks a part of it"),
    Standing.NONE: Both("Пока ничего не присылает", "Nothing sends it yet"),
}

_ITSELF = Behind(
    Standing.BUILT_IN,
    Both(
        "Делает сам сценарий: ничего настраивать не нужно.",
        "The scenario does it by itself: nothing has to be set up.",
    ),
)

NODES: dict[str, Behind] = {
    **dict.fromkeys(
        ("ask", "call", "condition", "end", "for_each", "menu", "return", "set", "split", "switch", "wait"),
        _ITSELF,
    ),
    "actions": Behind(
        Standing.BUILT_IN,
        Both("То же, что стоит за каждым из действий.", "Whatever stands behind each of the actions."),
    ),
    "message": Behind(
        Standing.BUILT_IN,
        Both(
            "Сообщение уходит в разговор; картинки, карточки, места, контакты и ссылки записываются под текстом "
            "адресами, ответы-подсказки клиент нажимает. `delay` действует на всех каналах, «печатает» виден только "
            "в виджете. `to` отправляет письмо почтой компании; сообщение в другой канал не уходит, а становится "
            "заметкой для операторов.",
            "The message goes into the conversation; pictures, cards, places, contacts and links are written below "
            "the text as addresses, quick replies can be pressed. `delay` holds on every channel, the sign of "
            "`typing` shows in the widget alone. `to` sends an e-mail by the company's mail; a message to any other "
            "channel is not sent, it becomes a note for operators.",
        ),
    ),
    "form": Behind(
        Standing.BUILT_IN,
        Both("То же, что стоит за видами ответов.", "Whatever stands behind the kinds of answers."),
    ),
    "csat": Behind(
        Standing.BUILT_IN,
        Both(
            "Оценка и комментарий записываются в таблицу оценок вместе с сообщением.",
            "Score and comment are written into the table of ratings together with the message.",
        ),
    ),
    "tag": Behind(
        Standing.BUILT_IN, Both("Теги разговора — столбец таблицы.", "The conversation's tags, a column.")
    ),
    "note": Behind(
        Standing.BUILT_IN,
        Both("Внутреннее сообщение разговора.", "An internal message of the conversation."),
    ),
    "update_conversation": Behind(
        Standing.SETTINGS,
        Both(
            "Таблица разговоров; поля attributes заводят в настройках, лишнее поле отклоняется с заметкой.",
            "The table of conversations; attributes are declared in the settings, an unknown one is refused with a "
            "note.",
        ),
    ),
    "update_customer": Behind(
        Standing.SETTINGS,
        Both(
            "Карточка клиента, согласия и слияние — таблицы; поля fields заводят в настройках.",
            "The customer's card, consents and merges are tables; fields are declared in the settings.",
        ),
    ),
    "close": Behind(
        Standing.BUILT_IN, Both("Разговор становится решённым.", "The conversation becomes resolved.")
    ),
    "notify": Behind(
        Standing.SETTINGS,
        Both(
            "inbox — заметка в разговоре, email — письмо тем, кого назвали: отделу, роли или оператору. Почта "
            "должна быть настроена.",
            "inbox is a note in the conversation, email a letter to whom you name: a department, a role or an "
            "operator. Mail must be set up.",
        ),
    ),
    "emit": Behind(
        Standing.BUILT_IN,
        Both(
            "Событие записывается; его получают триггеры event, узлы wait_event и подписанные веб-хуки.",
            "The event is written down; triggers of events, nodes that wait for it and signed webhooks get it.",
        ),
    ),
    "wait_event": Behind(
        Standing.BUILT_IN,
        Both(
            "События приходят из POST /api/v1/events, omni('track', …), узла emit и самих разговоров.",
            "Events come from POST /api/v1/events, omni('track', …), the node emit and conversations themselves.",
        ),
    ),
    "start_scenario": Behind(
        Standing.SETTINGS,
        Both(
            "Другой сценарий должен быть опубликован; иначе выход rejected.",
            "The other scenario must be published; otherwise the exit is rejected.",
        ),
    ),
    "handoff": Behind(
        Standing.SETTINGS,
        Both(
            "Отделы, навыки, роли и операторы — таблицы настроек; кто сейчас на месте, известно по консоли. Место в "
            "очереди — сколько открытых разговоров отдела ждут оператора дольше.",
            "Departments, skills, roles and operators are tables of the settings; who is there the console tells. The "
            "place in the queue counts the department's open conversations that have waited for somebody longer.",
        ),
    ),
    "assign": Behind(
        Standing.SETTINGS,
        Both(
            "Отделы, навыки и операторы — таблицы настроек.",
            "Departments, skills and operators are tables of the settings.",
        ),
    ),
    "operators_available": Behind(
        Standing.SETTINGS,
        Both(
            "Считает операторов отдела с навыками, у которых открыта консоль, и очередь перед ними.",
            "Counts the department's operators who have the skills and their console open, and the queue before "
            "them.",
        ),
    ),
    "business_hours": Behind(
        Standing.SETTINGS,
        Both(
            "Часы отдела или отдельный календарь из настроек, с праздниками.",
            "The hours of a department, or a calendar of the settings, with its holidays.",
        ),
    ),
    "http": Behind(
        Standing.SETTINGS,
        Both(
            "Подключение из настроек: адрес, ключи и разрешения хранятся там. Внутренние адреса закрыты. Службу, "
            "которая не ответила пять раз подряд, 30 секунд не спрашивают: `http.blocked`.",
            "A connection of the settings, which has address, keys and limits. Internal addresses are closed. A "
            "service that has failed five times in a row is left alone for 30 seconds: `http.blocked`.",
        ),
    ),
    "kb_answer": Behind(
        Standing.SETTINGS,
        Both(
            "Статьи базы знаний ищутся встроенным поиском. Без языковой модели ответ — лучший отрывок статьи, "
            "с моделью — её слова со ссылками на отрывки, в манере `persona`. Вопросы `followups` — заголовки "
            "следующих отрывков или слова модели, если на них отвечают те же статьи. Чего в статьях нет, идёт по "
            "no_answer.",
            "Articles of the knowledge base are searched with the embedded search. Without a language model the "
            "answer is the best passage, with one its words with sources, in the manner of `persona`. The questions of "
            "`followups` are headings of the next passages, or the model's where the same articles answer them. What "
            "no article says leaves by no_answer.",
        ),
    ),
    "ai_classify": Behind(
        Standing.BUILT_IN,
        Both(
            "Ближайшие по смыслу примеры и описания меток, встроенными векторами: языковая модель не нужна и не "
            "спрашивается. Когда примеры не похожи, выход unsure.",
            "The examples and descriptions of labels that are nearest in meaning, by the embedded vectors: no "
            "language model is needed or asked. When none is near, the exit is unsure.",
        ),
    ),
    "ai_extract": Behind(
        Standing.MODEL,
        Both(
            "Телефоны, почту, даты, числа и другие значения находят те же разборщики, что читают ответы. Модель "
            "спрашивают только о том, чего они не нашли; без модели эти поля пусты и выход incomplete.",
            "Phones, e-mails, dates, numbers and the like are found by the parsers that read answers. A model is "
            "asked only for what they did not find; without one those fields are missing, and the exit is "
            "incomplete.",
        ),
    ),
    "ai_reply": Behind(
        Standing.MODEL,
        Both(
            "Отвечает настроенная языковая модель со статьями базы знаний. Без модели узел сразу выходит по "
            "needs_human. Инструменты — операции подключений из настроек: только чтение (GET), не больше трёх "
            "вызовов на ответ; потоки инструментами быть не могут.",
            "The configured language model answers, with the articles of the knowledge base. Without a model the "
            "node leaves by needs_human at once. Tools are operations of the settings' connections: reading only "
            "(GET), at most three calls in a reply; flows cannot be tools.",
        ),
    ),
    "ai_generate": Behind(
        Standing.MODEL,
        Both(
            "Пишет настроенная языковая модель. Без модели узел выходит по error.",
            "The configured language model writes. Without a model the node leaves by error.",
        ),
    ),
}

_PARSED = Behind(
    Standing.BUILT_IN, Both("Разбирается на месте.", "It is read here, nothing outside is asked.")
)

INPUTS: dict[str, Behind] = {
    **dict.fromkeys(
        (
            *(
                "any",
                "bik",
                "bool",
                "choice",
                "choices",
                "contact",
                "date",
                "datetime",
                "duration",
                "inn",
                "int",
            ),
            *("money", "number", "rating", "regex", "snils", "text", "time", "url"),
        ),
        _PARSED,
    ),
    "phone": Behind(
        Standing.BUILT_IN,
        Both(
            "Номер проверяется по справочнику номеров всех стран, который обновляется с выпусками.",
            "The number is checked against the tables of all countries' numbers, which come with releases.",
        ),
    ),
    "email": Behind(
        Standing.PROVIDER,
        Both(
            "Вид адреса и опечатки в домене проверяются на месте. `check_mx` спрашивает почтовые серверы домена; "
            "без такой службы результат not_checked и адрес принимается.",
            "The form and misspelt domains are checked here. `check_mx` asks for the domain's mail servers; without "
            "a service for it the result is not_checked and the address is taken.",
        ),
    ),
    "location": Behind(
        Standing.PROVIDER,
        Both(
            "Точку на карте присылает канал. Адрес словами ищет геокодер; без него результат not_checked и адрес "
            "принимается без координат.",
            "The channel sends a place on the map. An address in words is looked up by a geocoder; without one the "
            "result is not_checked and the address is taken without coordinates.",
        ),
    ),
    "audio": Behind(
        Standing.PROVIDER,
        Both(
            "`transcribe` просит записать речь словами; без такой службы результат not_checked и текст пуст, "
            "запись принимается. Антивирус — как у file.",
            "`transcribe` asks for the words of the recording; without a service for it the result is not_checked, "
            "the text is empty and the recording is taken. Virus result: as for file.",
        ),
    ),
    **dict.fromkeys(
        ("file", "image"),
        Behind(
            Standing.PROVIDER,
            Both(
                "Вид и размер проверяются на месте. Файл, в котором антивирус нашёл заражение, не принимается; без "
                "антивируса результат not_checked и файл принимается.",
                "Type and size are checked here. A file that a scanner found infected is refused; without a scanner "
                "the result is not_checked and the file is taken.",
            ),
        ),
    ),
    "code": Behind(
        Standing.BUILT_IN,
        Both(
            "Продукт придумывает код, хранит его отпечаток, отправляет письмом и сравнивает: один раз и в срок. На "
            "другие каналы коды пока не уходят, там узел выходит по error.",
            "The product makes the code, keeps its hash, mails it and compares it: once, and in time. To other "
            "channels no code is sent yet: there the node leaves by error.",
        ),
    ),
}

_NO_SOURCE = Behind(
    Standing.NONE,
    Both(
        "Триггер принимается и проверяется, но не срабатывает.",
        "The trigger is accepted and checked, and never fires.",
    ),
)

TRIGGERS: dict[str, Behind] = {
    "message": Behind(Standing.BUILT_IN, Both("Сообщения разговора.", "The messages of the conversation.")),
    "keyword": Behind(Standing.BUILT_IN, Both("Слова сообщения.", "The words of the message.")),
    "intent": Behind(
        Standing.BUILT_IN,
        Both(
            "Ближайшие по смыслу примеры намерения, встроенными векторами; языковая модель не нужна.",
            "The intent's examples that are nearest in meaning, by the embedded vectors; no language model is needed.",
        ),
    ),
    "event": Behind(
        Standing.BUILT_IN,
        Both(
            "События разговоров, POST /api/v1/events, omni('track', …) и узел emit.",
            "Events of conversations, POST /api/v1/events, omni('track', …) and the node emit.",
        ),
    ),
    "schedule": Behind(
        Standing.BUILT_IN,
        Both(
            "Часы продукта; срок, прошедший в простое, срабатывает один раз.",
            "The product's clock; a time that passed while all was down fires once.",
        ),
    ),
    "inactivity": Behind(
        Standing.BUILT_IN,
        Both("Кто и когда писал последним.", "Who wrote last, and when."),
    ),
    "business_hours": Behind(Standing.SETTINGS, Both("Календари из настроек.", "Calendars of the settings.")),
    "api": Behind(
        Standing.BUILT_IN,
        Both(
            "POST /api/v1/scenarios/{id}/runs с правом scenarios.run; Idempotency-Key запускает один раз.",
            "POST /api/v1/scenarios/{id}/runs with the permission scenarios.run; an Idempotency-Key begins it once.",
        ),
    ),
    **dict.fromkeys(sorted(WITHOUT_SOURCE), _NO_SOURCE),
    "webhook": Behind(
        Standing.SETTINGS,
        Both(
            "POST /api/v1/hooks/{slug}/{connection}, подпись секретом подключения по Standard Webhooks 1.0.",
            "POST /api/v1/hooks/{slug}/{connection}, signed with the connection's secret (Standard Webhooks 1.0).",
        ),
    ),
    "referral": Behind(
        Standing.BUILT_IN,
        Both(
            "Метка ссылки, которую передаёт виджет с сообщением; у других каналов пока нет.",
            "The mark of a link that the widget tells with a message; other channels tell none yet.",
        ),
    ),
    "button": Behind(
        Standing.BUILT_IN,
        Both(
            "Кнопка постоянного меню, которую передаёт сайт через API виджета; сам виджет такого меню пока не рисует.",
            "A button of a lasting menu, told through the widget's api; the widget itself draws no such menu yet.",
        ),
    ),
}

SILENT_EVENTS = ("conversation.sla_breached",)
"""Events that scenarios may name, and that no part of the product tells of yet."""
_SILENT = Both(
    f"о событии {', '.join(SILENT_EVENTS)} пока никто не сообщает",
    f"nothing tells of the event {', '.join(SILENT_EVENTS)} yet",
)

LATER: dict[str, dict[str, Both]] = {
    "notify": {"via": Both("push пока никому не приходит", "push reaches nobody yet")},
}
"""Fields of nodes that are read and checked, and that no part of the product acts on yet."""
LATER_OF_TRIGGERS: dict[str, dict[str, Both]] = {"event": {"event": _SILENT}}


def node_behind(name: str) -> dict[str, Any]:
    """What stands behind a node type, as JSON values."""
    return NODES[name].to_dict(LATER.get(name, {}))


def input_behind(name: str) -> dict[str, Any]:
    """What stands behind a kind of answer."""
    return INPUTS[name].to_dict({})


def trigger_behind(name: str) -> dict[str, Any]:
    """What stands behind a trigger."""
    return TRIGGERS[name].to_dict(LATER_OF_TRIGGERS.get(name, {}))
