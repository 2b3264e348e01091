"""Index documents: cut, embed, store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from omnisupport.ai.base import DocumentInput, Embedder, KnowledgeStore, Vector
from omnisupport.ai.knowledge.chunking import cut

BATCH = 16
"""Passages embedded between two words of progress; about 2 s of one core."""


class Ingestor:
    """Writes documents into the store."""

    def __init__(self, embedder: Embedder, store: KnowledgeStore) -> None:
        self._embedder = embedder
        self._store = store

    async def index(
        self, document: DocumentInput, *, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Make the store hold the document as it is now; returns its number of chunks.

        Until all of it is embedded the old chunks answer. `progress(done, total)` is called between batches,
        for heartbeats; a long document takes about 0.1 s a passage.

        Raises:
            Invalid: there is no readable text in it (`knowledge_empty`); nothing was changed.
            Unavailable: the store did not answer; safe to repeat as a whole.
        """
        chunks = await asyncio.to_thread(cut, document)
        vectors: list[Vector] = []
        for start in range(0, len(chunks), BATCH):
            texts = [chunk.indexed_text for chunk in chunks[start : start + BATCH]]
            vectors += await self._embedder.embed_passages(texts)
            if progress is not None:
                progress(len(vectors), len(chunks))
        await self._store.upsert(document.tenant_id, document.document_id, chunks, vectors)
        return len(chunks)

    async def forget(self, tenant_id: str, document_id: str) -> None:
        """Remove a document; one that is absent is no error."""
        await self._store.delete_document(tenant_id, document_id)
