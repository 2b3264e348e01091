"""The words of the node `for_each`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Для каждого", "For each"),
    about=Both(
        "Вызывает поток для каждого элемента списка по очереди.",
        "Calls a flow for each item of a list, one after the other.",
    ),
    example="""\
variables:
  goods: {type: list, of: string, default: [чай]}
flows:
  show:
    inputs: {item: {type: string}}
    start: says
    nodes:
      says:
        type: message
        text: {ru: "В заказе: {{ vars.item }}", en: "Ordered: {{ vars.item }}"}
        next: back
      back: {type: return}
nodes:
  each_one:
    type: for_each
    each: vars.goods
    as: item
    flow: show
    max: 5
    next: done
    exits: {empty: done}
  done: {type: end, outcome: done}
""",
    fields={
        "each": Both("список", "the list"),
        "as": Both("вход потока, который получает элемент", "the input of the flow that receives the item"),
        "max": Both("сколько элементов взять, не больше 100", "how many items are taken, at most 100"),
        "on_item_error": Both(
            "остановиться или продолжить, если элемент не удался", "stop or go on when an item fails"
        ),
    },
    exits={
        "empty": Both("список пуст", "the list is empty"),
    },
)
