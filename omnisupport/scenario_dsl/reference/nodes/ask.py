"""The words of the node `ask`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Вопрос", "Question"),
    about=Both(
        (
            "Задаёт один вопрос и ждёт ответа нужного вида: телефон, число, дату. Ответ "
            "разбирается, проверяется и попадает в переменную; непонятый переспрашивается."
        ),
        (
            "Asks one question and waits for an answer of a kind: a phone number, a number, a "
            "date. The answer is read, checked and stored; what is not understood is asked again."
        ),
    ),
    example="""\
variables:
  phone: {type: phone, region: RU}
nodes:
  ask_phone:
    type: ask
    text: {ru: Ваш телефон?, en: Your phone number?}
    input: {kind: phone, region: RU}
    save_to: vars.phone
    retry: {max: 2, text: {ru: "Пример: +7 916 123-45-67", en: "For example: +7 916 123-45-67"}}
    timeout: 24h
    next: thanks
    exits: {invalid: people, timeout: gone}
  thanks:
    type: message
    text: {ru: "Позвоним на {{ vars.phone }}.", en: "We will call {{ vars.phone }}."}
    next: gone
  gone: {type: end, outcome: done}
""",
    fields={
        "text": Both("вопрос", "the question"),
        "skip_if": Both(
            "не спрашивать, если верно; выход skip", "do not ask when this is true; leaves by skip"
        ),
        "content": Both("вопрос из нескольких частей", "a question of several parts"),
    },
)
