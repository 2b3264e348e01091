"""Data keys of tenants: one each, in Postgres, wrapped by the deployment's master key."""

from __future__ import annotations

from uuid import UUID

from omnisupport.errors import OmniError
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.session import Database
from omnisupport.storage.tables import TenantKey

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


class DatabaseKeyRing:
    """The key ring of `temporal.py` over Postgres; each key is read once per process."""

    def __init__(self, database: Database, master: MasterKey) -> None:
        self._database = database
        self._master = master
        self._keys: dict[UUID, bytes] = {PLATFORM: master.derive("platform-payloads")[0]}

    async def data_key(self, tenant_id: UUID) -> bytes:
        """The tenant's 32-byte data key.

        Raises:
            OmniError: the tenant has none (code `tenant_key_missing`).
            SealBroken: the master key is not the one that belongs to this database.
        """
        key = self._keys.get(tenant_id)
        if key is None:
            async with self._database.session(tenant_id) as session:
                row = await session.get(TenantKey, (tenant_id, "1"))
            if row is None:
                raise OmniError(f"Tenant {tenant_id} has no data key.", code="tenant_key_missing")
            key = self._keys[tenant_id] = self._master.unwrap(tenant_id, row.wrapped)
        return key
