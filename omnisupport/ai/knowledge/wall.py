"""The tenant wall of the knowledge: the only way to search, for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from omnisupport.ai.base import Hit, Vector
from omnisupport.errors import OmniError


class TenantWallBroken(OmniError):
    """An engine returned a chunk outside the scope that it was asked for. A bug: nothing is answered."""

    code = "tenant_wall"
    status = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may see. Engines turn it into their own filter."""

    tenant_id: str
    knowledge: tuple[str, ...]
    locale: str | None = None
    documents: tuple[str, ...] | None = None
    """Only these; None: all."""


class Engine(Protocol):
    """What an engine does for the wall."""

    async def find(self, scope: Scope, vector: Vector, text: str, limit: int) -> list[Hit]:
        """Search inside the scope by meaning and by words."""
        ...


async def search_in_tenant(
    engine: Engine,
    tenant_id: str,
    knowledge: Sequence[str],
    vector: Vector,
    text: str,
    *,
    locale: str | None,
    documents: Sequence[str] | None = None,
    limit: int,
) -> list[Hit]:
    """Search one tenant's knowledge and check on every hit that it is that tenant's.

    Raises:
        TenantWallBroken: a hit lies outside the scope; no hit is returned then, not even the right ones.
    """
    if not tenant_id or not knowledge or (documents is not None and not documents):
        return []
    scope = Scope(tenant_id, tuple(knowledge), locale, None if documents is None else tuple(documents))
    hits = await engine.find(scope, vector, text, limit)
    for hit in hits:
        _check(scope, hit)
    return hits


def _check(scope: Scope, hit: Hit) -> None:
    chunk = hit.chunk
    inside = (
        chunk.tenant_id == scope.tenant_id
        and chunk.knowledge in scope.knowledge
        and scope.locale in (None, chunk.locale)
        and (scope.documents is None or chunk.document_id in scope.documents)
    )
    if not inside:
        raise TenantWallBroken(f"chunk {chunk.chunk_id} was returned to a tenant that it does not belong to")
