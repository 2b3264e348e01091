"""Writes a zip to an open file, piece by piece, and tells what each part of it came to."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

Progress = Callable[[float], Awaitable[None]]
"""Told from time to time how much is done, 0 to 1; what it raises ends the work."""
LEVEL = 3
"""Of deflate: half the time of the usual 6, a tenth more bytes."""


@dataclass
class Part:
    """What was written: lines where they were counted, bytes, and their SHA-256 in hex."""

    rows: int = 0
    bytes: int = 0
    sha256: str = ""


class ArchiveWriter:
    """One zip. Compressing goes to a thread: conversations of the same process go on."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    @asynccontextmanager
    async def part(self, name: str) -> AsyncIterator[PartWriter]:
        """One entry at a time."""
        stream = self._zip.open(name, "w", force_zip64=True)
        writer = PartWriter(stream)
        try:
            yield writer
        finally:
            await asyncio.to_thread(stream.close)
        writer.part.sha256 = writer.digest.hexdigest()

    async def text(self, name: str, content: str) -> None:
        """A small entry."""
        async with self.part(name) as part:
            await part.write(content.encode())

    async def close(self) -> int:
        """Write the directory; returns the size of the whole."""
        await asyncio.to_thread(self._zip.close)
        return self._file.seek(0, 2)


class PartWriter:
    """An entry that is being written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.part = Part()
        self.digest = hashlib.sha256()

    async def write(self, content: bytes, *, rows: int = 0) -> None:
        """Add to it."""
        await asyncio.to_thread(self._write, content)
        self.part.bytes += len(content)
        self.part.rows += rows

    def _write(self, content: bytes) -> None:
        self.digest.update(content)
        self._stream.write(content)
