"""The tenant wall: an engine that ignores its filter is caught on the first hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from omnisupport.ai.base import Hit, Vector
from omnisupport.ai.knowledge.edge import EdgeStore
from omnisupport.ai.knowledge.embed import DIMENSIONS
from omnisupport.ai.knowledge.server import ServerStore
from omnisupport.ai.knowledge.wall import Scope, TenantWallBroken, search_in_tenant
from tests.ai.conftest import axis, make_chunk


class LeakyEngine:
    """Returns what it likes."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = list(hits)
        self.scopes: list[Scope] = []

    async def find(self, scope: Scope, vector: Vector, text: str, limit: int) -> list[Hit]:
        self.scopes.append(scope)
        return self.hits


def _hit(**where: str) -> Hit:
    return Hit(make_chunk("text", **where), 0.9, None)  # type: ignore[arg-type]


async def test_hits_inside_the_scope_pass() -> None:
    engine = LeakyEngine(_hit(), _hit(document="other"))
    found = await search_in_tenant(engine, "one", ["help"], axis(1), "q", locale=None, limit=5)
    assert found == engine.hits
    assert engine.scopes == [Scope("one", ("help",), None)]


@pytest.mark.parametrize(
    "foreign", [{"tenant": "two"}, {"tenant": ""}, {"knowledge": "staff"}, {"locale": "ru"}], ids=str
)
async def test_one_planted_foreign_hit_stops_the_whole_answer(foreign: dict[str, str]) -> None:
    engine = LeakyEngine(_hit(), _hit(**foreign))
    with pytest.raises(TenantWallBroken) as broken:
        await search_in_tenant(engine, "one", ["help"], axis(1), "q", locale="en", limit=5)
    assert broken.value.code == "tenant_wall"
    assert not broken.value.retryable
    assert "text" not in broken.value.detail


async def test_a_hit_of_another_document_than_was_asked_for_stops_the_answer() -> None:
    engine = LeakyEngine(_hit(document="doc"), _hit(document="other"))
    both = ["doc", "other"]
    assert (
        len(
            await search_in_tenant(
                engine, "one", ["help"], axis(1), "q", locale=None, documents=both, limit=5
            )
        )
        == 2
    )
    with pytest.raises(TenantWallBroken):
        await search_in_tenant(engine, "one", ["help"], axis(1), "q", locale=None, documents=["doc"], limit=5)


@pytest.mark.parametrize(("tenant", "knowledge"), [("", ["help"]), ("one", [])])
async def test_without_a_tenant_or_knowledge_the_engine_is_not_even_asked(
    tenant: str, knowledge: list[str]
) -> None:
    engine = LeakyEngine(_hit())
    assert await search_in_tenant(engine, tenant, knowledge, axis(1), "q", locale=None, limit=5) == []
    assert engine.scopes == []


async def test_a_foreign_payload_planted_in_the_shard_is_caught(tmp_path: Path) -> None:
    """The filter reads the index, the wall the payload: here they were made to disagree."""
    store = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    await store.upsert("two", "doc", [make_chunk("secret of two", tenant="two")], [axis(1)])
    original = store._find

    def without_filter(scope: Scope, vector: list[float], text: str, limit: int) -> list[Hit]:
        return original(Scope("two", scope.knowledge), vector, text, limit)

    store._find = without_filter  # type: ignore[method-assign]
    with pytest.raises(TenantWallBroken):
        await store.search("one", ["help"], axis(1), "secret")
    await store.close()


async def test_a_foreign_payload_planted_on_the_server_is_caught() -> None:
    client = AsyncQdrantClient(":memory:")
    store = ServerStore(client, "knowledge")
    await store.upsert("two", "doc", [make_chunk("secret of two", tenant="two")], [axis(1)])
    # The indexed field is forged, so the server's own filter lets it through.
    point = make_chunk("", tenant="two").chunk_id
    await client.set_payload("knowledge", payload={"tenant_id": "one"}, points=[point])
    with pytest.raises(TenantWallBroken):
        await store.search("one", ["help"], axis(1), "secret")
    await store.close()
