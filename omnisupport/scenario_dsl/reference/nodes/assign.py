"""The words of the node `assign`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Назначить", "Assign"),
    about=Both(
        "Назначает разговор отделу или оператору, бот продолжает говорить.",
        ("Assigns the conversation to a department or an operator; the bot goes on talking."),
    ),
    example="""\
nodes:
  to_sales:
    type: assign
    target: {department: sales}
    next: done
    exits: {no_operators: done}
  done: {type: end, outcome: assigned}
""",
)
