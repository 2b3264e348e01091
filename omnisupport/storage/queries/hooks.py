"""Calls of outside services: which connection one is for, and what it is signed with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlmodel import select

from omnisupport.net.sealing import Sealer
from omnisupport.storage.queries.connections import place_of_signing
from omnisupport.storage.queries.tenants import SLUG
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Connection, Tenant, TenantSlug

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


@dataclass(frozen=True)
class Hook:
    """A connection that may call us."""

    tenant_id: UUID
    connection_id: UUID
    key: str
    secrets: list[str]
    """The newest first; the one before it is good until the next renewal."""


class Hooks:
    """Connections of every tenant that may call, found before a tenant is known."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def find(self, slug: str, key: str) -> Hook | None:
        """Who calls by this address; None: no open tenant, no such connection, or one without a signing secret."""
        if not SLUG.fullmatch(slug) or not KEY.fullmatch(key):
            return None
        async with self._database.session(None) as session:
            home = await session.get(TenantSlug, slug)
        if home is None:
            return None
        async with self._database.session(home.tenant_id) as session:
            tenant = await session.get(Tenant, home.tenant_id)
            found = (
                await session.exec(
                    select(Connection).where(Connection.tenant_id == home.tenant_id, Connection.key == key)
                )
            ).first()
        if tenant is None or tenant.status != "active" or found is None or found.signing is None:
            return None
        secrets: list[str] = orjson.loads(self._sealer.open(found.signing, place_of_signing(found)))
        return Hook(home.tenant_id, found.id, found.key, secrets)
