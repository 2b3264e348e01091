"""Answered, or honestly not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from omnisupport.ai.answering import EXTRACTIVE, EXTRACTIVE_ANYWAY, Answerer
from omnisupport.ai.base import ModelReply, Passage, Source
from omnisupport.errors import OmniError, Unavailable


def _passage(name: str, confidence: float, locale: str = "en") -> Passage:
    return Passage(
        name, name.title(), f"/help/{name}", f"Text of {name}.", f"Quote of {name}", locale, confidence, 0.1
    )


class Finder:
    """Finds what it was given, above the line."""

    def __init__(self, *passages: Passage) -> None:
        self.passages = list(passages)
        self.asked: list[str] = []

    async def retrieve(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        limit: int = 8,
        min_confidence: float = 0.5,
        documents: Sequence[str] | None = None,
    ) -> list[Passage]:
        self.asked.append(question)
        return [
            passage
            for passage in self.passages
            if passage.confidence >= min_confidence
            and (documents is None or passage.document_id in documents)
        ]


class Model:
    """Says what it was given and notes what it was asked."""

    def __init__(self, reply: ModelReply | OmniError) -> None:
        self.reply = reply
        self.asked: list[tuple[list[Passage], str]] = []
        self.wanted: list[tuple[str, int]] = []

    async def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        locale: str,
        manner: str = "",
        followups: int = 0,
    ) -> ModelReply:
        self.wanted.append((manner, followups))
        self.asked.append((list(passages), locale))
        if isinstance(self.reply, OmniError):
            raise self.reply
        return self.reply

    async def close(self) -> None: ...


ASK: dict[str, Any] = {"tenant_id": "one", "knowledge": ["help"], "locale": "ru"}


async def test_without_a_model_the_best_passage_is_the_answer_with_its_source() -> None:
    answer = await Answerer(Finder(_passage("delivery", 0.9), _passage("post", 0.7))).answer(
        "how much?", **ASK
    )
    assert (answer.kind, answer.text) == ("answered", "Text of delivery.")
    assert answer.sources == (Source("Delivery", "/help/delivery", "delivery", "Quote of delivery"),)
    assert (answer.confidence, answer.model, answer.prompt_version) == (0.9, EXTRACTIVE, None)


async def test_below_the_line_there_is_no_answer_but_the_confidence_is_told() -> None:
    answer = await Answerer(Finder(_passage("delivery", 0.3))).answer("weather?", **ASK)
    assert (answer.kind, answer.text, answer.sources) == ("no_answer", "", ())
    assert answer.confidence == 0.3


async def test_the_tenants_own_line_counts() -> None:
    answerer = Answerer(Finder(_passage("delivery", 0.6)))
    assert (await answerer.answer("?", min_confidence=0.7, **ASK)).kind == "no_answer"
    assert (await answerer.answer("?", min_confidence=0.55, **ASK)).kind == "answered"


async def test_nothing_found_is_no_answer() -> None:
    answer = await Answerer(Finder()).answer("?", **ASK)
    assert (answer.kind, answer.confidence) == ("no_answer", 0.0)


async def test_a_models_answer_names_the_passages_it_cites() -> None:
    model = Model(ModelReply("290 ₽ or 350 ₽.", (1, 0), "answer@1+x", "some-model"))
    answer = await Answerer(Finder(_passage("delivery", 0.9), _passage("post", 0.7)), model).answer(
        "how much?", **ASK
    )
    assert answer.text == "290 ₽ or 350 ₽."
    assert [source.document_id for source in answer.sources] == ["post", "delivery"]
    assert (answer.prompt_version, answer.model) == ("answer@1+x", "some-model")


async def test_the_model_is_asked_in_the_language_of_the_question_and_not_below_the_line() -> None:
    model = Model(ModelReply("Yes.", (0,), "v", "m"))
    finder = Finder(_passage("delivery", 0.9), _passage("доставка", 0.8, "ru"), _passage("post", 0.2))
    await Answerer(finder, model).answer("how much?", **ASK)
    passages, locale = model.asked[0]
    assert locale == "en"
    assert [passage.document_id for passage in passages] == ["delivery"]
    await Answerer(Finder(_passage("post", 0.2)), model).answer("how much?", **ASK)
    assert len(model.asked) == 1, "below the line no model is asked"


async def test_a_model_that_does_not_know_is_believed() -> None:
    model = Model(ModelReply("", (), "answer@1+x", "some-model"))
    answer = await Answerer(Finder(_passage("delivery", 0.9)), model).answer("how much?", **ASK)
    assert (answer.kind, answer.text, answer.sources) == ("no_answer", "", ())
    assert (answer.prompt_version, answer.model) == ("answer@1+x", "some-model")


@pytest.mark.parametrize("failure", [Unavailable("down"), OmniError("refused", code="model_refused")])
async def test_when_the_model_fails_a_sure_passage_answers_and_an_unsure_one_does_not(
    failure: OmniError,
) -> None:
    model = Model(failure)
    sure = await Answerer(Finder(_passage("delivery", EXTRACTIVE_ANYWAY)), model).answer("how much?", **ASK)
    assert (sure.text, sure.model, sure.prompt_version) == ("Text of delivery.", EXTRACTIVE, None)
    with pytest.raises(OmniError) as raised:
        await Answerer(Finder(_passage("delivery", 0.79)), model).answer("how much?", **ASK)
    assert raised.value is failure


async def test_only_the_documents_that_are_given_answer() -> None:
    answerer = Answerer(Finder(_passage("delivery", 0.9), _passage("post", 0.7)))
    assert (await answerer.answer("how much?", documents=["post"], **ASK)).text == "Text of post."
    assert (await answerer.answer("how much?", documents=[], **ASK)).kind == "no_answer"


async def test_without_a_model_the_next_headings_are_the_further_questions() -> None:
    returns = replace(_passage("returns", 0.8), heading="Orders / How to return?")
    again = replace(_passage("again", 0.7), heading="How to return?")
    long = replace(_passage("long", 0.65), heading="x" * 101)  # no button holds it
    found = (_passage("delivery", 0.9), returns, again, long, _passage("post", 0.6), _passage("low", 0.2))
    finder = Finder(*found)
    answer = await Answerer(finder).answer("how much?", followups=5, **ASK)
    assert answer.followups == ("How to return?", "Post")
    assert (await Answerer(finder).answer("how much?", followups=1, **ASK)).followups == ("How to return?",)
    assert (await Answerer(finder).answer("how much?", **ASK)).followups == ()


async def test_a_models_further_question_is_offered_where_the_knowledge_answers_it() -> None:
    class Knows(Finder):
        async def retrieve(self, question: str, **within: Any) -> list[Passage]:
            found = await super().retrieve(question, **within)
            return [] if "weather" in question else found

    model = Model(ModelReply("290 ₽.", (0,), "v", "m", ("By post?", "What is the weather?")))
    finder = Knows(_passage("delivery", 0.9))
    answer = await Answerer(finder, model).answer("how much?", manner="Briefly", followups=3, **ASK)
    assert answer.followups == ("By post?",)
    assert model.wanted == [("Briefly", 3)]
    assert finder.asked == ["how much?", "By post?", "What is the weather?"]
