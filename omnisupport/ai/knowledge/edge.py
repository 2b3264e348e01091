"""The embedded knowledge store: one Qdrant Edge shard in a folder, opened by exactly one process."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from omnisupport.ai.base import Chunk, Hit, Vector
from omnisupport.ai.knowledge.sparse import SparseVector, encode_passage, encode_question
from omnisupport.ai.knowledge.wall import Scope, search_in_tenant
from omnisupport.errors import Conflict, OmniError, Unavailable

if TYPE_CHECKING:
    from qdrant_edge import EdgeShard, Filter, HasIdCondition, Point, QueryRequest, ScoredPoint

DENSE = "dense"
WORDS = "bm25"

FLUSH_AFTER = 1.0
"""Seconds of quiet after a write before it is flushed. The write-ahead log keeps it safe until then."""
OPTIMIZE_AFTER = 2_000
"""Chunks written since the last optimisation that are worth another (it builds the graph index)."""

_FIELDS = tuple(field.name for field in fields(Chunk))
_Result = TypeVar("_Result")


class EdgeStore:
    """`KnowledgeStore` over Qdrant Edge.

    A write is in the write-ahead log when its call returns, so a killed process loses none. Searches run on
    two threads, writes on one; a background thread flushes and optimises.
    """

    def __init__(self, shard: EdgeShard) -> None:
        self._shard = shard
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="knowledge-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="knowledge-write")
        self._keeper = _Housekeeper(shard)
        self._closed = False

    @classmethod
    def open(cls, folder: Path, *, dimensions: int) -> EdgeStore:
        """Open the shard in `folder`, or make it. Blocks for about 0.2 s at 10,000 chunks.

        Raises:
            Conflict: another process has the folder open (`knowledge_in_use`).
            OmniError: the folder holds something that is no readable shard (`knowledge_unreadable`).
        """
        try:
            return cls(_open_shard(folder, dimensions))
        except OmniError:
            raise
        # The binding raises a bare Exception for every failure; the words are all that tells them apart.
        except Exception as error:
            raise _refusal(folder, error) from error

    async def upsert(
        self, tenant_id: str, document_id: str, chunks: Sequence[Chunk], vectors: Sequence[Vector]
    ) -> None:
        """Write the new chunks, then delete what is left of the old ones."""
        if any((chunk.tenant_id, chunk.document_id) != (tenant_id, document_id) for chunk in chunks):
            raise ValueError("every chunk must belong to the tenant and document that is written")
        write = partial(self._replace, tenant_id, document_id, list(chunks), list(vectors))
        await self._run(self._writer, write)

    async def delete_document(self, tenant_id: str, document_id: str) -> None:
        """Delete every chunk of a document."""
        await self._run(self._writer, partial(self._replace, tenant_id, document_id, [], []))

    async def search(
        self,
        tenant_id: str,
        knowledge: Sequence[str],
        vector: Vector,
        text: str,
        *,
        locale: str | None = None,
        documents: Sequence[str] | None = None,
        limit: int = 24,
    ) -> list[Hit]:
        """Search behind the tenant wall."""
        return await search_in_tenant(
            self, tenant_id, knowledge, vector, text, locale=locale, documents=documents, limit=limit
        )

    async def find(self, scope: Scope, vector: Vector, text: str, limit: int) -> list[Hit]:
        """Both searches in one batch; see `wall.Engine`."""
        return await self._run(self._readers, partial(self._find, scope, list(vector), text, limit))

    async def count(self, tenant_id: str, knowledge: Sequence[str] | None = None) -> int:
        """Count chunks exactly."""
        return await self._run(self._readers, partial(self._count, tenant_id, knowledge))

    async def close(self) -> None:
        """Flush and release the folder for the next process."""
        if self._closed:
            return
        self._closed = True
        self._readers.shutdown()
        self._writer.shutdown()
        self._keeper.stop()
        await asyncio.to_thread(self._shard.close)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], _Result]) -> _Result:
        if self._closed:
            raise Unavailable("The knowledge store is closed.", code="knowledge_unavailable")
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def _replace(self, tenant_id: str, document_id: str, chunks: list[Chunk], vectors: list[Vector]) -> None:
        from qdrant_edge import HasIdCondition, UpdateOperation

        points = [_point(chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
        if points:
            self._shard.update(UpdateOperation.upsert_points(points))
        kept = HasIdCondition({uuid.UUID(chunk.chunk_id) for chunk in chunks})
        old = _filter({"tenant_id": tenant_id, "document_id": document_id}, but_not=kept)
        self._shard.update(UpdateOperation.delete_points_by_filter(old))
        self._keeper.written(len(points) + 1)

    def _find(self, scope: Scope, vector: list[float], text: str, limit: int) -> list[Hit]:
        from qdrant_edge import QueryBatchRequest

        within = _filter(
            {
                "tenant_id": scope.tenant_id,
                "knowledge": list(scope.knowledge),
                "locale": scope.locale,
                "document_id": list(scope.documents) if scope.documents is not None else None,
            }
        )
        corpus = _filter({"tenant_id": scope.tenant_id, "knowledge": list(scope.knowledge)})
        requests = [_dense_request(vector, within, limit)]
        sparse = encode_question(text)
        if sparse:
            requests.append(_words_request(sparse, within, corpus, limit))
        dense_hits, *word_hits = self._shard.query_batch(QueryBatchRequest(requests))
        return _merge(dense_hits, word_hits[0] if word_hits else [])

    def _count(self, tenant_id: str, knowledge: Sequence[str] | None) -> int:
        from qdrant_edge import CountRequest

        within = {"tenant_id": tenant_id, "knowledge": None if knowledge is None else list(knowledge)}
        return self._shard.count(CountRequest(filter=_filter(within)))


class _Housekeeper:
    """Flushes after a pause in the writes, and optimises after many; both away from every caller."""

    def __init__(self, shard: EdgeShard) -> None:
        self._shard = shard
        self._wake = threading.Condition()
        self._dirty = False
        self._since_optimize = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="knowledge-flush", daemon=True)
        self._thread.start()

    def written(self, chunks: int) -> None:
        with self._wake:
            self._dirty = True
            self._since_optimize += chunks
            self._wake.notify()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            with self._wake:
                self._wake.wait_for(lambda: self._dirty or self._stopping)
                self._wake.wait_for(lambda: self._stopping, timeout=FLUSH_AFTER)
                optimize = self._since_optimize >= OPTIMIZE_AFTER and not self._stopping
                self._dirty = False
                if optimize:
                    self._since_optimize = 0
            self._shard.flush()
            if optimize:
                self._shard.optimize()


def _open_shard(folder: Path, dimensions: int) -> EdgeShard:
    from qdrant_edge import (
        Distance,
        EdgeConfig,
        EdgeShard,
        EdgeSparseVectorParams,
        EdgeVectorParams,
        KeywordIndexParams,
        Modifier,
        UpdateOperation,
    )

    config = EdgeConfig(
        vectors={DENSE: EdgeVectorParams(size=dimensions, distance=Distance.Cosine)},
        sparse_vectors={WORDS: EdgeSparseVectorParams(modifier=Modifier.Idf)},
    )
    # A process killed while it made the shard may leave segments without the configuration, or less.
    segments = folder / "segments"
    if (folder / "edge_config.json").exists() or (segments.is_dir() and any(segments.iterdir())):
        shard = EdgeShard.load(str(folder), config)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        shard = EdgeShard.create(str(folder), config)
    # For the same reason the indexes are looked after at every start.
    present = shard.info().payload_schema
    for field in ("tenant_id", "knowledge", "locale", "document_id"):
        if field not in present:
            params = KeywordIndexParams(is_tenant=field == "tenant_id")
            shard.update(UpdateOperation.create_field_index(field, params))
    return shard


def _refusal(folder: Path, error: Exception) -> OmniError:
    if "WouldBlock" in str(error):
        return Conflict(
            f"The knowledge folder {folder} is open in another process. Run one worker, or set QDRANT_URL "
            "so that several share a Qdrant server.",
            code="knowledge_in_use",
        )
    return OmniError(
        f"The knowledge folder {folder} cannot be read ({error}). Move it away and import again: "
        "the documents themselves are in Postgres.",
        code="knowledge_unreadable",
    )


def _point(chunk: Chunk, vector: Vector) -> Point:
    from qdrant_edge import Point, SparseVector

    words = encode_passage(chunk.indexed_text)
    sparse = SparseVector(list(words.keys()), list(words.values()))
    return Point(
        id=uuid.UUID(chunk.chunk_id), vector={DENSE: list(vector), WORDS: sparse}, payload=asdict(chunk)
    )


def _dense_request(vector: list[float], within: Filter, limit: int) -> QueryRequest:
    from qdrant_edge import Query, QueryRequest

    nearest = Query.Nearest(vector, using=DENSE)
    return QueryRequest(limit=limit, query=nearest, filter=within, with_payload=True)


def _words_request(sparse: SparseVector, within: Filter, corpus: Filter, limit: int) -> QueryRequest:
    from qdrant_edge import IdfParams, Query, QueryRequest, SearchParams
    from qdrant_edge import SparseVector as EdgeSparseVector

    vector = EdgeSparseVector(list(sparse.keys()), list(sparse.values()))
    # The corpus filter counts how rare a word is among the tenant's own chunks: without it one tenant's
    # documents would change another's ranking.
    return QueryRequest(
        limit=limit,
        query=Query.Nearest(vector, using=WORDS),
        filter=within,
        with_payload=True,
        params=SearchParams(idf=IdfParams(corpus=corpus)),
    )


def _filter(
    conditions: dict[str, str | list[str] | None], *, but_not: HasIdCondition | None = None
) -> Filter:
    from qdrant_edge import FieldCondition, Filter, MatchAny, MatchValue

    must: list[Any] = [
        FieldCondition(key=key, match=MatchAny(value) if isinstance(value, list) else MatchValue(value))
        for key, value in conditions.items()
        if value is not None
    ]
    return Filter(must=must, must_not=[but_not] if but_not is not None else None)


def _merge(dense: Sequence[ScoredPoint], words: Sequence[ScoredPoint]) -> list[Hit]:
    cosines = {str(point.id): point.score for point in dense}
    scores = {str(point.id): point.score for point in words}
    payloads: dict[str, dict[str, Any]] = {str(point.id): point.payload or {} for point in (*dense, *words)}
    return [
        Hit(chunk_from(payload), cosines.get(point_id), scores.get(point_id))
        for point_id, payload in payloads.items()
    ]


def chunk_from(payload: dict[str, Any]) -> Chunk:
    """Read a chunk back from an engine's payload, which may hold more."""
    return Chunk(**{name: payload.get(name, "") for name in _FIELDS})
