"""The words of the names that expressions see (`scope.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from omnisupport.scenario_dsl import scope
from omnisupport.scenario_dsl.expr.types import DATETIME, STRING, Type
from omnisupport.scenario_dsl.words import Both

ROOTS: dict[str, Type] = {
    "conversation": scope.CONVERSATION,
    "customer": scope.CUSTOMER,
    "tenant": scope.TENANT,
    "event": scope.EVENT,
    "channel": scope.CHANNEL,
    "run": scope.RUN,
    "calendar.…": scope.CALENDAR,
    "locale": STRING,
    "now": DATETIME,
}
WORDS: dict[str, Both] = {
    "conversation.id": Both("номер разговора", "the conversation's id"),
    "conversation.status": Both("open, pending, snoozed или resolved", "open, pending, snoozed or resolved"),
    "conversation.subject": Both("тема", "the subject"),
    "conversation.priority": Both("приоритет", "the priority"),
    "conversation.tags": Both("теги", "the tags"),
    "conversation.department": Both("отдел", "the department"),
    "conversation.assignee": Both("оператор, у которого разговор", "the operator who has it"),
    "conversation.attributes": Both("ваши поля разговора", "fields of yours"),
    "customer.id": Both("номер клиента", "the customer's id"),
    "customer.name": Both("имя", "the name"),
    "customer.email": Both("почта", "the e-mail address"),
    "customer.phone": Both("телефон", "the phone number"),
    "customer.locale": Both("язык", "the language"),
    "customer.timezone": Both("часовой пояс", "the time zone"),
    "customer.verified": Both("подтверждён ли вашим сервером", "whether your server has signed him in"),
    "customer.consents": Both("согласия по целям", "consents by purpose"),
    "customer.fields": Both("ваши поля клиента", "fields of yours"),
    "tenant.id": Both("номер компании", "the company's id"),
    "tenant.slug": Both("короткое имя компании", "the company's short name"),
    "tenant.name": Both("название компании", "the company's name"),
    "tenant.timezone": Both("её часовой пояс", "its time zone"),
    "tenant.locale": Both("её язык", "its language"),
    "event.text": Both("текст последнего сообщения", "the text of the last message"),
    "event.button": Both("нажатая кнопка", "the button that was pressed"),
    "event.resolution": Both("итог, с которым вернулся оператор", "what operators agreed"),
    "event.attachments": Both("файлы сообщения", "the files of the message"),
    "event.contact": Both("присланный контакт", "a contact that was sent"),
    "event.location": Both("присланная точка на карте", "a place that was sent"),
    "event.name": Both("имя события, с которого началось", "the name of the event that began it"),
    "event.data": Both("что принесло событие", "what the event brought"),
    "channel.id": Both("номер канала", "the channel's id"),
    "channel.type": Both("вид канала: widget, telegram…", "the type of the channel: widget, telegram…"),
    "channel.name": Both("название канала", "the channel's name"),
    "run.id": Both("номер прохода сценария в разговоре", "the number of the run in the conversation"),
    "run.trigger": Both("какой триггер запустил", "the trigger that began it"),
    "run.steps": Both("сколько узлов пройдено", "how many nodes were passed"),
    "calendar.….open": Both("открыто ли, после business_hours", "whether it is open, after business_hours"),
    "calendar.….next_open": Both(
        "когда откроется, после business_hours", "when it opens, after business_hours"
    ),
    "calendar.….timezone": Both("пояс календаря", "the calendar's zone"),
    "locale": Both("язык разговора: ru или en", "the language of the conversation: ru or en"),
    "now": Both("момент события, не часы сервера", "the moment of the event, not the server's clock"),
}


def names() -> Iterator[tuple[str, Type]]:
    """Every name with its type, in the order of the page."""
    for root, kind in ROOTS.items():
        if not kind.fields:
            yield root, kind
        for name, inner in kind.fields.items() if kind.fields else ():
            yield f"{root}.{name}", inner
