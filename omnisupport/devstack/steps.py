"""Steps of a start that run in a process of their own: `python -m omnisupport.devstack.steps migrate|replay|demo`.

Own processes, because they load what the supervisor has no need for, and because only the migration
may know the owner's URL.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from omnisupport.devstack.context import DemoContext, save_login
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import StateDir
from omnisupport.errors import refusals_in_words
from omnisupport.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
MIGRATIONS = (PROJECT / "migrations", PROJECT / "omnisupport" / "storage")
WORKFLOW_SOURCES = tuple(
    PROJECT / "omnisupport" / name
    for name in ("workflows", "scenario_dsl", "domain", "texts", "activities/turns.py")
)
"""What the course of a workflow depends on."""
DEMO_MODULE = "omnisupport.devstack.demo"
DEMO_SOURCES = (
    PROJECT / "examples",
    *sorted((PROJECT / "omnisupport" / "devstack").glob("demo*")),
    PROJECT / "omnisupport" / "devstack" / "provision.py",
)


def fingerprint(sources: Iterable[Path], *words: str) -> str:
    """A hash of every file below these paths and of the words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for source in sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def has_demo() -> bool:
    """The demo content is part of this installation."""
    return importlib.util.find_spec(DEMO_MODULE) is not None


async def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision, as its owner."""
    if settings.database_owner_url is None:
        raise Refused("DATABASE_OWNER_URL is not set: migrations need the owner's role.")
    await importlib.import_module("omnisupport.storage.migrate").upgrade(settings.database_owner_url)


async def replay(settings: Settings) -> None:
    """Replay the open conversations against this code; see `devstack/replay.py`."""
    done = await importlib.import_module("omnisupport.devstack.replay").replay_open(settings)
    sys.stdout.write(f"{done.kept} open conversations replay, {done.started_again} were started again.\n")


async def demo(settings: Settings) -> None:
    """Make or mend the demo tenant and keep its login for the greeting."""
    state = StateDir.open(settings.state_dir)
    context = DemoContext(
        settings=settings,
        state=state,
        api_url=f"http://127.0.0.1:{settings.port}",
        shop_url=settings.shop_url or "",
    )
    save_login(state, await importlib.import_module(DEMO_MODULE).ensure_demo(context))


def leave(code: int) -> NoReturn:
    """Leave without the interpreter's own ending.

    A process with a temporalio client sometimes aborts at exit after all its work is done
    (`PyGILState_Release`, temporalio 1.35), and its exit code would then say that it failed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run one step; what it refuses is one sentence, and the end of its log."""
    step = {"migrate": migrate, "replay": replay, "demo": demo}[sys.argv[1]]
    with refusals_in_words():
        asyncio.run(step(Settings()))
    leave(0)


if __name__ == "__main__":
    main()
