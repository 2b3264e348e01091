"""Runs of a scenario: where people are in it, how they left it, and what happened in one turn by turn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from omnisupport.api.beginning import begin_scenario
from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.routes.scenarios import Reader
from omnisupport.api.schemas import scenarios as schemas
from omnisupport.api.services import Services
from omnisupport.domain.permissions import Permission
from omnisupport.errors import NotFound
from omnisupport.storage.access.conversations import access_conversation
from omnisupport.storage.access.scenarios import access_scenario
from omnisupport.storage.queries.scenario_runs import ScenarioRuns

router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])

WholeReader = Annotated[Person, Depends(requires(Permission.SCENARIOS_READ, whole=True))]
"""Runs are of every customer, whatever the department."""
Tracer = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
"""A trace holds what people have said."""
Starter = Annotated[Person, Depends(requires(Permission.SCENARIOS_RUN))]
RUN = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::(0|[1-9][0-9]{0,8}))?", re.ASCII)


@router.get("/{scenario_id}/runs", response_model=schemas.RunPage)
async def list_runs(
    scenario_id: UUID,
    who: WholeReader,
    at: ServicesDep,
    status: Literal["going", "ended"] = "going",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Runs that go on, the one that moved last first; or those that have ended, newest first."""
    await access_scenario(at.database, who.tenant_id, scenario_id)
    runs = ScenarioRuns(at.database)
    read, moment = (runs.going, "moved_at") if status == "going" else (runs.ended, "ended_at")
    rows = await read(who.tenant_id, scenario_id, before=read_moment(cursor), limit=limit)
    more = write_moment(rows[-1][moment], rows[-1]["id"]) if len(rows) == limit else None
    return {"items": [_line(row) for row in rows], "next_cursor": more}


@router.post("/{scenario_id}/runs", status_code=202, response_model=schemas.BegunRunEnvelope)
async def begin_run(
    scenario_id: UUID, body: schemas.NewRun, request: Request, who: Starter, at: ServicesDep
) -> dict[str, Any]:
    """Begin the published version through its trigger of the type `api`; an Idempotency-Key begins it once.

    Inputs are those that the trigger names, of the types that the scenario declares. A scenario that talks to people
    needs a customer or a conversation, and goes on there; while another scenario runs there, its `concurrency` decides.
    """
    key = request.headers.get("idempotency-key")
    begun = await begin_scenario(at, who, scenario_id, body, key=key)
    return {"run": {"id": begun.run_id, "conversation_id": begun.conversation_id}}


@router.get("/{scenario_id}/waiting", response_model=schemas.WaitingNodes)
async def list_waiting(scenario_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """How many conversations are at each node of each version: what a migration has to find a place for."""
    await access_scenario(at.database, who.tenant_id, scenario_id)
    found = await ScenarioRuns(at.database).waiting(who.tenant_id, scenario_id)
    return {"items": [{"version": each.version, "node": each.node, "count": each.count} for each in found]}


@router.get("/runs/{run_id}/trace", response_model=schemas.Trace)
async def get_trace(
    run_id: str,
    who: Tracer,
    at: ServicesDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """What happened in a run, turn by turn, after a turn. Of a conversation it is named `{conversation_id}:{run}`."""
    named = RUN.fullmatch(run_id)
    if named is None:
        raise _absent()
    turns = await _turns(at, who, UUID(named[1]), named[2], after, limit + 1)
    items = [
        {**row, "trace": _shown(row["trace"]), "created_at": row["created_at"].isoformat()}
        for row in turns[:limit]
    ]
    return {"items": items, "more": len(turns) > limit}


async def _turns(
    at: Services, who: Person, item: UUID, run: str | None, after: int, limit: int
) -> list[Mapping[str, Any]]:
    runs = ScenarioRuns(at.database)
    if run is None:
        if who.reach is not None:  # no department has it
            raise _absent()
        found = await runs.own_turns(who.tenant_id, item, after=after, limit=limit)
    else:
        try:
            await access_conversation(at.inbox, who.tenant_id, who.reach, item)
        except NotFound:
            raise _absent() from None
        found = await runs.turns(who.tenant_id, item, int(run), after=after, limit=limit)
    if found is None:
        raise _absent()
    return list(found)


def _shown(trace: list[Any]) -> list[Any]:
    """The steps without what they note of the customer, who has a permission of his own."""
    return [{name: value for name, value in step.items() if name != "world"} for step in trace]


def _absent() -> NotFound:
    return NotFound("There is no such run.", code="run_not_found")


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    is_in_conversation = row["conversation_id"] is not None and row["run"] is not None
    return {
        "id": f"{row['conversation_id']}:{row['run']}" if is_in_conversation else str(row["id"]),
        "conversation_id": row["conversation_id"],
        "version": row["version"],
        "mode": row["mode"],
        "status": row["status"],
        "node": row.get("node"),
        "outcome": row.get("outcome"),
        "since": _moment(row.get("since")),
        "started_at": _moment(row["created_at"]),
        "ended_at": _moment(row.get("ended_at")),
    }


def _moment(at: Any) -> str | None:
    return None if at is None else str(at.isoformat())
