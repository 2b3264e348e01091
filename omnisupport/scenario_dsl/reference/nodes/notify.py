"""The words of the node `notify`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Уведомить", "Notify"),
    about=Both(
        "Сообщает своим: отделу, роли или оператору.",
        "Tells colleagues: a department, a role or an operator.",
    ),
    example="""\
nodes:
  alarm:
    type: notify
    target: {department: support}
    via: [inbox]
    text: Клиент недоволен.
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "via": Both("как: в приложении, письмом, на телефон", "how: in the inbox, by e-mail, by push"),
        "text": Both("что сообщить", "what is told"),
    },
)
