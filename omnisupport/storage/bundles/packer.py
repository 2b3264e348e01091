"""Packs what was asked for."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from omnisupport.domain.bundle import Asked, BundleKind, Packed
from omnisupport.storage.bundles.archive import Progress
from omnisupport.storage.bundles.customer import pack_customer
from omnisupport.storage.bundles.tenant import pack_tenant
from omnisupport.storage.files import FileStore
from omnisupport.storage.session import Database


class Packer:
    """Bundles of every tenant, one tenant at a time."""

    def __init__(self, database: Database, store: FileStore) -> None:
        self._database = database
        self._store = store

    async def pack(self, tenant_id: UUID, asked: Asked, file: IO[bytes], progress: Progress) -> Packed:
        """Write a bundle to an open file.

        Raises:
            NotFound: the customer is gone.
        """
        if asked.kind == BundleKind.TENANT:
            return await pack_tenant(self._database, self._store, tenant_id, file, progress)
        assert asked.customer_id is not None
        return await pack_customer(self._database, self._store, tenant_id, asked.customer_id, file, progress)
