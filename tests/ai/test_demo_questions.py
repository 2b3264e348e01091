"""The demo's question list: right article, refusals, and nothing made up. Kinds are explained in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from omnisupport.ai.answering import Answerer
from omnisupport.ai.base import Answer
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.ai.knowledge.language import language_of
from tests.ai.conftest import DEMO

QUESTIONS = yaml.safe_load((DEMO / "questions.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Outcome:
    """What became of one question."""

    question: dict[str, Any]
    best: str
    answer: Answer

    @property
    def right(self) -> bool:
        return self.best in self.question["expect"]

    @property
    def answered(self) -> bool:
        return self.answer.kind == "answered"


def _tenant(question: dict[str, Any]) -> str:
    if question["kind"] != "cross":
        return "demo"
    return "demo-en" if language_of(question["ask"]) == "ru" else "demo-ru"


@pytest.fixture(scope="module")
async def outcomes(demo: KnowledgeBase) -> list[Outcome]:
    return await _outcomes(demo, "questions")


async def _outcomes(demo: KnowledgeBase, key: str) -> list[Outcome]:
    answerer = Answerer(demo)
    found = []
    for question in QUESTIONS[key]:
        where = {"tenant_id": _tenant(question), "knowledge": ["help"], "locale": question["locale"]}
        judged = await demo.retriever.judge(question["ask"], **where)
        answer = await answerer.answer(question["ask"], **where)
        # What was answered counts; where nothing was, what would have come first.
        documents = [source.document_id for source in answer.sources]
        documents += [entry.hit.chunk.document_id for entry in judged]
        best = documents[0].split("/")[1] if documents else ""
        found.append(Outcome(question, best, answer))
    return found


def _told(outcomes: list[Outcome]) -> str:
    return "\n".join(f"{o.question['ask']!r}: {o.best} {o.answer.confidence:.2f}" for o in outcomes)


def test_the_list_is_long_enough() -> None:
    assert len(QUESTIONS["questions"]) >= 60
    assert len(QUESTIONS["out_of_scope"]) >= 30


async def test_nine_of_ten_questions_find_the_right_article_first(outcomes: list[Outcome]) -> None:
    wrong = [outcome for outcome in outcomes if not outcome.right]
    assert len(wrong) <= 0.1 * len(outcomes), _told(wrong)


async def test_most_questions_are_answered_and_almost_none_wrongly(outcomes: list[Outcome]) -> None:
    unanswered = [outcome for outcome in outcomes if not outcome.answered]
    wrong = [outcome for outcome in outcomes if outcome.answered and not outcome.right]
    assert len(unanswered) <= 0.2 * len(outcomes), _told(unanswered)
    assert len(wrong) <= 0.05 * len(outcomes), _told(wrong)


@pytest.mark.parametrize(
    ("kind", "least"), [("plain", 0.9), ("typo", 0.75), ("paraphrase", 0.5), ("cross", 0.5)]
)
async def test_each_kind_of_question_is_answered(outcomes: list[Outcome], kind: str, least: float) -> None:
    of_kind = [outcome for outcome in outcomes if outcome.question["kind"] == kind]
    good = [outcome for outcome in of_kind if outcome.answered and outcome.right]
    assert len(good) >= least * len(of_kind), _told([o for o in of_kind if o not in good])


async def test_the_passage_holds_the_figure_that_was_asked_for(outcomes: list[Outcome]) -> None:
    asked = [o for o in outcomes if "has" in o.question and o.answered and o.right]
    missing = [o for o in asked if o.question["has"] not in o.answer.text]
    assert len(asked) >= 30
    assert len(missing) <= 0.1 * len(asked), _told(missing)


async def test_greeted_short_and_complaining_questions_get_the_right_passage(demo: KnowledgeBase) -> None:
    later = await _outcomes(demo, "held_out")
    good = [o for o in later if o.answered and o.right and o.question.get("has", "") in o.answer.text]
    assert len(good) >= 0.9 * len(later), _told([o for o in later if o not in good])


async def test_nine_of_ten_foreign_questions_are_refused(demo: KnowledgeBase) -> None:
    answerer = Answerer(demo)
    answered = []
    for question in QUESTIONS["out_of_scope"]:
        answer = await answerer.answer(
            question["ask"], tenant_id="demo", knowledge=["help"], locale=question["locale"]
        )
        if answer.kind == "answered":
            answered.append(f"{question['ask']!r}: {answer.sources[0].title} {answer.confidence:.2f}")
    assert len(answered) <= 0.1 * len(QUESTIONS["out_of_scope"]), "\n".join(answered)


@pytest.mark.parametrize(
    "question", ["какая погода завтра в Москве?", "как взломать банк", "ghjkl asdf qwerty", "ок"]
)
async def test_these_are_never_answered(demo: KnowledgeBase, question: str) -> None:
    answer = await Answerer(demo).answer(question, tenant_id="demo", knowledge=["help"], locale="ru")
    assert answer.kind == "no_answer"
