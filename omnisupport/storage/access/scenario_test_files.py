"""A test file of a scenario as it is first kept: by a person, or together with the scenario that it tests."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.storage.audit import record
from omnisupport.storage.tables import ScenarioTest


def add_test(
    session: AsyncSession, tenant_id: UUID, scenario_id: UUID, actor: Actor, *, name: str, document: str
) -> ScenarioTest:
    """Add a test file and its line of the audit log to the transaction."""
    now = datetime.now(UTC)
    made = ScenarioTest(
        tenant_id=tenant_id,
        id=uuid4(),
        scenario_id=scenario_id,
        name=name,
        document=document,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    record_test(session, made, actor, "scenario_test.created", name=name)
    return made


def record_test(session: AsyncSession, test: ScenarioTest, actor: Actor, action: str, *, name: str) -> None:
    """What was done with a test file, for the audit log."""
    after = {"scenario_id": str(test.scenario_id), "name": name, "revision": test.revision}
    record(session, test.tenant_id, actor, action, target=("scenario_test", test.id), after=after)
