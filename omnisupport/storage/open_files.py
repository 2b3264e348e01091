"""Files of ours for whoever sends them: copied to the disk first, so that none is in memory whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from uuid import UUID

from omnisupport.domain.files import OpenFile
from omnisupport.errors import NotFound
from omnisupport.storage.access.files import find_file
from omnisupport.storage.files import FileStore
from omnisupport.storage.session import Database


class OpenFiles:
    """Of every tenant, one tenant at a time."""

    def __init__(self, database: Database, store: FileStore) -> None:
        self._database = database
        self._store = store

    @asynccontextmanager
    async def opened(self, tenant_id: UUID, file_id: UUID) -> AsyncIterator[OpenFile]:
        """A file, for as long as it is used.

        Raises:
            NotFound: it was deleted.
            FilesUnavailable: the file store does not answer.
        """
        row = await find_file(self._database, tenant_id, file_id)
        with TemporaryFile() as content:
            try:
                async for piece in await self._store.get(row.storage_key):
                    await asyncio.to_thread(content.write, piece)
            except FileNotFoundError as gone:
                raise NotFound("There is no such file.") from gone
            content.seek(0)
            yield OpenFile(row.name, row.type, row.size, content)
