"""The embedded servers alone, for tests and benchmarks: up in about two seconds, nothing left afterwards.

    with EmbeddedServers(tmp_path, parts=("postgres", "valkey")) as servers:
        engine = create_async_engine(servers.urls.database)

`async with` works as well. State that is already in the folder is used again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from omnisupport.devstack.part import Part, start_part
from omnisupport.devstack.ports import PortBook
from omnisupport.devstack.postgres import Postgres
from omnisupport.devstack.process import Child
from omnisupport.devstack.state import StateDir
from omnisupport.devstack.temporal import Temporal
from omnisupport.devstack.valkey import Valkey
from omnisupport.devstack.warden import Warden

PartName = Literal["postgres", "valkey", "temporal"]
ALL: tuple[PartName, ...] = ("valkey", "postgres", "temporal")


@dataclass(frozen=True)
class EmbeddedUrls:
    """Where the servers answer, passwords included; None for a part that was not asked for."""

    database: str | None = None
    database_owner: str | None = None
    database_sweeper: str | None = None
    redis: str | None = None
    temporal: str | None = None
    temporal_ui: str | None = None

    def environment(self) -> dict[str, str]:
        """The variables of `Settings` that these URLs fill."""
        names = {
            "DATABASE_URL": self.database,
            "DATABASE_OWNER_URL": self.database_owner,
            "DATABASE_SWEEPER_URL": self.database_sweeper,
            "REDIS_URL": self.redis,
            "TEMPORAL_ADDRESS": self.temporal,
            "OMNI_TEMPORAL_UI_URL": self.temporal_ui,
        }
        return {name: value for name, value in names.items() if value is not None}


class EmbeddedServers:
    """Real servers for one test session (or one xdist worker: give each its own folder)."""

    def __init__(
        self,
        state_dir: Path,
        *,
        parts: Iterable[PartName] = ALL,
        durable: bool = False,
        keep: bool = False,
        temporal_ui: bool = False,
    ) -> None:
        """`durable` syncs to disk as the product does; `keep` leaves the database folder when stopped."""
        self._state = StateDir.open(state_dir)
        self._durable = durable
        self._keep = keep
        self._ui = temporal_ui
        self._names = tuple(name for name in ALL if name in set(parts))
        self._parts: dict[str, Part] = {}
        self._children: dict[str, Child] = {}
        self._warden: Warden | None = None

    @property
    def urls(self) -> EmbeddedUrls:
        """URLs of the parts that were asked for; known once `start` has returned."""
        postgres, valkey = self._parts.get("postgres"), self._parts.get("valkey")
        temporal = self._parts.get("temporal")
        database = postgres.urls if isinstance(postgres, Postgres) else None
        return EmbeddedUrls(
            database=database.app if database else None,
            database_owner=database.owner if database else None,
            database_sweeper=database.sweeper if database else None,
            redis=valkey.secret_url if isinstance(valkey, Valkey) else None,
            temporal=temporal.address if isinstance(temporal, Temporal) else None,
            temporal_ui=temporal.ui_url if isinstance(temporal, Temporal) else None,
        )

    def start(self) -> EmbeddedUrls:
        """Start all parts and wait until they answer. Call it from the main thread."""
        self._warden = Warden()
        ports = PortBook(self._state)
        try:
            for name in self._names:
                self._parts[name] = self._build(name, ports)
                self.start_part(name)
        except BaseException:
            self.stop()
            raise
        return self.urls

    def stop(self) -> None:
        """End everything, in reverse order; safe to repeat."""
        for name in reversed(self._names):
            self.stop_part(name)
        if self._warden is not None:
            self._warden.dismiss()
            self._warden = None
        postgres = self._parts.get("postgres")
        if isinstance(postgres, Postgres) and not self._keep:
            postgres.remove()

    def start_part(self, name: str) -> None:
        """Start one part again, on the same port with the same data."""
        self._children[name] = start_part(
            self._parts[name], self._state.path("logs", f"{name}.log"), self._warden
        )

    def stop_part(self, name: str) -> None:
        """Stop one part gracefully."""
        child = self._children.pop(name, None)
        if child is not None:
            child.stop()

    def kill_part(self, name: str) -> None:
        """`kill -9` one part."""
        self._children.pop(name).kill()

    def pid(self, name: str) -> int:
        """Process id of a running part."""
        return self._children[name].pid

    def _build(self, name: PartName, ports: PortBook) -> Part:
        if name == "postgres":
            return Postgres(self._state, fast=not self._durable)
        if name == "valkey":
            return Valkey(self._state, ports)
        return Temporal(self._state, ports, ui=self._ui)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        self.start()  # not in a thread: the children would die with it
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.to_thread(self.stop)
