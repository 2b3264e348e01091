"""Test files of a scenario as a trial takes them."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioTest, ScenarioVersion


class ScenarioTests:
    """Test files and documents of every tenant's scenarios, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def files(self, tenant_id: UUID, scenario_id: UUID) -> list[dict[str, str]]:
        """Test files {name, document}, by name."""
        query = (
            select(ScenarioTest.name, ScenarioTest.document)
            .where(ScenarioTest.tenant_id == tenant_id, ScenarioTest.scenario_id == scenario_id)
            .order_by(col(ScenarioTest.name))
        )
        async with self._database.session(tenant_id) as session:
            return [{"name": name, "document": text} for name, text in (await session.exec(query)).all()]

    async def document(self, tenant_id: UUID, scenario_id: UUID, of: str) -> str | None:
        """The text of `draft`, `live`, `canary` or of a version by its number; None where there is none."""
        async with self._database.session(tenant_id) as session:
            scenario = await session.get(Scenario, (tenant_id, scenario_id))
            if scenario is None or of == "draft":
                return scenario.draft if scenario is not None else None
            pointers = {"live": scenario.live_version, "canary": scenario.canary_version}
            number = pointers[of] if of in pointers else int(of)
            found = await session.get(ScenarioVersion, (tenant_id, scenario_id, number or 0))
        return found.source if found is not None else None

    async def version(self, tenant_id: UUID, scenario_id: UUID, number: int) -> ScenarioVersion | None:
        """A version with its content."""
        async with self._database.session(tenant_id) as session:
            return await session.get(ScenarioVersion, (tenant_id, scenario_id, number))
