"""Flows, calls, loops and scenarios that others call."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference import head
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Example, Heading, Rows
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.words import Both

_OF_A_FLOW = ("inputs", "outputs", "variables", "returns", "start", "nodes", "on_error")

CHAPTER = Chapter(
    "flows",
    Both("Потоки", "Flows"),
    (
        Both(
            "Поток — это часть сценария с именем, которую вызывают: проверка кода, вопрос о цене, опрос по товару. У "
            "него свои переменные; снаружи видно только то, что он объявил в `inputs` и `outputs`.",
            "A flow is a part of a scenario with a name, and is called: checking a code, a question about prices, a "
            "survey about an article. It has variables of its own; others see of it its `inputs` and `outputs` only.",
        ),
        Rows(
            (Both("поле", "field"), Both("значение", "meaning")),
            tuple((f"`{name}`", head.TOP[name]) for name in _OF_A_FLOW),
        ),
        Heading(Both("Вызвать и вернуться", "Call and return")),
        Both(
            "[`call`](nodes/call) передаёт входы и забирает результаты. [`return`](nodes/return) возвращает: "
            "без `exit` вызов идёт по `next`, с `exit` — по выходу с этим именем, и его надо соединить.",
            "[`call`](nodes/call) gives the inputs and takes the outputs. [`return`](nodes/return) comes back: without "
            "`exit` the call goes on by `next`, with `exit` by the exit of that name, which must be connected.",
        ),
        Example(
            """\
variables:
  grade: {type: int, default: 0}
nodes:
  opinion:
    type: call
    flow: rate
    inputs: {about: "=locale == 'en' ? 'the delivery' : 'доставку'"}
    outputs: {vars.grade: stars}
    next: thanks
    exits: {silent: done}
  thanks:
    type: message
    text: {ru: "Спасибо! Ваша оценка: {{ vars.grade }}.", en: "Thank you! Your rating: {{ vars.grade }}."}
    next: done
  done: {type: end, outcome: rated}
flows:
  rate:
    inputs: {about: {type: string}}
    outputs: {stars: {type: int, default: 0}}
    returns: [silent]
    start: asks
    nodes:
      asks:
        type: ask
        text: {ru: "Оцените {{ vars.about }} от 1 до 5.", en: "Please rate {{ vars.about }} from 1 to 5."}
        input: {kind: int, min: 1, max: 5}
        save_to: vars.stars
        timeout: 1h
        next: known
        exits: {invalid: nothing, timeout: nothing}
      known: {type: return}
      nothing: {type: return, exit: silent}
"""
        ),
        Heading(Both("Для каждого элемента списка", "For each item of a list")),
        Both(
            "[`for_each`](nodes/for_each) вызывает поток для каждого элемента по очереди, не больше "
            f"{limits.ITEMS_OF_A_LOOP} раз; пустой список идёт по `empty`.",
            "[`for_each`](nodes/for_each) calls a flow for each item, one after the other, at most "
            f"{limits.ITEMS_OF_A_LOOP} times; an empty list leaves by `empty`.",
        ),
        Example(
            """\
variables:
  bought: {type: list, of: string, default: [чай, мёд]}
nodes:
  each_item:
    type: for_each
    each: vars.bought
    as: item
    flow: praise
    max: 10
    next: done
    exits: {empty: done}
  done: {type: end, outcome: told}
flows:
  praise:
    inputs: {item: {type: string}}
    start: tell
    nodes:
      tell:
        type: message
        text: {ru: "Хороший выбор: {{ vars.item }}.", en: "A good choice: {{ vars.item }}."}
        next: back
      back: {type: return}
"""
        ),
        Heading(Both("Сценарии, которые вызывают", "Scenarios that are called")),
        Both(
            "Сценарий вида `subflow` пишет `inputs`, `outputs` и `returns` на верхнем уровне и вызывается по имени и "
            "большой версии: `scenario: otp_login@1`. При публикации он встраивается в вызывающий: новая версия не "
            "меняет тех, кто уже опубликован. Изменение, которое ломает вызывающих, требует поднять `major` (W903). "
            "Вызов по кругу запрещён (E705).",
            "A scenario of the kind `subflow` has `inputs`, `outputs` and `returns` at its top level and is called by "
            "its name and major version: `scenario: otp_login@1`. When the caller is published it is compiled in: a "
            "newer version changes nobody who is published. A change that breaks callers wants a higher `major` "
            "(W903). Calling in a circle is refused (E705).",
        ),
        Both(
            f"Вложенность — до {limits.STACK_DEPTH} вызовов. Ошибка внутри потока идёт в его `on_error`, потом в выход "
            "`error` вызова, потом в `on_error` сценария.",
            f"At most {limits.STACK_DEPTH} calls stand in each other. An error inside a flow goes to its `on_error`, "
            "then to the exit `error` of the call, then to the scenario's `on_error`.",
        ),
    ),
)
