"""Runs of a scenario, going on and ended: read from conversations, and from the runs that have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.storage.session import Database

Place = tuple[datetime, UUID]
"""Where a page ended: a moment and an id."""

# Each version is a range of its own in the index, so a page of a busy scenario costs a page.
GOING = text(
    """
    with versions as materialized (
      select v.ir_hash, v.version from scenario_version v where v.tenant_id = :tenant and v.scenario_id = :scenario),
    page as materialized (
      (select c.id, c.id as conversation_id, c.run, v.version, 'dialog' as mode, 'waiting' as status,
          c.state ->> 'node' as node, c.turn, c.updated_at as moved_at, null::timestamptz as created_at
        from versions v, lateral (
          select c.* from conversation c
            where c.tenant_id = :tenant and c.ir_hash = v.ir_hash and c.state is not null
              and (c.updated_at, c.id) < (:moment, :item)
            order by c.updated_at desc, c.id desc limit :limit) c)
      union all
      (select r.id, r.conversation_id, r.run, r.version, r.mode, r.status, r.state ->> 'node', r.turn, r.updated_at,
          r.created_at
        from scenario_run r
        where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is null
          and (r.updated_at, r.id) < (:moment, :item)
        order by r.updated_at desc, r.id desc limit :limit)
      order by moved_at desc, id desc limit :limit)
    -- Since when it is at this node: the first of the newest turns that were all there.
    select p.*, coalesce((
        select min(u.created_at) from (
          select n.created_at, bool_and(n.run = p.run and n.state ->> 'node' is not distinct from p.node)
              over (order by n.turn desc) as is_there
            from (select * from turn n where n.tenant_id = :tenant and n.conversation_id = p.conversation_id
              and p.mode = 'dialog' order by n.turn desc limit 50) n) u
          where u.is_there), p.moved_at) as since
      from page p order by p.moved_at desc, p.id desc
    """
)
ENDED = text(
    """
    select r.id, r.conversation_id, r.run, r.version, r.mode, r.status, r.outcome, r.turn, r.created_at, r.ended_at
      from scenario_run r
      where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is not null
        and (r.ended_at, r.id) < (:moment, :item)
      order by r.ended_at desc, r.id desc limit :limit
    """
)
WAITING = text(
    """
    select v.version, c.node, c.waits from scenario_version v,
      lateral (select c.state ->> 'node' as node, count(*) as waits from conversation c
        where c.tenant_id = :tenant and c.ir_hash = v.ir_hash and c.state is not null group by 1) c
      where v.tenant_id = :tenant and v.scenario_id = :scenario
      order by v.version desc, c.waits desc, c.node
    """
)
COUNT = text(
    """
    select (select count(*) from scenario_version v join conversation c
          on c.tenant_id = v.tenant_id and c.ir_hash = v.ir_hash and c.state is not null
        where v.tenant_id = :tenant and v.scenario_id = :scenario)
      + (select count(*) from scenario_run r
        where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is null)
    """
)
# A turn that ended one run and began the next is of both.
TURNS = text(
    """
    select u.turn, u.state, u.commands, u.results, u.trace, u.scenario_key as scenario, u.ir_hash, u.created_at
      from turn u where u.tenant_id = :tenant and u.conversation_id = :conversation and u.turn > :after
        and (u.run = :run or u.turn = (select r.turn from scenario_run r where r.tenant_id = :tenant
          and r.conversation_id = :conversation and r.run = :run))
      order by u.turn limit :limit
    """
)
OWN_TURNS = text(
    """
    select u.turn, u.state, u.commands, u.results, u.trace, s.key as scenario, r.ir_hash, u.created_at
      from scenario_run r join scenario s on s.tenant_id = r.tenant_id and s.id = r.scenario_id
        join scenario_run_turn u on u.tenant_id = r.tenant_id and u.run_id = r.id
      where r.tenant_id = :tenant and r.id = :run and u.turn > :after order by u.turn limit :limit
    """
)
HAS_RUN = text(
    "select exists (select from turn u where u.tenant_id = :tenant and u.conversation_id = :conversation "
    "and u.run = :run) or exists (select from scenario_run r where r.tenant_id = :tenant "
    "and r.conversation_id = :conversation and r.run = :run) as is_there"
)
KNOWN_RUN = text(
    "select exists (select from scenario_run r where r.tenant_id = :tenant and r.id = :run) as is_there"
)
TO_MOVE = text(
    """
    select c.id, c.ir_hash, v.version, c.state ->> 'node' as node from scenario_version v
        join conversation c on c.tenant_id = v.tenant_id and c.ir_hash = v.ir_hash and c.state is not null
      where v.tenant_id = :tenant and v.scenario_id = :scenario and v.ir_hash <> :to
        and c.id > :after
      order by c.id limit :limit
    """
)
COUNT_TO_MOVE = text(
    """
    select count(*) as waits from scenario_version v
        join conversation c on c.tenant_id = v.tenant_id and c.ir_hash = v.ir_hash and c.state is not null
      where v.tenant_id = :tenant and v.scenario_id = :scenario and v.ir_hash <> :to
    """
)
COUNT_OWN = text(
    """
    select count(*) as waits from scenario_run r
      where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is null and r.run is null
        and r.ir_hash <> :to
    """
)
LAST: Place = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True)
class Waiting:
    """How many conversations wait at a node, in runs of a version."""

    version: int
    node: str | None
    count: int


class ScenarioRuns:
    """Runs of every tenant's scenarios, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def going(
        self, tenant_id: UUID, scenario_id: UUID, *, before: Place | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """A page of the runs that go on, the one that moved last first."""
        return await self._rows(tenant_id, GOING, **_page(scenario_id, before, limit))

    async def ended(
        self, tenant_id: UUID, scenario_id: UUID, *, before: Place | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """A page of the runs that have ended, newest first."""
        return await self._rows(tenant_id, ENDED, **_page(scenario_id, before, limit))

    async def waiting(self, tenant_id: UUID, scenario_id: UUID) -> Sequence[Waiting]:
        """Conversations that are in a run, by version and node: what a migration has to find a place for."""
        rows = await self._rows(tenant_id, WAITING, scenario=scenario_id)
        return [Waiting(row["version"], row["node"], row["waits"]) for row in rows]

    async def to_move(
        self, tenant_id: UUID, scenario_id: UUID, to: str, *, after: UUID, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Conversations {id, ir_hash, version, node} that are in another version than the one of this hash."""
        return await self._rows(tenant_id, TO_MOVE, scenario=scenario_id, to=to, after=after, limit=limit)

    async def count_to_move(self, tenant_id: UUID, scenario_id: UUID, to: str) -> int:
        """How many those are."""
        return int((await self._rows(tenant_id, COUNT_TO_MOVE, scenario=scenario_id, to=to))[0]["waits"])

    async def count_own(self, tenant_id: UUID, scenario_id: UUID, to: str) -> int:
        """How many runs without a conversation go on in another version; they keep it."""
        return int((await self._rows(tenant_id, COUNT_OWN, scenario=scenario_id, to=to))[0]["waits"])

    async def turns(
        self, tenant_id: UUID, conversation_id: UUID, run: int, *, after: int, limit: int
    ) -> Sequence[Mapping[str, Any]] | None:
        """Turns of a conversation's run, in their order; None when it never had such a run."""
        whose = {"conversation": conversation_id, "run": run}
        if not (await self._rows(tenant_id, HAS_RUN, **whose))[0]["is_there"]:
            return None
        return await self._rows(tenant_id, TURNS, **whose, after=after, limit=limit)

    async def own_turns(
        self, tenant_id: UUID, run_id: UUID, *, after: int, limit: int
    ) -> Sequence[Mapping[str, Any]] | None:
        """Turns of a run without a conversation, in their order; None when there is no such run."""
        if not (await self._rows(tenant_id, KNOWN_RUN, run=run_id))[0]["is_there"]:
            return None
        return await self._rows(tenant_id, OWN_TURNS, run=run_id, after=after, limit=limit)

    async def _rows(self, tenant_id: UUID, statement: Any, **values: Any) -> Sequence[Mapping[str, Any]]:
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(statement, params={"tenant": tenant_id, **values})
            return [dict(row._mapping) for row in rows.all()]


async def count_going(session: AsyncSession, tenant_id: UUID, scenario_id: UUID) -> int:
    """How many runs of any version go on, in the caller's transaction."""
    return int(await session.scalar(COUNT, {"tenant": tenant_id, "scenario": scenario_id}) or 0)


def _page(scenario_id: UUID, before: Place | None, limit: int) -> dict[str, Any]:
    moment, item = before or LAST
    return {"scenario": scenario_id, "moment": moment, "item": item, "limit": limit}
