"""Data keys of tenants: in Postgres, wrapped by the deployment's master key; one each, and one more a rotation."""

from __future__ import annotations

from hashlib import sha256
from time import monotonic
from uuid import UUID

from sqlmodel import select

from omnisupport.errors import OmniError
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.session import Database
from omnisupport.storage.tables import TenantKey

CURRENT_FOR_S = 300.0
"""After a rotation a process goes on with the key of before for so long; it stays readable."""
PLATFORM = UUID(int=0)
"""Owner of platform workflows, such as the sweeper's; its key is derived, not stored."""


def parse_master_key(value: str | None) -> MasterKey:
    """Read `OMNI_MASTER_KEY`.

    Raises:
        OmniError: absent, or not 32 bytes in base64 (code `master_key_invalid`).
    """
    try:
        return MasterKey.parse(value or "")
    except ValueError as wrong:
        raise OmniError(
            "OMNI_MASTER_KEY must be 32 bytes in base64. Make one with `openssl rand -base64 32`.",
            code="master_key_invalid",
        ) from wrong


def new_tenant_key(master: MasterKey, tenant_id: UUID) -> TenantKey:
    """A fresh data key as the row to insert with its tenant."""
    _, wrapped = master.new_data_key(tenant_id)
    return TenantKey(tenant_id=tenant_id, key_id="1", wrapped=wrapped)


class DataKeyMissing(OmniError):
    """A tenant has no data key, or not the one that is named."""

    code = "tenant_key_missing"


class DatabaseKeyRing:
    """The key ring of `temporal.py` over Postgres. A key is read once per process; which is current, now and then."""

    def __init__(self, database: Database, master: MasterKey) -> None:
        self._database = database
        self._master = master
        self._rings: dict[UUID, tuple[float, dict[str, bytes]]] = {
            PLATFORM: (float("inf"), platform_ring(master))
        }

    async def data_key(self, tenant_id: UUID, key_id: str) -> bytes:
        """One of the tenant's 32-byte data keys.

        Raises:
            DataKeyMissing: the tenant has none of this id.
            SealBroken: the master key is not the one that belongs to this database.
        """
        known = self._rings.get(tenant_id)
        if known is None or (key_id not in known[1] and tenant_id != PLATFORM):
            known = await self._read(tenant_id)
        try:
            return known[1][key_id]
        except KeyError:
            raise DataKeyMissing(f"Tenant {tenant_id} has no data key '{key_id[:40]}'.") from None

    async def current_key(self, tenant_id: UUID) -> tuple[str, bytes]:
        """The newest, with its id; the errors are those of `data_key`."""
        return next(iter((await self._ring(tenant_id)).items()))

    async def data_keys(self, tenant_id: UUID) -> list[bytes]:
        """All of them, the newest first; the errors are those of `data_key`."""
        return list((await self._ring(tenant_id)).values())

    async def _ring(self, tenant_id: UUID) -> dict[str, bytes]:
        known = self._rings.get(tenant_id)
        if known is None or known[0] < monotonic():
            known = await self._read(tenant_id)
        return known[1]

    async def _read(self, tenant_id: UUID) -> tuple[float, dict[str, bytes]]:
        async with self._database.session(tenant_id) as session:
            rows = (await session.exec(select(TenantKey).where(TenantKey.tenant_id == tenant_id))).all()
        if not rows:
            raise DataKeyMissing(f"Tenant {tenant_id} has no data key.")
        newest_first = sorted(rows, key=lambda row: int(row.key_id), reverse=True)
        ring = {row.key_id: self._master.unwrap(tenant_id, row.wrapped) for row in newest_first}
        self._rings[tenant_id] = read = (monotonic() + CURRENT_FOR_S, ring)
        return read


def platform_ring(master: MasterKey) -> dict[str, bytes]:
    """Keys of platform workflows by id, the current first. Before any rotation a payload names none: the oldest's."""
    keys = master.derive("platform-payloads")
    first = {"1": keys[0]} if len(keys) == 1 else {}
    return {**first, **{sha256(key).hexdigest()[:8]: key for key in keys}, "1": keys[-1]}
