"""A peer's process, for as long as a test speaks to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.channels.peers.made import surroundings

START_S = 90


@asynccontextmanager
async def running(
    command: Sequence[str], at: Path, listens: re.Pattern[str], more: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """What `listens` finds in its output: it has bound a port itself, so that nobody takes it in between."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=at,
        env=surroundings() | (more or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said: list[str] = []
    reader = None
    try:
        async with asyncio.timeout(START_S):
            while not (found := listens.search("".join(said))):
                line = await process.stdout.readline()
                assert line, f"{command} ended: {''.join(said)}"
                said.append(line.decode(errors="replace"))
        reader = asyncio.create_task(_drained(process.stdout))
        yield found[1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if reader is not None:
            await reader


async def _drained(output: asyncio.StreamReader) -> None:
    """A pipe that nobody reads would stop its writer."""
    while await output.read(2**16):
        pass
