"""What only the store over a Qdrant server has to promise."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from omnisupport.ai.knowledge import server
from omnisupport.ai.knowledge.server import ServerStore
from omnisupport.errors import Unavailable
from tests.ai.conftest import axis, make_chunk


async def test_a_server_that_is_not_there_is_reported_as_unavailable(unused_tcp_port: int) -> None:
    store = ServerStore.connect(f"http://127.0.0.1:{unused_tcp_port}", collection="knowledge")
    with pytest.raises(Unavailable) as refused:
        await store.search("one", ["help"], axis(1), "tea")
    await store.close()
    assert refused.value.code == "knowledge_unavailable"
    assert refused.value.retryable


async def test_a_server_that_does_not_answer_is_given_up_after_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "SEARCH_TIMEOUT", 0.2)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    store = ServerStore.connect(f"http://127.0.0.1:{port}", collection="knowledge")
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await store.search("one", ["help"], axis(1), "tea")
    await store.close()
    listening.close()
    assert time.monotonic() - started < 5


@pytest.mark.skipif(
    "OMNI_TEST_QDRANT_URL" not in os.environ, reason="OMNI_TEST_QDRANT_URL names no live server"
)
async def test_a_live_server_answers_like_the_one_in_memory() -> None:
    store = ServerStore.connect(os.environ["OMNI_TEST_QDRANT_URL"], collection="omni_test")
    chunks = [make_chunk("courier delivery", number=1), make_chunk("green tea", number=2)]
    await store.upsert("one", "doc", chunks, [axis(0.1, 1), axis(1)])
    hits = {hit.chunk.text: hit for hit in await store.search("one", ["help"], axis(1), "delivery")}
    await store.delete_document("one", "doc")
    await store.close()
    assert hits["green tea"].bm25 is None
    assert (hits["courier delivery"].bm25 or 0) > 0
