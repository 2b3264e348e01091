"""The words of the node `wait_event`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Ожидание события", "Wait for an event"),
    about=Both(
        "Ждёт события извне, например оплаты, и узнаёт своё по условию.",
        ("Waits for an event from outside, a payment say, and knows its own by a condition."),
    ),
    example="""\
variables:
  order_no: {type: string, default: A-1}
nodes:
  pay:
    type: wait_event
    event: payment.succeeded
    match: event.order == vars.order_no
    timeout: 30m
    next: thanks
    exits: {timeout: people, message: people}
  thanks:
    type: message
    text: {ru: Оплата пришла., en: The payment has arrived.}
    next: done
  done: {type: end, outcome: paid}
""",
    fields={
        "event": Both("имя события", "the name of the event"),
        "match": Both("условие: это событие наше", "a condition: this event is ours"),
        "on_message": Both("что делать с сообщением клиента", "what a message of the customer does"),
        "save_to": Both("переменная для данных события", "the variable for the data of the event"),
    },
)
