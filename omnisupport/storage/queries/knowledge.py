"""Which knowledge bases a tenant has, and which of their documents have a property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.knowledge import DOCUMENT_PROPERTIES
from omnisupport.errors import Invalid
from omnisupport.storage.session import Database
from omnisupport.storage.tables import KnowledgeDocument

FRESH_FOR_S = 5.0
MOST_DOCUMENTS = 10_000
"""A search names its documents one by one."""


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

    async def documents(
        self, tenant_id: UUID, knowledge: Sequence[str], filters: Mapping[str, Any]
    ) -> list[str]:
        """Ids of the documents of these bases that have these properties.

        A property is one of `DOCUMENT_PROPERTIES`; its value is one text, or a list of which one must hold. What is
        no property of documents holds for none.

        Raises:
            Invalid: more than 10,000 documents have them (code `filters_too_wide`): some would never be searched.
        """
        wanted = select(KnowledgeDocument.id).where(
            KnowledgeDocument.tenant_id == tenant_id, col(KnowledgeDocument.knowledge).in_(knowledge)
        )
        for name, value in filters.items():
            if name not in DOCUMENT_PROPERTIES:
                return []
            values = value if isinstance(value, list) else [value]
            column = col(getattr(KnowledgeDocument, name))
            wanted = wanted.where(column.in_([each for each in values if isinstance(each, str)]))
        async with self._database.session(tenant_id) as session:
            found = (await session.exec(wanted.limit(MOST_DOCUMENTS + 1))).all()
        if len(found) > MOST_DOCUMENTS:
            raise Invalid(
                f"The filters fit more than {MOST_DOCUMENTS} documents: give them a knowledge base of their own.",
                code="filters_too_wide",
                field="filters",
            )
        return [str(each) for each in found]
