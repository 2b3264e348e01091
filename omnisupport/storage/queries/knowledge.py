"""Which knowledge bases a tenant has."""

from __future__ import annotations

from time import monotonic
from uuid import UUID

from sqlmodel import select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument

FRESH_FOR_S = 5.0


class KnowledgeBases:
    """Names of knowledge bases, read at most every few seconds: each answer asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[UUID, tuple[float, list[str]]] = {}

    async def names(self, tenant_id: UUID) -> list[str]:
        """Every base that has a document, in order."""
        read_at, names = self._read.get(tenant_id, (0.0, []))
        if names and monotonic() - read_at < FRESH_FOR_S:
            return names
        async with self._database.session(tenant_id) as session:
            found = await session.exec(
                select(KnowledgeDocument.knowledge)
                .where(KnowledgeDocument.tenant_id == tenant_id)
                .distinct()
                .order_by(KnowledgeDocument.knowledge)
            )
            names = list(found.all())
        self._read[tenant_id] = (monotonic(), names)
        return names
