"""The words of the node `kb_answer`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Ответ из базы знаний", "Knowledge answer"),
    about=Both(
        (
            "Ищет ответ в базе знаний и сам отправляет его с источниками. Если уверенности мало, "
            "ничего не говорит и идёт по no_answer."
        ),
        (
            "Looks for an answer in the knowledge base and sends it with its sources. When it is "
            "not sure it says nothing and leaves by no_answer."
        ),
    ),
    example="""\
nodes:
  search:
    type: kb_answer
    knowledge: [help]
    question: event.text
    min_score: 0.6
    exits: {answered: done, no_answer: people, error: people}
  done: {type: end, outcome: answered}
""",
    fields={
        "knowledge": Both("базы знаний", "the knowledge bases"),
        "question": Both("вопрос, выражение", "the question, an expression"),
        "min_score": Both("уверенность от 0 до 1", "confidence from 0 to 1"),
        "filters": Both("отбор документов", "which documents"),
        "cite": Both("показать источники", "show the sources"),
        "followups": Both("предложить следующие вопросы", "suggest further questions"),
        "persona": Both("чьим голосом", "in whose voice"),
        "retry": Both(
            "повторы, если другая сторона не ответила", "attempts when the other side did not answer"
        ),
    },
    exits={
        "answered": Both("ответ отправлен", "the answer was sent"),
        "no_answer": Both("уверенного ответа нет", "there is no sure answer"),
    },
)
