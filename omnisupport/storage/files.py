"""Where files lie: a folder of this machine, or an S3 bucket, behind one port. Keys are random, never names."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from omnisupport.errors import OmniError, Unavailable

KEY_BYTES = 24
CHUNK = 256 * 1024


class FilesUnavailable(Unavailable):
    """The file store does not answer."""

    code = "files_unavailable"


class FileStore:
    """Puts, gets and deletes whole files."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str | None, folder: Path) -> FileStore:
        """The bucket at `url` (s3://NAME/PREFIX; keys and endpoint by the AWS_… variables), else `folder`.

        Raises:
            OmniError: the URL names no store of a kind that is known (code `files_url_invalid`).
        """
        if url is None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(LocalStore(prefix=folder))
        if not url.startswith("s3://"):
            raise OmniError("OMNI_FILES_URL must be s3://BUCKET/PREFIX.", code="files_url_invalid")
        return cls(S3Store.from_url(url))

    async def put(self, key: str, content: bytes) -> None:
        """Write a file.

        Raises:
            FilesUnavailable: it could not be written; nothing is there.
        """
        try:
            await self._store.put_async(key, content)
        except (BaseError, OSError) as lost:
            raise FilesUnavailable("The file could not be stored. Try again in a moment.") from lost

    async def get(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a file, piece by piece.

        Raises:
            FileNotFoundError: it is not there.
            FilesUnavailable: the store does not answer.
        """
        try:
            found = await self._store.get_async(key)
        except (NotFoundError, FileNotFoundError) as absent:
            raise FileNotFoundError(key) from absent
        except (BaseError, OSError) as lost:
            raise FilesUnavailable("The file store does not answer. Try again in a moment.") from lost
        return _pieces(found)

    async def delete(self, key: str) -> None:
        """Remove a file; one that is absent is no error."""
        try:
            await self._store.delete_async(key)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as lost:
            raise FilesUnavailable("The file store does not answer. Try again in a moment.") from lost


async def _pieces(found: object) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=CHUNK):  # type: ignore[attr-defined]
        yield bytes(piece)


def new_key(tenant_id: UUID) -> str:
    """A place for a new file of a tenant: 192 random bits below the tenant's folder."""
    return f"{tenant_id}/{secrets.token_urlsafe(KEY_BYTES)}"
