"""The knowledge store over a Qdrant server (`QDRANT_URL`), through LlamaIndex's vector store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from omnisupport.ai.base import Chunk, Hit, Vector
from omnisupport.ai.knowledge.edge import DENSE, WORDS, chunk_from
from omnisupport.ai.knowledge.sparse import encode_passage, encode_question
from omnisupport.ai.knowledge.wall import Scope, search_in_tenant
from omnisupport.errors import Unavailable

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores.types import VectorStoreQueryResult
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from llama_index.vector_stores.qdrant.utils import HybridFusionCallable
    from qdrant_client import AsyncQdrantClient
    from qdrant_client.http.models import Filter

SEARCH_TIMEOUT = 2.0
"""Seconds; a customer waits behind a search."""
WRITE_TIMEOUT = 15.0
WRITE_TIMEOUT_PER_CHUNK = 0.05

_COSINE = "_cosine"
_BM25 = "_bm25"


class ServerStore:
    """`KnowledgeStore` over `AsyncQdrantClient`; several workers may share one collection.

    LlamaIndex's store writes, makes the collection and runs the hybrid query; deleting and counting go to the
    client, because its `adelete` knows a document id but no tenant.
    """

    def __init__(self, client: AsyncQdrantClient, collection: str) -> None:
        self._client = client
        self._collection = collection
        self._store = _vector_store(client, collection)
        self._exists = False

    @classmethod
    def connect(cls, url: str, *, collection: str, api_key: str | None = None) -> ServerStore:
        """Make a store for the server at `url`; nothing is sent yet."""
        from qdrant_client import AsyncQdrantClient

        client = AsyncQdrantClient(
            url=url,
            api_key=api_key,
            timeout=int(WRITE_TIMEOUT),
            # The check is a blocking request in the constructor.
            check_compatibility=False,
        )
        return cls(client, collection)

    async def upsert(
        self, tenant_id: str, document_id: str, chunks: Sequence[Chunk], vectors: Sequence[Vector]
    ) -> None:
        """Write the new chunks, then delete what is left of the old ones."""
        if any((chunk.tenant_id, chunk.document_id) != (tenant_id, document_id) for chunk in chunks):
            raise ValueError("every chunk must belong to the tenant and document that is written")
        nodes = [_node(chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
        async with _answering(WRITE_TIMEOUT + len(nodes) * WRITE_TIMEOUT_PER_CHUNK):
            if nodes:
                await self._store.async_add(list(nodes))
            await self._delete(tenant_id, document_id, but=[chunk.chunk_id for chunk in chunks])

    async def delete_document(self, tenant_id: str, document_id: str) -> None:
        """Delete every chunk of a document."""
        async with _answering(WRITE_TIMEOUT):
            await self._delete(tenant_id, document_id, but=[])

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
        """Both searches in one round trip; see `wall.Engine`."""
        from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode
        from qdrant_client.http.models import IdfCorpusParams, SearchParams

        hybrid = bool(encode_question(text))
        query = VectorStoreQuery(
            query_embedding=list(vector),
            query_str=text,
            similarity_top_k=limit,
            sparse_top_k=limit,
            hybrid_top_k=2 * limit,
            mode=VectorStoreQueryMode.HYBRID if hybrid else VectorStoreQueryMode.DEFAULT,
        )
        # How rare a word is, is counted among the tenant's own chunks: see `edge.py`.
        corpus = _filter({"tenant_id": scope.tenant_id, "knowledge": list(scope.knowledge)})
        within = _filter(
            {
                "tenant_id": scope.tenant_id,
                "knowledge": list(scope.knowledge),
                "locale": scope.locale,
                "document_id": list(scope.documents) if scope.documents is not None else None,
            }
        )
        async with _answering(SEARCH_TIMEOUT):
            if not await self._collection_exists():
                return []
            result = await self._store.aquery(
                query,
                qdrant_filters=within,
                search_params=SearchParams(idf=IdfCorpusParams(corpus=corpus)),
            )
        return _hits(result if hybrid else _fuse(result, None))

    async def count(self, tenant_id: str, knowledge: Sequence[str] | None = None) -> int:
        """Count chunks exactly."""
        conditions = {"tenant_id": tenant_id, "knowledge": None if knowledge is None else list(knowledge)}
        async with _answering(SEARCH_TIMEOUT):
            if not await self._collection_exists():
                return 0
            counted = await self._client.count(self._collection, count_filter=_filter(conditions))
        return counted.count

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def _collection_exists(self) -> bool:
        if not self._exists:
            self._exists = await self._client.collection_exists(self._collection)
        return self._exists

    async def _delete(self, tenant_id: str, document_id: str, *, but: list[str]) -> None:
        from qdrant_client.http.models import FilterSelector, HasIdCondition

        if not await self._collection_exists():
            return
        old = _filter({"tenant_id": tenant_id, "document_id": document_id})
        old.must_not = [HasIdCondition(has_id=list(but))] if but else None
        await self._client.delete(self._collection, points_selector=FilterSelector(filter=old), wait=True)


def _vector_store(client: AsyncQdrantClient, collection: str) -> QdrantVectorStore:
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client.http.models import Modifier, PayloadSchemaType, SparseVectorParams

    indexes: list[dict[str, Any]] = [
        {"field_name": field, "field_schema": PayloadSchemaType.KEYWORD}
        for field in ("tenant_id", "knowledge", "locale", "document_id")
    ]
    return QdrantVectorStore(
        collection,
        aclient=client,
        enable_hybrid=True,
        dense_vector_name=DENSE,
        sparse_vector_name=WORDS,
        sparse_config=SparseVectorParams(modifier=Modifier.IDF),
        sparse_doc_fn=lambda texts: _encoded(texts, query=False),
        sparse_query_fn=lambda texts: _encoded(texts, query=True),
        hybrid_fusion_fn=cast("HybridFusionCallable", _fuse),
        payload_indexes=indexes,
        max_retries=1,
    )


def _encoded(texts: list[str], *, query: bool) -> tuple[list[list[int]], list[list[float]]]:
    vectors = [encode_question(text) if query else encode_passage(text) for text in texts]
    return [list(vector.keys()) for vector in vectors], [list(vector.values()) for vector in vectors]


def _fuse(
    dense_result: VectorStoreQueryResult,
    sparse_result: VectorStoreQueryResult | None,
    alpha: float = 0.5,
    top_k: int = 0,
) -> VectorStoreQueryResult:
    """Keep both scores on each node instead of mixing them: ranking is `retrieve.py`'s."""
    nodes = {
        node.node_id: node
        for result in (dense_result, sparse_result)
        if result
        for node in result.nodes or []
    }
    for key, result in ((_COSINE, dense_result), (_BM25, sparse_result)):
        if result:
            for node, score in zip(result.nodes or [], result.similarities or [], strict=True):
                nodes[node.node_id].metadata[key] = score
    return type(dense_result)(nodes=list(nodes.values()))


