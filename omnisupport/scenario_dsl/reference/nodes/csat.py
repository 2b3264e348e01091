"""The words of the node `csat`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Оценка", "Score"),
    about=Both(
        (
            "Спрашивает оценку и, если нужно, комментарий. Оценка попадает и в переменную, и в "
            "отчёт об удовлетворённости."
        ),
        (
            "Asks for a score and perhaps a comment. The score goes to the variable and to the "
            "report on satisfaction."
        ),
    ),
    example="""\
variables:
  score: {type: int, nullable: true}
nodes:
  rate:
    type: csat
    scale: stars5
    text: {ru: Как мы справились?, en: How did we do?}
    save_to: vars.score
    timeout: 24h
    next: thanks
    exits: {timeout: done, message: people}
  thanks:
    type: message
    text: {ru: Спасибо!, en: Thank you!}
    next: done
  done: {type: end, outcome: rated}
""",
    fields={
        "scale": Both(
            "шкала: звёзды, NPS, палец, смайлики, CES", "the scale: stars, NPS, thumbs, emoji, CES"
        ),
        "text": Both("вопрос", "the question"),
        "comment": Both("вопрос о причине", "the question for the reason"),
        "comment.when": Both(
            "когда спросить, оценка зовётся score", "when it is asked; the score is called score"
        ),
        "comment.text": Both("вопрос", "the question"),
        "comment.save_to": Both("переменная комментария", "the variable of the comment"),
        "comment.timeout": Both("сколько ждать комментарий", "how long to wait for it"),
    },
    exits={
        "message": Both("клиент написал что-то другое", "the customer wrote something else"),
    },
)
