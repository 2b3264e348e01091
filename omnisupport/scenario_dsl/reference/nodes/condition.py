"""The words of the node `condition`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Условие", "Condition"),
    about=Both(
        "Проверяет случаи по порядку и идёт по первому верному; `else` берёт остальное.",
        "Asks its cases in order and takes the first that is true; `else` takes the rest.",
    ),
    example="""\
variables:
  total: {type: int, default: 0}
nodes:
  big:
    type: condition
    cases:
      - {when: vars.total >= 5000, next: people}
    else: small
  small: {type: end, outcome: small}
""",
    fields={
        "cases": Both("случаи по порядку", "the cases, in order"),
        "cases.when": Both("условие", "the condition"),
        "cases.next": Both("узел, если верно", "the node when it is true"),
        "else": Both("узел, если ничего не подошло", "the node when nothing was true"),
    },
)