def _hits(result: VectorStoreQueryResult) -> list[Hit]:
    return [
        Hit(chunk_from(node.metadata), node.metadata.get(_COSINE), node.metadata.get(_BM25))
        for node in result.nodes or []
    ]


def _node(chunk: Chunk, vector: Vector) -> TextNode:
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    metadata: dict[str, Any] = asdict(chunk)
    return TextNode(
        id_=chunk.chunk_id,
        text=chunk.indexed_text,
        embedding=list(vector),
        metadata=metadata,
        # LlamaIndex would embed and index the metadata with the text.
        excluded_embed_metadata_keys=list(metadata),
        # It also overwrites `document_id` in the payload by the source's id, so the two must agree.
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.document_id)},
    )


def _filter(conditions: dict[str, str | list[str] | None]) -> Filter:
    from qdrant_client.http.models import FieldCondition, Filter, MatchAny, MatchValue

    return Filter(
        must=[
            FieldCondition(
                key=key, match=MatchAny(any=value) if isinstance(value, list) else MatchValue(value=value)
            )
            for key, value in conditions.items()
            if value is not None
        ]
    )


@asynccontextmanager
async def _answering(seconds: float) -> AsyncIterator[None]:
    from qdrant_client.http.exceptions import ApiException

    try:
        async with asyncio.timeout(seconds):
            yield
    except (ApiException, TimeoutError, OSError) as error:
        raise Unavailable(
            f"The Qdrant server did not answer within {seconds:g} s or refused ({type(error).__name__}).",
            code="knowledge_unavailable",
            retry_after=1.0,
        ) from error
