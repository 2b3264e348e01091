"""What a migration would do to the runs that go on: counted where they are, before anything is moved."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from omnisupport.api.scenario_gate import Report
from omnisupport.domain.scenario_jobs import Policy
from omnisupport.scenario_dsl import IR, Finding
from omnisupport.scenario_dsl.checks.publishing import check_migration
from omnisupport.scenario_dsl.planning import Migration, plan_migration
from omnisupport.storage.access.scenario_versions import access_version
from omnisupport.storage.queries.scenario_runs import ScenarioRuns
from omnisupport.storage.session import Database

AT_NEXT_WAIT = "at_next_wait"
"""Of runs that wait for an answer from outside: what becomes of them is decided where they wait next."""


@dataclass
class Foreseen:
    """What would become of the runs that go on, and what keeps them from moving (E901, E902).

    `items` are {version, count, nodes, variables, skeleton}, the newest version first; `kept` is how many runs without
    a conversation go on in other versions, and keep them whatever the policy.
    """

    items: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kept: int = 0


async def foresee(
    database: Database, tenant_id: UUID, scenario_id: UUID, new: IR, report: Report
) -> Foreseen:
    """For each version that runs are in, but the new one: where they are, and what would become of them there."""
    counts: defaultdict[int, dict[str | None, int]] = defaultdict(dict)
    runs = ScenarioRuns(database)
    for each in await runs.waiting(tenant_id, scenario_id):
        counts[each.version][each.node] = each.count
    document = report.document
    assert document is not None
    told = Foreseen(kept=await runs.count_own(tenant_id, scenario_id, new["hash"]))
    for number in sorted(counts, reverse=True):
        version = await access_version(database, tenant_id, scenario_id, number)
        if version.ir_hash == new["hash"]:
            continue
        plan = await asyncio.to_thread(plan_migration, version.ir, new, document, number)
        told.items.append(
            {
                "version": number,
                "count": sum(counts[number].values()),
                "nodes": [_told(plan, node, count) for node, count in counts[number].items()],
                "variables": plan.variables,
                "skeleton": plan.skeleton(number),
            }
        )
        # Those that wait for an answer from outside hold variables as well.
        running = {node or "": count for node, count in counts[number].items()}
        told.findings += await asyncio.to_thread(
            check_migration, version.ir, new, document, version=number, running=running
        )
    return told


async def with_migration(
    database: Database, tenant_id: UUID, scenario_id: UUID, report: Report, policy: str
) -> Report:
    """The report with what becomes of the runs that go on, if they do not keep their version.

    Those who move by a plan need a place to go to, so what is missing is an error; every other policy has one for all.
    """
    if policy == Policy.KEEP:
        return report
    seen = await foresee(database, tenant_id, scenario_id, report.compiled(), report)
    found = seen.findings if policy == Policy.AT_NEXT_WAIT else []
    return replace(report, migration=seen.items, findings=[*report.findings, *found])


def _told(plan: Migration, node: str | None, count: int) -> Mapping[str, Any]:
    verdict = plan.verdict(node) if node is not None else None
    if verdict is None:
        return {"node": node, "count": count, "way": AT_NEXT_WAIT, "to": None, "reason": None, "what": None}
    return {**verdict.to_dict(), "count": count}
