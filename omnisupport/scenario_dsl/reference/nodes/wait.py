"""The words of the node `wait`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Пауза", "Wait"),
    about=Both(
        "Ждёт время или момент. Пауза переживает перезапуски и обновления.",
        "Waits for a time or until a moment. The wait survives restarts and updates.",
    ),
    example="""\
nodes:
  pause:
    type: wait
    for: 24h
    next: remind
    exits: {message: people}
  remind:
    type: message
    text: {ru: Вопрос ещё актуален?, en: Is the question still open?}
    next: done
  done: {type: end, outcome: reminded}
""",
    fields={
        "for": Both("сколько ждать", "how long to wait"),
        "until": Both("момент, выражение", "the moment, an expression"),
        "until_business_hours": Both("до открытия календаря", "until the calendar opens"),
        "jitter": Both(
            "разброс, чтобы не писать всем сразу", "a spread, so that not all are written to at once"
        ),
        "on_message": Both(
            "что делать с сообщением клиента: выйти, сохранить, только прерывания",
            "what a message of the customer does: leave, be kept, interrupts only",
        ),
    },
)
