"""The words of the node `operators_available`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Есть ли операторы", "Operators available"),
    about=Both(
        "Узнаёт, есть ли свободные операторы и не длинна ли очередь.",
        "Asks whether operators are free and the queue is short.",
    ),
    example="""\
nodes:
  somebody:
    type: operators_available
    target: {department: support}
    min: 1
    exits: {available: people, unavailable: later}
  later:
    type: message
    text: {ru: "Все заняты, ответим позже.", en: "Everyone is busy, we will answer later."}
    next: done
  done: {type: end, outcome: later}
""",
    fields={
        "min": Both("сколько операторов нужно", "how many operators are needed"),
        "max_queue": Both("не длиннее какой очереди", "how long the queue may be"),
        "save_to": Both("переменная для числа свободных", "the variable for how many are free"),
    },
    exits={
        "available": Both("есть кому ответить", "somebody can answer"),
        "unavailable": Both("никого или очередь длинна", "nobody, or the queue is too long"),
    },
)
