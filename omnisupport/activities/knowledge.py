"""The vector engine belongs to the worker: others reach it by these activities, called from the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.ai.base import DocumentInput, Passage

INGEST = "ingest_document"
SEARCH = "search_knowledge"
FORGET = "forget_document"


@dataclass(frozen=True)
class KnowledgeQuery:
    """A question to try in one tenant's knowledge."""

    tenant_id: str
    query: str
    locale: str
    knowledge: list[str] = field(default_factory=list)
    limit: int = 8


@dataclass(frozen=True)
class Document:
    """One document to index, as it lies in Postgres."""

    tenant_id: str
    document_id: str
    knowledge: str
    locale: str
    title: str
    url: str | None
    markdown: str


@dataclass(frozen=True)
class Forgotten:
    """A document that answers are made from no more."""

    tenant_id: str
    document_id: str


class Knowledge(Protocol):
    """`ai/knowledge/knowledge_base.py`."""

    async def retrieve(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        limit: int = 8,
        min_confidence: float = 0.0,
    ) -> list[Passage]:
        """Passages, best first."""
        ...

    async def index(
        self, document: DocumentInput, *, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Index a document anew; returns the number of its chunks."""
        ...

    async def forget(self, tenant_id: str, document_id: str) -> None:
        """Remove a document; one that is absent is no error."""
        ...


class Bases(Protocol):
    """Knowledge bases of a tenant (`storage/queries/knowledge.py`)."""

    async def names(self, tenant_id: UUID) -> list[str]:
        """Every base that has a document."""
        ...

    async def documents(
        self, tenant_id: UUID, knowledge: Sequence[str], filters: Mapping[str, Any]
    ) -> list[str]:
        """Ids of the documents of these bases that have these properties."""
        ...


class KnowledgeActivities:
    """Activities on queue `ai`."""

    def __init__(self, knowledge: Knowledge, bases: Bases) -> None:
        self._knowledge = knowledge
        self._bases = bases

    @activity.defn(name=SEARCH)
    async def search(self, query: KnowledgeQuery) -> list[dict[str, Any]]:
        """Passages with scores, those below the confidence line too."""
        found = await self._knowledge.retrieve(
            query.query,
            tenant_id=query.tenant_id,
            knowledge=query.knowledge or await self._bases.names(UUID(query.tenant_id)),
            locale=query.locale,
            limit=query.limit,
            min_confidence=0.0,
        )
        return [asdict(passage) for passage in found]

    @activity.defn(name=INGEST)
    async def ingest(self, document: Document) -> int:
        """Index one document; the same document again replaces itself."""
        return await self._knowledge.index(
            DocumentInput(**asdict(document)), progress=lambda *done: activity.heartbeat(*done)
        )

    @activity.defn(name=FORGET)
    async def forget(self, told: Forgotten) -> None:
        """Take one document out of the index."""
        await self._knowledge.forget(told.tenant_id, told.document_id)
