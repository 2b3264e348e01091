"""The words of the node `switch`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Выбор по значению", "Switch"),
    about=Both(
        (
            "Идёт по значению: у каждого своё продолжение. Если значения перечислимы, проверка "
            "следит, чтобы были все."
        ),
        (
            "Goes by a value: each has its own way on. Where the values can be listed, the check "
            "sees that none is missing."
        ),
    ),
    example="""\
variables:
  status: {type: enum, values: [new, sent], default: new}
nodes:
  by_status:
    type: switch
    value: vars.status
    cases: {new: people, sent: on_the_way}
  on_the_way:
    type: message
    text: {ru: Заказ в пути., en: The order is on its way.}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "value": Both("выражение", "the expression"),
        "cases": Both("значение и узел", "value and node"),
    },
    exits={
        "default": Both("значения нет среди случаев", "the value has no case"),
    },
)
