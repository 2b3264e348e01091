"""The words of the node `ai_classify`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Тема сообщения", "Classify"),
    about=Both(
        "Узнаёт, о чём сообщение, по описаниям и примерам, и идёт по метке.",
        ("Finds out what a message is about by descriptions and examples, and goes by the label."),
    ),
    example="""\
nodes:
  route:
    type: ai_classify
    input: event.text
    labels:
      billing: {description: "счёт, оплата, возврат"}
      delivery: {description: "доставка, курьер"}
    min_confidence: 0.7
    exits: {billing: people, delivery: ship, unsure: people, error: people}
  ship:
    type: message
    text: {ru: Доставим завтра., en: We deliver tomorrow.}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "input": Both("текст, выражение", "the text, an expression"),
        "labels": Both("метки и что под ними", "the labels and what they stand for"),
        "labels.description": Both("описание словами", "a description in words"),
        "labels.examples": Both("примеры фраз", "examples of phrases"),
        "min_confidence": Both("уверенность от 0 до 1", "confidence from 0 to 1"),
        "few_shot": Both("примеры", "examples"),
        "retry": Both(
            "повторы, если другая сторона не ответила", "attempts when the other side did not answer"
        ),
        "few_shot.text": Both("фраза", "a phrase"),
        "few_shot.label": Both("её метка", "its label"),
        "save_to": Both("переменная для метки", "the variable for the label"),
    },
    exits={
        "unsure": Both("уверенности мало", "it is not sure"),
    },
)
