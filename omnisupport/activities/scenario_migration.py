"""Moves conversations that are in older versions of a scenario to a newer one, a page at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.activities.scenario_jobs import JobStore, whose_job
from omnisupport.domain.conversation import Move, Moved
from omnisupport.domain.scenario_jobs import JobStatus, Moving
from omnisupport.observability import get_logger
from omnisupport.scenario_dsl import IR, Document, load_document
from omnisupport.scenario_dsl.migrate import Plan
from omnisupport.scenario_dsl.planning import plan_migration

log = get_logger(__name__)

PAGE = 200
AT_ONCE = 20
"""Conversations that are asked beside each other: the engine has others to serve."""
FIRST = UUID(int=0)


class Versions(Protocol):
    """`storage/queries/scenario_tests.py`."""

    async def version(self, tenant_id: UUID, scenario_id: UUID, number: int) -> Any:
        """A row of `scenario_version` with its content, or None."""


class Runs(Protocol):
    """`storage/queries/scenario_runs.py`."""

    async def to_move(
        self, tenant_id: UUID, scenario_id: UUID, to: str, *, after: UUID, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Conversations that are in another version."""

    async def count_to_move(self, tenant_id: UUID, scenario_id: UUID, to: str) -> int:
        """How many those are."""

    async def count_own(self, tenant_id: UUID, scenario_id: UUID, to: str) -> int:
        """How many runs without a conversation are in another version: they keep it."""


class Mover(Protocol):
    """Who asks conversations (`temporal.py`)."""

    async def move(self, tenant_id: UUID, conversation_id: UUID, move: Move) -> Moved:
        """The update `move`; raises where the engine does not take it."""


class MigrationActivities:
    """Activities on queue `channels`; tenant and job come from the workflow's id."""

    def __init__(self, jobs: JobStore, versions: Versions, runs: Runs, mover: Mover) -> None:
        self._jobs = jobs
        self._versions = versions
        self._runs = runs
        self._mover = mover

    @activity.defn
    async def move_page(self, moving: Moving) -> Moving:
        """Ask the next conversations; a repeat finds those that have moved gone from the list."""
        tenant_id, job_id = whose_job()
        asked = await self._jobs.begin(tenant_id, job_id)
        if asked is None:
            return replace(moving, is_over=True, is_unwanted=True)
        scenario_id, request = UUID(asked.scenario_id), asked.request
        target = await self._versions.version(tenant_id, scenario_id, int(request["to"]))
        document = load_document(target.source).document if target is not None else None
        if target is None or document is None:
            await self._jobs.finish(tenant_id, job_id, JobStatus.FAILED, failure="version_not_found")
            return replace(moving, is_over=True, is_unwanted=True)
        total = moving.total or await self._runs.count_to_move(tenant_id, scenario_id, target.ir_hash)
        after = UUID(moving.after) if moving.after else FIRST
        page = await self._runs.to_move(tenant_id, scenario_id, target.ir_hash, after=after, limit=PAGE)
        plans = await self._plans(tenant_id, scenario_id, page, target.ir, document)
        told = await self._ask(tenant_id, page, plans, request, target.ir_hash, job_id)
        moving = _counted(moving, page, told, max(total, moving.done + len(page)))
        if not await self._jobs.tell(tenant_id, job_id, done=moving.done, total=moving.total):
            return replace(moving, is_over=True, is_unwanted=True)
        return replace(moving, is_over=len(page) < PAGE)

    @activity.defn
    async def finish_migration(self, moving: Moving) -> None:
        """Keep what became of everybody."""
        tenant_id, job_id = whose_job()
        refused = [
            {**dict(zip(("node", "reason", "what"), name.split("|", 2), strict=True)), "count": count}
            for name, count in sorted(moving.refused.items(), key=lambda item: -item[1])
        ]
        asked = await self._jobs.begin(tenant_id, job_id)
        kept = 0
        if asked is not None:
            scenario_id, to = UUID(asked.scenario_id), int(asked.request["to"])
            target = await self._versions.version(tenant_id, scenario_id, to)
            kept = await self._runs.count_own(tenant_id, scenario_id, target.ir_hash) if target else 0
        report = {"counts": moving.counts, "refused": refused, "kept": kept}
        await self._jobs.finish(tenant_id, job_id, JobStatus.DONE, report=report)

    async def _plans(
        self,
        tenant_id: UUID,
        scenario_id: UUID,
        page: Sequence[Mapping[str, Any]],
        new: IR,
        document: Document,
    ) -> dict[str, Plan]:
        plans: dict[str, Plan] = {}
        for ir_hash, number in sorted({(row["ir_hash"], row["version"]) for row in page}):
            old = await self._versions.version(tenant_id, scenario_id, number)
            if old is not None:
                found = await asyncio.to_thread(plan_migration, old.ir, new, document, number)
                plans[ir_hash] = found.plan
        return plans

    async def _ask(
        self,
        tenant_id: UUID,
        page: Sequence[Mapping[str, Any]],
        plans: Mapping[str, Plan],
        request: Mapping[str, Any],
        to: str,
        job_id: UUID,
    ) -> list[Moved]:
        free = asyncio.Semaphore(AT_ONCE)

        async def ask(row: Mapping[str, Any]) -> Moved:
            move = Move(
                id=f"{job_id}/{row['id']}",
                ir_hash=row["ir_hash"],
                to=to,
                plan=dict(plans[row["ir_hash"]]),
                policy=str(request["policy"]),
                text=str(request.get("text") or ""),
            )
            async with free:
                try:
                    return await self._mover.move(tenant_id, row["id"], move)
                except Exception as failed:  # one conversation in trouble keeps no other from moving
                    log.warning("move_failed", conversation_id=str(row["id"]), exc_info=failed)
                    return Moved("failed")

        return await asyncio.gather(*map(ask, page))


def _counted(moving: Moving, page: Sequence[Mapping[str, Any]], told: Sequence[Moved], total: int) -> Moving:
    counts, refused = Counter(moving.counts), Counter(moving.refused)
    for row, moved in zip(page, told, strict=True):
        counts[moved.way] += 1
        if moved.way == "refused":
            refused[f"{row['node'] or ''}|{moved.reason or ''}|{moved.what or ''}"] += 1
    return Moving(
        after=str(page[-1]["id"]) if page else moving.after,
        done=moving.done + len(page),
        total=total,
        counts=dict(counts),
        refused=dict(refused),
    )
