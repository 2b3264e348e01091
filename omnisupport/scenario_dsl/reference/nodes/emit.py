"""The words of the node `emit`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Событие", "Emit"),
    about=Both(
        "Сообщает о событии другим системам по подписанным веб-хукам и другим сценариям.",
        "Tells other systems of an event by signed webhooks, and other scenarios too.",
    ),
    example="""\
nodes:
  tell_crm:
    type: emit
    event: custom.lead
    data: {channel: =channel.type}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "event": Both("имя события", "the name of the event"),
        "data": Both("данные: имя и значение", "the data: name and value"),
    },
)
