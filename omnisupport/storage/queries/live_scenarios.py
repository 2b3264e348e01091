"""What is live beside a scenario: whom it may meet, and who calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from omnisupport.storage.session import Database

HEADS = text(
    """
    select s.key, v.ir -> 'id' as id, v.ir -> 'kind' as kind, v.ir -> 'channels' as channels,
        v.ir -> 'triggers' as triggers
      from scenario s join scenario_version v on v.tenant_id = s.tenant_id and v.scenario_id = s.id
        and v.version = s.live_version
      where s.tenant_id = :tenant and s.archived_at is null
      order by s.key
    """
)
OWN = text(
    """
    select v.source, s.key || '@' || (v.signature ->> 'major') as called_as
      from scenario s join scenario_version v on v.tenant_id = s.tenant_id and v.scenario_id = s.id
        and v.version = s.live_version
      where s.tenant_id = :tenant and s.archived_at is null and s.key = :key
        and v.signature ->> 'kind' = 'subflow'
    """
)
# Whatever is called became a flow of its callers, of those beneath another call as well.
CALLERS = text(
    """
    select distinct s.key
      from scenario s join scenario_version v on v.tenant_id = s.tenant_id and v.scenario_id = s.id
        and v.version in (s.live_version, s.canary_version)
      where s.tenant_id = :tenant and s.archived_at is null and jsonb_exists(v.ir -> 'flows', :called_as)
      order by s.key
    """
)


@dataclass(frozen=True)
class Neighbours:
    """The other live scenarios by their heads; of one that can be called the live document, and who calls it."""

    others: Sequence[dict[str, Any]]
    own: str | None
    callers: Sequence[str]


class LiveScenarios:
    """Live scenarios of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beside(self, tenant_id: UUID, key: str) -> Neighbours:
        """Whom the scenario of this key meets."""
        values = {"tenant": tenant_id}
        async with self._database.session(tenant_id) as session:
            heads = (await session.exec(HEADS, params=values)).mappings().all()  # type: ignore[call-overload]
            own = (await session.exec(OWN, params=values | {"key": key})).first()  # type: ignore[call-overload]
            callers: Sequence[str] = ()
            if own is not None:
                named = values | {"called_as": own.called_as}
                callers = (await session.exec(CALLERS, params=named)).scalars().all()  # type: ignore[call-overload]
        others = [dict(head) for head in heads if head["key"] != key]
        return Neighbours(others, own.source if own is not None else None, callers)
