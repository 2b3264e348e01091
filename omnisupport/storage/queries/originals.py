"""Messages as they came, kept as files of their customers: they go when his files go."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from omnisupport.domain.files import EML
from omnisupport.storage.files import FileStore, new_key
from omnisupport.storage.session import Database
from omnisupport.storage.tables import File


class Originals:
    """Of every tenant."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._database = database
        self._files = files

    async def keep(self, tenant_id: UUID, customer_id: UUID, file_id: UUID, content: bytes) -> None:
        """Keep a mail, once: the bytes first, so that no row leads to nothing.

        Raises:
            FilesUnavailable: it could not be written; the mail comes again.
        """
        async with self._database.session(tenant_id) as session:
            if await session.get(File, (tenant_id, file_id)) is not None:
                return
        key = new_key(tenant_id)
        await self._files.put(key, content)
        row = File(
            tenant_id=tenant_id,
            id=file_id,
            storage_key=key,
            name="mail.eml",
            type=EML.media,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            uploader_kind="customer",
            uploader_id=customer_id,
        )
        try:
            async with self._database.session(tenant_id) as session:
                session.add(row)
        except IntegrityError:  # another reader was faster
            await self._files.delete(key)
