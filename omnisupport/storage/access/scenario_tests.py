"""Test files of a scenario, for a person: each with a name of its own and an etag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict, NotFound, OmniError
from omnisupport.storage.access.scenario_test_files import add_test, record_test
from omnisupport.storage.access.scenarios import load_scenario
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ScenarioTest

MOST_TESTS = 50
"""Files of a scenario: each runs before a version goes live."""


class TestChanged(OmniError):
    """Somebody else saved meanwhile; read again before writing."""

    __test__ = False
    code = "test_changed"
    status = 412


async def list_tests(database: Database, tenant_id: UUID, scenario_id: UUID) -> Sequence[ScenarioTest]:
    """Every test file of a scenario, by name.

    Raises:
        NotFound: the scenario is absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        await load_scenario(session, tenant_id, scenario_id)
        rows = await session.exec(
            select(ScenarioTest)
            .where(ScenarioTest.tenant_id == tenant_id, ScenarioTest.scenario_id == scenario_id)
            .order_by(col(ScenarioTest.name))
        )
        return rows.all()


async def access_test(database: Database, tenant_id: UUID, scenario_id: UUID, test_id: UUID) -> ScenarioTest:
    """One test file.

    Raises:
        NotFound: absent, another scenario's, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, scenario_id, test_id)


async def create_test(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, *, name: str, document: str
) -> ScenarioTest:
    """A new test file.

    Raises:
        NotFound: the scenario is absent, or another tenant's.
        Conflict: one has this name (code `test_exists`), or there are fifty (`tests_full`).
    """
    try:
        async with database.session(tenant_id) as session:
            await load_scenario(session, tenant_id, scenario_id, lock=True)
            mine = (ScenarioTest.tenant_id == tenant_id, ScenarioTest.scenario_id == scenario_id)
            counted = await session.exec(select(func.count()).select_from(ScenarioTest).where(*mine))
            if counted.one() >= MOST_TESTS:
                raise _full()
            made = add_test(session, tenant_id, scenario_id, actor, name=name, document=document)
    except IntegrityError as twice:
        raise _exists(name) from twice
    return made


async def keep_tests(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, files: Mapping[str, str]
) -> dict[str, bool]:
    """Keep test files by their names; of each that was written, whether it took the place of an older one.

    Raises:
        NotFound: the scenario is absent, or another tenant's.
        Conflict: there would be more than fifty (code `tests_full`); none is written then.
    """
    written: dict[str, bool] = {}
    async with database.session(tenant_id) as session:
        await load_scenario(session, tenant_id, scenario_id, lock=True)
        rows = await session.exec(
            select(ScenarioTest)
            .where(ScenarioTest.tenant_id == tenant_id, ScenarioTest.scenario_id == scenario_id)
            .with_for_update()
        )
        there = {each.name: each for each in rows.all()}
        if len(there.keys() | files.keys()) > MOST_TESTS:
            raise _full()
        for name, document in files.items():
            found = there.get(name)
            if found is None:
                add_test(session, tenant_id, scenario_id, actor, name=name, document=document)
            elif found.document != document:
                _write(session, found, actor, name=name, document=document)
            else:
                continue
            written[name] = found is not None
    return written


async def change_test(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    scenario_id: UUID,
    test_id: UUID,
    *,
    revision: int,
    name: str,
    document: str,
) -> ScenarioTest:
    """Write over a test file that is still at `revision`.

    Raises:
        NotFound: absent, another scenario's, or another tenant's.
        TestChanged: it is at another revision now.
        Conflict: another one has this name (code `test_exists`).
    """
    try:
        async with database.session(tenant_id) as session:
            found = await _load(session, tenant_id, scenario_id, test_id, lock=True)
            if found.revision != revision:
                raise TestChanged(
                    f"The test file is at revision {found.revision} now. Read it again before saving.",
                    field="If-Match",
                )
            _write(session, found, actor, name=name, document=document)
    except IntegrityError as twice:
        raise _exists(name) from twice
    return found


async def delete_test(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, test_id: UUID
) -> None:
    """Take a test file away.

    Raises:
        NotFound: absent, another scenario's, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, scenario_id, test_id, lock=True)
        record_test(session, found, actor, "scenario_test.deleted", name=found.name)
        await session.delete(found)


async def _load(
    session: AsyncSession, tenant_id: UUID, scenario_id: UUID, test_id: UUID, *, lock: bool = False
) -> ScenarioTest:
    found = await session.get(ScenarioTest, (tenant_id, test_id), with_for_update=lock or None)
    if found is None or found.scenario_id != scenario_id:
        raise NotFound("There is no such test file.")
    return found


def _write(session: AsyncSession, found: ScenarioTest, actor: Actor, *, name: str, document: str) -> None:
    found.name, found.document = name, document
    found.revision += 1
    found.updated_at = datetime.now(UTC)
    session.add(found)
    record_test(session, found, actor, "scenario_test.changed", name=name)


def _full() -> Conflict:
    return Conflict(f"A scenario has at most {MOST_TESTS} test files: put cases together.", code="tests_full")


def _exists(name: str) -> Conflict:
    return Conflict(f"A test file with the name '{name}' exists already.", code="test_exists", field="name")
