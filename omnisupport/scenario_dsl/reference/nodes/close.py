"""The words of the node `close`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Закрыть разговор", "Close"),
    about=Both("Отмечает разговор решённым.", "Marks the conversation as resolved."),
    example="""\
nodes:
  solved: {type: close, resolution: answered, next: done}
  done: {type: end, outcome: resolved}
""",
    fields={
        "resolution": Both("чем кончилось", "how it ended"),
        "reason": Both("причина", "the reason"),
        "silent": Both("ничего не говорить клиенту", "tell the customer nothing"),
    },
)
