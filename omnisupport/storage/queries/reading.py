"""How far channels were read that are read by a cursor, and what was put aside on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel


class Cursors:
    """Of every tenant; all of it is in the channel's `health`, and nothing of it tells who wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_to(
        self, tenant_id: UUID, channel_id: UUID, cursor: Mapping[str, Any], at: datetime
    ) -> None:
        """A channel was read so far; a wish to go back that came meanwhile stays."""
        told = {"cursor": dict(cursor), "backfilled_at": at.isoformat()}
        await self._write(tenant_id, channel_id, lambda health: health | told)

    async def go_back(self, tenant_id: UUID, channel_id: UUID, cursor: Mapping[str, Any], wish: str) -> None:
        """Read from an earlier place on; what was put aside comes once more. A newer wish than this one stays."""

        def change(health: dict[str, Any]) -> dict[str, Any]:
            dropped = {"aside", "stuck"} | ({"wanted_since"} if health.get("wanted_since") == wish else set())
            return {name: value for name, value in health.items() if name not in dropped} | {
                "cursor": dict(cursor)
            }

        await self._write(tenant_id, channel_id, change)

    async def failed(
        self, tenant_id: UUID, channel_id: UUID, name: str, at: datetime
    ) -> tuple[int, datetime]:
        """Count that the mail at the cursor could not be taken; how often that was, with this time, and since when.

        Where the database itself is away this raises: then nothing is counted, and no mail is put aside for it.
        """
        health = await self._write(
            tenant_id, channel_id, lambda health: health | {"stuck": _next(health, name, at)}
        )
        stuck = health.get("stuck") or _next({}, name, at)
        return int(stuck["tries"]), datetime.fromisoformat(stuck["since"])

    async def put_aside(
        self, tenant_id: UUID, channel_id: UUID, name: str, code: str, cursor: Mapping[str, Any], at: datetime
    ) -> None:
        """A mail is in no conversation: count it, and read on behind it."""

        def change(health: dict[str, Any]) -> dict[str, Any]:
            before = health.get("aside") or {"count": 0, "last": {"name": None}}
            count = before["count"] + (before["last"]["name"] != name)  # two readers may meet the same one
            last = {"name": name, "code": code, "at": at.isoformat()}
            return health | {"aside": {"count": count, "last": last}, "cursor": dict(cursor)}

        await self._write(tenant_id, channel_id, change)

    async def _write(
        self, tenant_id: UUID, channel_id: UUID, change: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is None:
                return {}
            row.health = change(dict(row.health))
            session.add(row)
            return row.health


def _next(health: Mapping[str, Any], name: str, at: datetime) -> dict[str, Any]:
    stuck = health.get("stuck") or {}
    if stuck.get("name") != name:
        return {"name": name, "tries": 1, "since": at.isoformat()}
    return stuck | {"tries": stuck["tries"] + 1}
