"""The words of the node `ai_extract`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Извлечь данные", "Extract"),
    about=Both(
        "Достаёт из текста поля с типами и проверяет их, как ответы на вопросы.",
        "Takes typed fields out of a text and checks them as answers are checked.",
    ),
    example="""\
variables:
  parcel: {type: object, nullable: true, fields: {city: string}}
nodes:
  data:
    type: ai_extract
    input: event.text
    fields: {city: {type: string}}
    save_to: vars.parcel
    next: done
    exits: {incomplete: people, error: people}
  done: {type: end, outcome: done}
""",
    fields={
        "input": Both("текст, выражение", "the text, an expression"),
        "fields": Both("какие поля: имя и тип", "which fields: name and type"),
        "retry": Both(
            "повторы, если другая сторона не ответила", "attempts when the other side did not answer"
        ),
    },
    exits={
        "incomplete": Both("нашлось не всё", "not everything was found"),
    },
)
