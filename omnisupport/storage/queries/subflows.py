"""Published scenarios that others may call, by `id@major`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from omnisupport.storage.session import Database

# Of a major that is live the live version, of another the newest that ever was.
SOURCES = text(
    """
    select distinct on (s.key, v.signature ->> 'major') s.key || '@' || (v.signature ->> 'major'), v.source
      from scenario s join scenario_version v on v.tenant_id = s.tenant_id and v.scenario_id = s.id
      where s.tenant_id = :tenant and s.archived_at is null and v.published_at is not null
        and v.signature ->> 'kind' = 'subflow' and s.key || '@' || (v.signature ->> 'major') = any(:names)
      order by s.key, v.signature ->> 'major', v.version is not distinct from s.live_version desc, v.version desc
    """
)
NAMES = text(
    """
    select distinct s.key || '@' || (v.signature ->> 'major')
      from scenario s join scenario_version v on v.tenant_id = s.tenant_id and v.scenario_id = s.id
      where s.tenant_id = :tenant and s.archived_at is null and v.published_at is not null
        and v.signature ->> 'kind' = 'subflow'
    """
)


class Subflows:
    """Subflows of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sources(self, tenant_id: UUID, names: Collection[str]) -> dict[str, str]:
        """The documents of those of these `id@major` that are published."""
        if not names:
            return {}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(SOURCES, params={"tenant": tenant_id, "names": list(names)})  # type: ignore[call-overload]
            return dict(rows.all())

    async def names(self, tenant_id: UUID) -> frozenset[str]:
        """Every `id@major` that is published."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(NAMES, params={"tenant": tenant_id})  # type: ignore[call-overload]
            return frozenset(rows.scalars().all())
