"""Whose messages are not taken again: what somebody wrote before he was erased stays away, wherever it lies yet.

A mailbox, or a provider's history, still has what was erased here. Of the addresses of an erased customer a digest is
kept beside his erasure, made with a key of the tenant: it tells nobody an address, and an address is known again by it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.net.sealing import derive_key
from omnisupport.storage.keys import DatabaseKeyRing
from omnisupport.storage.session import Database

PURPOSE = "erased-addresses"
ADDRESSES = text(
    "select distinct h.type, a.address from identity i "
    "join channel h on h.tenant_id = i.tenant_id and h.id = i.channel_id "
    "cross join lateral (select i.external_id as address union select l.alias from identity_alias l "
    "where l.tenant_id = i.tenant_id and l.identity_id = i.id) a "
    "where i.tenant_id = :tenant and a.address is not null and i.id in (select subject_id from erasure_subject "
    "where tenant_id = :tenant and erasure_id = :erasure and kind = 'identity')"
)
REMEMBER = text(
    "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
    "select :tenant, :erasure, 'address', unnest(cast(:digests as uuid[])) on conflict do nothing"
)
WAS_ERASED = text(
    "select exists (select from erasure_subject s "
    "join erasure e on e.tenant_id = s.tenant_id and e.id = s.erasure_id "
    "where s.tenant_id = :tenant and s.kind = 'address' and s.subject_id = any(:digests) "
    "and coalesce(e.finished_at, now()) >= :at)"
)


class ErasedAddresses:
    """Of every tenant, one at a time."""

    def __init__(self, database: Database, keys: DatabaseKeyRing) -> None:
        self._database = database
        self._keys = keys

    async def remember(self, session: AsyncSession, tenant_id: UUID, erasure_id: UUID) -> None:
        """Keep digests of the addresses that an erasure takes away, in its transaction, while they are there."""
        values = {"tenant": tenant_id, "erasure": erasure_id}
        rows = (await session.exec(ADDRESSES, params=values)).all()  # type: ignore[call-overload]
        if rows:
            # The oldest key of all: a rotation adds newer ones.
            key = (await self._keys.data_keys(tenant_id))[-1]
            digests = [_digest(key, channel_type, address) for channel_type, address in rows]
            await session.exec(REMEMBER, params=values | {"digests": digests})  # type: ignore[call-overload]

    async def had_written(
        self, tenant_id: UUID, channel_type: str, addresses: Collection[str], at: datetime
    ) -> bool:
        """Whether one of these is of somebody who was erased after this moment."""
        key = (await self._keys.data_keys(tenant_id))[-1]
        digests = [_digest(key, channel_type, address) for address in addresses]
        async with self._database.session(tenant_id) as session:
            values = {"tenant": tenant_id, "digests": digests, "at": at}
            return bool(await session.scalar(WAS_ERASED, values))


def _digest(data_key: bytes, channel_type: str, address: str) -> UUID:
    said = f"{channel_type}\0{address}".encode()
    return UUID(bytes=hmac.digest(derive_key(data_key, PURPOSE), said, "sha256")[:16])
