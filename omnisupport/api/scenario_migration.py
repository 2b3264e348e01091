"""What a migration would do to the runs that go on: counted where they are, before anything is moved."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from omnisupport.api.scenario_gate import Report
from omnisupport.scenario_dsl import IR
from omnisupport.scenario_dsl.planning import Migration, plan_migration
from omnisupport.storage.access.scenario_versions import access_version
from omnisupport.storage.queries.scenario_runs import ScenarioRuns
from omnisupport.storage.session import Database

AT_NEXT_WAIT = "at_next_wait"
"""Of runs that wait for an answer from outside: what becomes of them is decided where they wait next."""


async def foresee(
    database: Database, tenant_id: UUID, scenario_id: UUID, new: IR, report: Report
) -> list[dict[str, Any]]:
    """For each version that runs are in, but the new one: where they are, and what would become of them there."""
    counts: defaultdict[int, dict[str | None, int]] = defaultdict(dict)
    for each in await ScenarioRuns(database).waiting(tenant_id, scenario_id):
        counts[each.version][each.node] = each.count
    assert report.document is not None
    told = []
    for number in sorted(counts, reverse=True):
        version = await access_version(database, tenant_id, scenario_id, number)
        if version.ir_hash == new["hash"]:
            continue
        plan = await asyncio.to_thread(plan_migration, version.ir, new, report.document, number)
        told.append(
            {
                "version": number,
                "count": sum(counts[number].values()),
                "nodes": [_told(plan, node, count) for node, count in counts[number].items()],
                "variables": plan.variables,
                "skeleton": plan.skeleton(number),
            }
        )
    return told


def _told(plan: Migration, node: str | None, count: int) -> Mapping[str, Any]:
    verdict = plan.verdict(node) if node is not None else None
    if verdict is None:
        return {"node": node, "count": count, "way": AT_NEXT_WAIT, "to": None, "reason": None, "what": None}
    return {**verdict.to_dict(), "count": count}
