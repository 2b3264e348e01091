"""The words of the node `update_conversation`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Изменить разговор", "Update the conversation"),
    about=Both(
        "Меняет статус, приоритет, тему и атрибуты разговора.",
        "Changes status, priority, subject and attributes of the conversation.",
    ),
    example="""\
nodes:
  ticket:
    type: update_conversation
    set: {status: pending, priority: high}
    next: done
  done: {type: end, outcome: queued}
""",
    fields={
        "set": Both("что изменить", "what changes"),
        "set.status": Both("статус", "the status"),
        "set.priority": Both("приоритет", "the priority"),
        "set.subject": Both("тема", "the subject"),
        "set.attributes": Both("атрибуты", "the attributes"),
        "set.snooze_until": Both("до какого момента отложить", "until when it is put off"),
    },
)
