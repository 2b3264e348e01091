"""The last runs of a scenario with all that was said and answered in them: what a replay is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from omnisupport.domain.message import carried
from omnisupport.storage.session import Database

AT_ONCE = 100
"""Runs that are read together: some thousand turns."""
MOST_TURNS = 500
"""Of one run; a longer one is left out."""

# Each part is a range of an index, newest first, and ends at the limit.
NEWEST = text(
    """
    with versions as materialized (
      select v.ir_hash from scenario_version v where v.tenant_id = :tenant and v.scenario_id = :scenario)
    (select case when r.run is not null then r.conversation_id end as conversation_id, coalesce(r.run, 1) as run,
        case when r.run is null then r.id end as own, r.ir_hash, r.outcome, true as is_over, r.turn,
        r.ended_at as moved_at
      from scenario_run r where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is not null
        and r.status = 'ended' and case when r.run is null then r.turn > 0 else r.conversation_id is not null end
      order by r.ended_at desc, r.id desc limit :limit)
    union all
    (select null, 1, r.id, r.ir_hash, null, false, r.turn, r.updated_at
      from scenario_run r where r.tenant_id = :tenant and r.scenario_id = :scenario and r.ended_at is null
        and r.run is null and r.status in ('running', 'waiting') and r.turn > 0
      order by r.updated_at desc, r.id desc limit :limit)
    union all
    (select c.id, c.run, null, v.ir_hash, null, false, c.turn, c.updated_at
      from versions v, lateral (select * from conversation c where c.tenant_id = :tenant and c.ir_hash = v.ir_hash
        and c.state is not null order by c.updated_at desc, c.id desc limit :limit) c)
    order by moved_at desc limit :limit
    """
)
TURNS = text(
    """
    select u.conversation_id, w.run, u.trace, u.results
      from unnest(cast(:ids as uuid[]), cast(:runs as int[]), cast(:turns as int[])) w(id, run, turn)
        join lateral (select u.* from turn u where u.tenant_id = :tenant and u.conversation_id = w.id
          and u.turn <= w.turn and (u.run = w.run or u.turn = w.turn) order by u.turn limit :most) u on true
      order by u.conversation_id, w.run, u.turn
    """
)
OWN_TURNS = text(
    """
    select u.run_id as conversation_id, 1 as run, u.trace, u.results
      from unnest(cast(:ids as uuid[])) w(id)
        join lateral (select u.* from scenario_run_turn u where u.tenant_id = :tenant and u.run_id = w.id
          order by u.turn limit :most) u on true
      order by u.run_id, u.turn
    """
)
SAID = text(
    """
    select m.conversation_id, m.seq, m.text, m.content
      from unnest(cast(:ids as uuid[]), cast(:seqs as bigint[])) w(id, seq)
        -- With the limit it is a look into the index for each, whatever the planner knows of the table.
        join lateral (select * from message m where m.tenant_id = :tenant and m.conversation_id = w.id
          and m.seq = w.seq and m.direction = 'inbound' limit 1) m on true
    """
)
WORLDS = text(
    """
    select c.id, c.tags, h.id as channel_id, h.type as channel_type, u.id as customer_id, u.name, u.email, u.phone,
        coalesce(u.locale, n.locale, 'ru') as locale
      from conversation c join channel h on h.tenant_id = c.tenant_id and h.id = c.channel_id
        join customer u on u.tenant_id = c.tenant_id and u.id = c.customer_id
        join tenant n on n.tenant_id = c.tenant_id
      where c.tenant_id = :tenant and c.id = any(:ids)
    """
)
TENANT = text("select name, slug, timezone, locale from tenant where tenant_id = :tenant")
VERSIONS = text(
    """
    select distinct on (v.ir_hash) v.ir_hash, v.ir from scenario_version v
      where v.tenant_id = :tenant and v.scenario_id = :scenario and v.ir_hash = any(:hashes) order by v.ir_hash
    """
)


class Recordings:
    """Runs of every tenant's scenarios, one tenant at a time, as `scenario_dsl.sim.logs` reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, tenant_id: UUID, scenario_id: UUID, limit: int) -> list[dict[str, Any]]:
        """The last runs, ended or going on, newest first."""
        runs = await self._rows(tenant_id, NEWEST, scenario=scenario_id, limit=limit)
        [tenant] = await self._rows(tenant_id, TENANT)
        logs: list[dict[str, Any]] = []
        for begins in range(0, len(runs), AT_ONCE):
            logs += await self._logs(tenant_id, runs[begins : begins + AT_ONCE], tenant)
        return logs

    async def versions(
        self, tenant_id: UUID, scenario_id: UUID, logs: Sequence[Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """The compiled versions that these runs were in, by hash."""
        hashes = sorted({str(log["ir_hash"]) for log in logs})
        rows = await self._rows(tenant_id, VERSIONS, scenario=scenario_id, hashes=hashes)
        return {row["ir_hash"]: row["ir"] for row in rows}

    async def _logs(
        self, tenant_id: UUID, runs: Sequence[Mapping[str, Any]], tenant: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        talks = [run for run in runs if run["own"] is None]
        ids = [run["conversation_id"] for run in talks]
        of_talks = {"runs": [run["run"] for run in talks], "turns": [run["turn"] for run in talks]}
        rows = [*await self._rows(tenant_id, TURNS, ids=ids, **of_talks, most=MOST_TURNS)]
        own = [run["own"] for run in runs if run["own"] is not None]
        rows += await self._rows(tenant_id, OWN_TURNS, ids=own, most=MOST_TURNS)
        turns: defaultdict[tuple[UUID, int], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            turns[row["conversation_id"], row["run"]].append(
                {"trace": row["trace"], "results": row["results"]}
            )
        said = await self._said(tenant_id, turns)
        found = await self._rows(tenant_id, WORLDS, ids=sorted(set(ids)))
        worlds = {row["id"]: _world(row, tenant) for row in found}
        return [
            {
                "conversation": str(whose),
                "run": run["run"],
                "ir_hash": run["ir_hash"],
                "outcome": run["outcome"],
                "is_over": run["is_over"],
                "turns": turns[whose, run["run"]] if len(turns[whose, run["run"]]) < MOST_TURNS else [],
                "messages": said.get(whose, {}),
                "world": worlds.get(whose) or _world(None, tenant),
            }
            for run in runs
            for whose in [run["own"] or run["conversation_id"]]
        ]

    async def _said(
        self, tenant_id: UUID, turns: Mapping[tuple[UUID, int], Sequence[Mapping[str, Any]]]
    ) -> dict[UUID, dict[str, dict[str, Any]]]:
        """What customers said in these turns, by conversation and seq."""
        wanted = sorted(
            {
                (whose, int(step["seq"]))
                for (whose, _), kept in turns.items()
                for turn in kept
                for step in turn["trace"]
                if step.get("seq")
            }
        )
        places = {"ids": [whose for whose, _ in wanted], "seqs": [seq for _, seq in wanted]}
        found: defaultdict[UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
        for row in await self._rows(tenant_id, SAID, **places):
            found[row["conversation_id"]][str(row["seq"])] = {
                "text": row["text"],
                "button": row["content"].get("button"),
                "content": carried(row["content"]),
            }
        return found

    async def _rows(self, tenant_id: UUID, statement: Any, **values: Any) -> Sequence[dict[str, Any]]:
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(statement, params={"tenant": tenant_id, **values})
            return [dict(row._mapping) for row in rows.all()]


def _world(row: Mapping[str, Any] | None, tenant: Mapping[str, Any]) -> dict[str, Any]:
    """What a scenario may read of the world, as it is now, for runs whose trace has not noted it as it was."""
    company = {name: tenant[name] for name in ("name", "slug", "timezone")}
    if row is None:
        nowhere = {"channel": {"type": "", "id": None}, "customer": {}, "conversation": {}}
        return {"locale": str(tenant["locale"] or "ru"), **nowhere, "tenant": company}
    return {
        "locale": str(row["locale"]),
        "channel": {"type": row["channel_type"], "id": str(row["channel_id"])},
        "customer": {
            "id": str(row["customer_id"]),
            **{name: row[name] for name in ("name", "email", "phone", "locale")},
        },
        "conversation": {"id": str(row["id"]), "status": "open", "tags": list(row["tags"])},
        "tenant": company,
    }
