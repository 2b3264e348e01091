"""Published scenarios, as turns choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from omnisupport.domain.releases import Canary, Published
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioVersion

FRESH_FOR_S = 1.0
"""How long a process trusts what it read; a publish is answered when nobody trusts the older one any more."""


class PublishedScenarios:
    """Live versions of each tenant and their canaries, read at most once a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[UUID, tuple[float, Sequence[Published]]] = {}

    async def published(self, tenant_id: UUID) -> Sequence[Published]:
        """Live versions in the order of their keys; those of scenarios that were put away are none."""
        read_at, found = self._read.get(tenant_id, (0.0, ()))
        if read_at and monotonic() - read_at < FRESH_FOR_S:
            return found
        began = monotonic()
        live, canary = aliased(ScenarioVersion), aliased(ScenarioVersion)
        mine = tuple(
            (each.tenant_id == col(Scenario.tenant_id)) & (each.scenario_id == col(Scenario.id))
            for each in (live, canary)
        )
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(  # type: ignore[call-overload]
                    Scenario.key,
                    live.ir_hash,
                    live.ir,
                    Scenario.id,
                    Scenario.canary_percent,
                    canary.ir_hash,
                    canary.ir,
                )
                .join(live, mine[0] & (live.version == col(Scenario.live_version)))
                .outerjoin(canary, mine[1] & (canary.version == col(Scenario.canary_version)))
                .where(Scenario.tenant_id == tenant_id, col(Scenario.archived_at).is_(None))
                .order_by(Scenario.key)
            )
            found = [_published(*row) for row in rows.all()]
        self._read[tenant_id] = (began, found)
        return found


def _published(
    key: str,
    ir_hash: str,
    ir: dict[str, Any],
    scenario_id: UUID,
    percent: int,
    canary_hash: str | None,
    canary: dict[str, Any] | None,
) -> Published:
    beside = Canary(canary_hash, dict(canary), percent) if canary_hash and canary else None
    return Published(key, ir_hash, dict(ir), str(scenario_id), beside)
