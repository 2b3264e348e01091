"""Spans of a file's bytes (RFC 9110, section 14): players ask for them, and some play nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

_ONE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


def span_of(asked: str | None, size: int) -> tuple[int, int] | None:
    """The first and the last byte that are asked for; None: the whole file, for what is no single span of it too."""
    found = _ONE.fullmatch(asked.strip()) if asked else None
    if found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        first, last = int(found[1]), int(found[2] or size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    return (first, min(last, size - 1)) if first <= last and first < size else None


async def part_of(pieces: AsyncIterator[bytes], first: int, last: int) -> AsyncIterator[bytes]:
    """The bytes of a span, out of the pieces of the whole file."""
    at = 0
    async for piece in pieces:
        wanted = piece[max(0, first - at) : last + 1 - at]
        if wanted:
            yield wanted
        at += len(piece)
        if at > last:
            return
