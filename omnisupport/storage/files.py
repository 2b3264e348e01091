"""Where files lie: a folder of this machine, or an S3 bucket, behind one port. Keys are random, never names."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

from omnisupport.errors import Unavailable

if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Store

KEY_BYTES = 24
CHUNK = 256 * 1024


class FilesUnavailable(Unavailable):
    """The file store does not answer."""

    code = "files_unavailable"


class FileStore:
    """Puts, gets and deletes whole files. The store's library is loaded with the first of them: it is 5 MiB."""

    def __init__(self, url: str | None, folder: Path) -> None:
        """Lie in the bucket at `url` (s3://NAME/PREFIX; keys and endpoint by the AWS_… variables), else in `folder`."""
        self._url = url
        self._folder = folder
        self._opened: LocalStore | S3Store | None = None

    async def put(self, key: str, content: bytes) -> None:
        """Write a file.

        Raises:
            FilesUnavailable: it could not be written; nothing is there.
        """
        with _in_words():
            await self._store().put_async(key, content)

    async def put_file(self, key: str, file: IO[bytes]) -> None:
        """Write what an open file holds, part by part; the errors are those of `put`."""
        with _in_words():
            await self._store().put_async(key, file)

    async def get(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a file, piece by piece.

        Raises:
            FileNotFoundError: it is not there.
            FilesUnavailable: the store does not answer.
        """
        with _in_words():
            return _pieces(await self._store().get_async(key))

    async def delete(self, key: str) -> None:
        """Remove a file; one that is absent is no error."""
        with suppress(FileNotFoundError), _in_words():
            await self._store().delete_async(key)

    def _store(self) -> LocalStore | S3Store:
        if self._opened is None:
            from obstore.store import LocalStore, S3Store

            if self._url:
                self._opened = S3Store.from_url(self._url)
            else:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._opened = LocalStore(prefix=self._folder)
        return self._opened


@contextmanager
def _in_words() -> Iterator[None]:
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (NotFoundError, FileNotFoundError) as absent:
        raise FileNotFoundError(str(absent)) from absent
    except (BaseError, OSError) as lost:
        raise FilesUnavailable("The file store does not answer. Try again in a moment.") from lost


async def _pieces(found: object) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=CHUNK):  # type: ignore[attr-defined]
        yield bytes(piece)


def new_key(tenant_id: UUID) -> str:
    """A place for a new file of a tenant: 192 random bits below the tenant's folder."""
    return f"{tenant_id}/{secrets.token_urlsafe(KEY_BYTES)}"
