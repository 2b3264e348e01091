"""One suite for both engines: Qdrant Edge, and a Qdrant server's client in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from omnisupport.ai.base import Hit, KnowledgeStore
from omnisupport.ai.knowledge.edge import EdgeStore
from omnisupport.ai.knowledge.embed import DIMENSIONS
from omnisupport.ai.knowledge.server import ServerStore
from tests.ai.conftest import axis, make_chunk


@pytest.fixture(params=["edge", "server"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[KnowledgeStore]:
    opened: KnowledgeStore
    if request.param == "edge":
        opened = await asyncio.to_thread(EdgeStore.open, tmp_path / "shard", dimensions=DIMENSIONS)
    else:
        opened = ServerStore(AsyncQdrantClient(":memory:"), "knowledge")
    yield opened
    await opened.close()


def _by_text(hits: list[Hit]) -> dict[str, Hit]:
    return {hit.chunk.text: hit for hit in hits}


async def test_an_empty_store_finds_and_counts_nothing(store: KnowledgeStore) -> None:
    assert await store.search("one", ["help"], axis(1), "delivery") == []
    assert await store.count("one") == 0
    await store.delete_document("one", "absent")


async def test_a_chunk_comes_back_as_it_was_written(store: KnowledgeStore) -> None:
    chunk = make_chunk("Доставка стоит 290 ₽", locale="ru")
    await store.upsert("one", "doc", [chunk], [axis(1)])
    hits = await store.search("one", ["help"], axis(1), "доставка")
    assert [hit.chunk for hit in hits] == [chunk]
    assert await store.count("one", ["help"]) == 1
    assert await store.count("one", ["other"]) == 0


async def test_meaning_and_words_are_scored_apart(store: KnowledgeStore) -> None:
    chunks = [make_chunk("courier delivery", number=1), make_chunk("green tea", number=2)]
    await store.upsert("one", "doc", chunks, [axis(0.1, 1), axis(1)])
    hits = _by_text(await store.search("one", ["help"], axis(1), "delivery"))
    assert hits["green tea"].cosine == pytest.approx(1, abs=1e-3)
    assert hits["green tea"].bm25 is None
    assert hits["courier delivery"].cosine == pytest.approx(0.0995, abs=1e-3)
    assert (hits["courier delivery"].bm25 or 0) > 0


async def test_words_match_in_any_form_in_both_languages(store: KnowledgeStore) -> None:
    chunks = [make_chunk("Возврат товаров", number=1, locale="ru"), make_chunk("Refunds", number=2)]
    await store.upsert("one", "doc", chunks, [axis(1), axis(1)])
    for asked, text in (("вернуть товары", "Возврат товаров"), ("refunded", "Refunds")):
        hits = _by_text(await store.search("one", ["help"], axis(0, 1), asked))
        assert hits[text].bm25 is not None
        assert sum(hit.bm25 is not None for hit in hits.values()) == 1


async def test_a_question_without_any_word_is_searched_by_meaning(store: KnowledgeStore) -> None:
    await store.upsert("one", "doc", [make_chunk("green tea")], [axis(1)])
    hits = await store.search("one", ["help"], axis(1), "и как же так")
    assert [(hit.chunk.text, hit.bm25) for hit in hits] == [("green tea", None)]


async def test_writing_a_document_again_replaces_all_of_it(store: KnowledgeStore) -> None:
    old = [make_chunk(f"old {number}", number=number) for number in range(3)]
    await store.upsert("one", "doc", old, [axis(1)] * 3)
    await store.upsert("one", "other", [make_chunk("kept", document="other")], [axis(1)])
    await store.upsert("one", "doc", [make_chunk("new", number=0)], [axis(1)])
    hits = await store.search("one", ["help"], axis(1), "old new")
    assert sorted(hit.chunk.text for hit in hits) == ["kept", "new"]
    assert await store.count("one") == 2


async def test_a_deleted_document_is_gone_for_its_tenant_only(store: KnowledgeStore) -> None:
    for tenant in ("one", "two"):
        await store.upsert(tenant, "doc", [make_chunk("text", tenant=tenant)], [axis(1)])
    await store.delete_document("one", "doc")
    assert await store.count("one") == 0
    assert await store.count("two") == 1


async def test_writing_a_document_leaves_another_tenants_of_the_same_id(store: KnowledgeStore) -> None:
    for tenant in ("one", "two"):
        chunks = [make_chunk(f"{tenant} {number}", tenant=tenant, number=number) for number in range(2)]
        await store.upsert(tenant, "doc", chunks, [axis(1)] * 2)
    await store.upsert("one", "doc", [make_chunk("one only", tenant="one")], [axis(1)])
    hits = await store.search("two", ["help"], axis(1), "two")
    assert sorted(hit.chunk.text for hit in hits) == ["two 0", "two 1"]


async def test_a_search_stays_inside_tenant_knowledge_and_language(store: KnowledgeStore) -> None:
    await store.upsert("one", "doc", [make_chunk("mine")], [axis(1)])
    await store.upsert("one", "ru", [make_chunk("моё", document="ru", locale="ru")], [axis(1)])
    await store.upsert("one", "int", [make_chunk("internal", document="int", knowledge="staff")], [axis(1)])
    await store.upsert("two", "doc", [make_chunk("theirs", tenant="two")], [axis(1)])

    async def texts(knowledge: list[str], locale: str | None = None) -> list[str]:
        found = await store.search("one", knowledge, axis(1), "mine theirs internal", locale=locale)
        return sorted(hit.chunk.text for hit in found)

    assert await texts(["help"]) == ["mine", "моё"]
    assert await texts(["help", "staff"]) == ["internal", "mine", "моё"]
    assert await texts(["help"], "ru") == ["моё"]
    assert await texts([]) == []
    assert await store.search("", ["help"], axis(1), "mine") == []


async def test_another_tenants_words_do_not_change_the_score(store: KnowledgeStore) -> None:
    """IDF over the whole collection would let tenant two make `delivery` a common word for tenant one."""
    chunks = [make_chunk("delivery by courier", number=1), make_chunk("green tea in tins", number=2)]
    await store.upsert("one", "doc", chunks, [axis(1), axis(1)])

    async def score() -> float:
        hits = _by_text(await store.search("one", ["help"], axis(1), "delivery"))
        return hits["delivery by courier"].bm25 or 0.0

    before = await score()
    flood = [make_chunk(f"delivery {number}", tenant="two", number=number) for number in range(40)]
    await store.upsert("two", "doc", flood, [axis(1)] * 40)
    assert await score() == pytest.approx(before, rel=1e-6)


async def test_chunks_of_another_document_are_not_written(store: KnowledgeStore) -> None:
    with pytest.raises(ValueError, match="belong"):
        await store.upsert("one", "doc", [make_chunk("x", tenant="two")], [axis(1)])
    assert await store.count("two") == 0


async def test_no_more_than_the_limit_of_each_search_is_returned(store: KnowledgeStore) -> None:
    chunks = [make_chunk(f"tea number {number}", number=number) for number in range(30)]
    await store.upsert("one", "doc", chunks, [axis(1, number / 30) for number in range(30)])
    hits = await store.search("one", ["help"], axis(1), "tea", limit=5)
    assert sum(hit.cosine is not None for hit in hits) == 5
    assert sum(hit.bm25 is not None for hit in hits) == 5


async def test_searches_and_writes_at_once_see_whole_documents(store: KnowledgeStore) -> None:
    async def write() -> None:
        for round_ in range(5):
            chunks = [make_chunk(f"tea {round_} {number}", number=number) for number in range(4)]
            await store.upsert("one", "doc", chunks, [axis(1)] * 4)

    async def read() -> list[int]:
        return [len(await store.search("one", ["help"], axis(1), "tea")) for _ in range(20)]

    await write()
    _, *counts = await asyncio.gather(write(), read(), read())
    assert {count for counted in counts for count in counted} == {4}


async def test_a_search_may_be_narrowed_to_documents(store: KnowledgeStore) -> None:
    first, second = make_chunk("courier delivery", number=1), make_chunk("delivery by post", number=2)
    second = replace(second, document_id="other")
    await store.upsert("one", first.document_id, [first], [axis(1)])
    await store.upsert("one", "other", [second], [axis(1)])

    async def found(documents: list[str] | None) -> set[str]:
        hits = await store.search("one", ["help"], axis(1), "delivery", documents=documents)
        return {hit.chunk.text for hit in hits}

    assert await found(None) == {"courier delivery", "delivery by post"}
    assert await found(["other"]) == {"delivery by post"}
    assert await found(["absent"]) == await found([]) == set()
