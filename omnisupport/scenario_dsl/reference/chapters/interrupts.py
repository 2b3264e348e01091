"""Interrupts: what takes a message away from the node that waits."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference import head, tables
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Example, Fields, Heading, Rows
from omnisupport.scenario_dsl.words import Both

_STAGES = (
    Both("кнопка этого вопроса", "a button of this question"),
    Both(
        "встроенная команда: «оператор», «отмена», «назад» и другие",
        "a built-in command: “operator”, “cancel”, “back” and others",
    ),
    Both("название варианта, его синоним или номер", "the label of an option, a synonym or its number"),
    Both(
        "ответ нужного вида и правила `validate`: телефон, число, дата",
        "an answer of the kind that is wanted, and the rules of `validate`: a phone, a number, a date",
    ),
    Both("прерывания сценария", "the scenario's interrupts"),
    Both(
        "`free_text`, если он есть; потом прерывание `otherwise`",
        "`free_text`, then the interrupt `otherwise`",
    ),
    Both(
        "переспросить, а когда повторы кончились, выход `invalid`", "asking again, at last the exit `invalid`"
    ),
)

CHAPTER = Chapter(
    "interrupts",
    Both("Прерывания", "Interrupts"),
    (
        Both(
            "Пока узел ждёт ответа, клиент может написать о другом: спросить цену посреди анкеты или позвать "
            "человека. Прерывание забирает такое сообщение у узла. Оно либо уходит в узел насовсем (`run: {node: …}`), "
            "либо вызывает поток и возвращается к вопросу (`run: {flow: …}`).",
            "While a node waits for an answer, the customer may write of something else: ask for a price in the "
            "middle of a form, or call a person. An interrupt takes such a message from the node. It leaves for a node "
            "for good (`run: {node: …}`), or runs a flow and comes back to the question (`run: {flow: …}`).",
        ),
        Example(
            """\
variables:
  name: {type: string, default: ""}
interrupts:
  - {id: human, when: {pattern: human}, run: {node: people}}
  - {id: price, when: {keywords: [цена, сколько стоит, price]}, run: {flow: pricing}, resume: reprompt}
nodes:
  ask_name:
    type: ask
    text: {ru: "Как к вам обращаться?", en: "What is your name?"}
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: thanks
    exits: {timeout: done}
  thanks:
    type: message
    text: {ru: "Спасибо, {{ vars.name }}!", en: "Thank you, {{ vars.name }}!"}
    next: done
  done: {type: end, outcome: done}
flows:
  pricing:
    start: tell
    nodes:
      tell:
        type: message
        text: {ru: Доставка стоит 290 ₽., en: Delivery is 290 ₽.}
        next: back
      back: {type: return}
"""
        ),
        Heading(Both("Поля", "Fields")),
        Fields(tables.INTERRUPT, head.INTERRUPT),
        Heading(Both("В каком порядке разбирается сообщение", "In which order a message is looked at")),
        Both(
            "Порядок один для всех узлов. Первое, что подошло, забирает сообщение, и дальше его никто не видит.",
            "The order is the same for every node. What fits first takes the message, and nothing after it sees it.",
        ),
        Rows(
            ("", Both("что проверяется", "what is looked at")),
            tuple((str(n), s) for n, s in enumerate(_STAGES, 1)),
        ),
        Both(
            "Если узел ждёт свободный текст, пятая ступень идёт раньше четвёртой: иначе «оператор» стало бы именем "
            "клиента. Прерывания проверяются по порядку, слова раньше выражений RE2; намерение спрашивают, когда слова "
            "не подошли.",
            "Where a node waits for free text, the fifth stage comes before the fourth: “operator” would else become "
            "the customer's name. Interrupts are asked in their order, words before patterns of RE2; an intent is "
            "asked for when no words fit.",
        ),
        Heading(Both("Что не прерывается", "What is not interrupted")),
        Both(
            "`interruptible: false` у узла запрещает прерывания, список id разрешает только их. Позвать человека "
            "клиент может всегда. Поток прерывания не прерывает сам себя.",
            "`interruptible: false` of a node forbids interrupts, a list of ids allows only those. The customer can "
            "always call a person. The flow of an interrupt does not interrupt itself.",
        ),
    ),
)
