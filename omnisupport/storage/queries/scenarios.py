"""Published scenarios, as turns choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.calls import Published
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioVersion

FRESH_FOR_S = 1.0
"""How long a process trusts what it read; a publish is answered when nobody trusts the older one any more."""


class PublishedScenarios:
    """Live versions of each tenant, read at most once a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[UUID, tuple[float, Sequence[Published]]] = {}

    async def published(self, tenant_id: UUID) -> Sequence[Published]:
        """Live versions in the order of their keys."""
        read_at, found = self._read.get(tenant_id, (0.0, ()))
        if read_at and monotonic() - read_at < FRESH_FOR_S:
            return found
        began = monotonic()
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(Scenario.key, ScenarioVersion.ir_hash, ScenarioVersion.ir)
                .join(
                    ScenarioVersion,
                    (col(ScenarioVersion.tenant_id) == Scenario.tenant_id)
                    & (col(ScenarioVersion.scenario_id) == Scenario.id)
                    & (col(ScenarioVersion.version) == Scenario.live_version),
                )
                .where(Scenario.tenant_id == tenant_id)
                .order_by(Scenario.key)
            )
            found = [Published(key, ir_hash, dict(ir)) for key, ir_hash, ir in rows.all()]
        self._read[tenant_id] = (began, found)
        return found
