"""The words of the node `set`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Присвоить", "Set"),
    about=Both(
        "Даёт переменным новые значения, все сразу: выражения считаются до первой записи.",
        ("Gives variables new values, all at once: every expression is computed before the first is stored."),
    ),
    example="""\
variables:
  tries: {type: int, default: 0}
nodes:
  count:
    type: set
    assign: {vars.tries: =vars.tries + 1}
    next: enough
  enough:
    type: condition
    cases:
      - {when: vars.tries > 2, next: people}
    else: done
  done: {type: end, outcome: done}
""",
    fields={
        "assign": Both("переменная и значение или `=выражение`", "variable and value, or `=expression`"),
        "unset": Both(
            "переменные, которые вернутся к значению по умолчанию", "variables that go back to their defaults"
        ),
    },
)
