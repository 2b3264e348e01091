"""The words of the node `menu`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Меню", "Menu"),
    about=Both(
        (
            "Предлагает выбор: кнопками, списком или номерами, как умеет канал. Вариант можно "
            "нажать, написать словами, синонимом или номером."
        ),
        (
            "Offers a choice: by buttons, a list or numbers, as the channel can. An option is "
            "pressed, written in words, by a synonym or by its number."
        ),
    ),
    example="""\
nodes:
  topic:
    type: menu
    text: {ru: Чем помочь?, en: How can I help?}
    options:
      - {id: order, label: {ru: Мой заказ, en: My order}, synonyms: [доставка], next: order}
      - {id: human, label: {ru: Оператор, en: Operator}, next: people}
    timeout: 1h
    exits: {invalid: people, timeout: gone}
  order:
    type: message
    text: {ru: Пришлите номер заказа., en: Send me the order number.}
    next: gone
  gone: {type: end, outcome: done}
""",
    fields={
        "text": Both("вопрос над вариантами", "the question above the options"),
        "options": Both("варианты по порядку", "the options, in order"),
        "options_from": Both("варианты из списка в переменной", "options out of a list in a variable"),
        "options_from.each": Both("список", "the list"),
        "options_from.id": Both(
            "выражение для id, элемент зовётся item", "the id of an item, which is called item"
        ),
        "options_from.label": Both("подпись элемента", "the label of an item"),
        "options_from.next": Both("узел после выбора", "the node after the choice"),
        "options_from.max": Both("сколько вариантов показать", "how many options are shown"),
        "layout": Both(
            "кнопки, список или номера; auto решает по каналу",
            "buttons, a list or numbers; auto decides by the channel",
        ),
        "free_text": Both("узел для ответа своими словами", "the node for an answer in own words"),
        "content": Both("вопрос из нескольких частей", "a question of several parts"),
    },
)
