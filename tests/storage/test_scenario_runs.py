"""Runs and jobs of scenarios in the real Postgres: what an erasure takes, and that nobody writes to what has gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from omnisupport.domain.releases import Canary, Published, is_in_canary, resolve
from omnisupport.storage.access.scenario_versions import publish_version
from omnisupport.storage.access.scenarios import create_scenario
from omnisupport.storage.erasing import erase_customers
from omnisupport.storage.queries.erasing import JOBS
from omnisupport.storage.queries.scenario_jobs import JobKind, JobStatus, ScenarioJobs
from omnisupport.storage.queries.scenario_runs import ScenarioRuns
from omnisupport.storage.queries.subflows import Subflows
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, ScenarioRun, ScenarioRunTurn, ScenarioVersion
from tests.storage.conftest import Home

IR = {"hash": "h1", "engine": 1}


@pytest.fixture
async def scenario(database: Database, home: Home) -> UUID:
    """A published scenario."""
    made = await create_scenario(database, home.tenant_id, key="s", name={"ru": "С"}, document="x")
    await publish_version(database, home.tenant_id, made.id, ir=IR, source="x", author_id=None)
    return made.id


async def add_run(database: Database, home: Home, scenario: UUID, **values: Any) -> UUID:
    """A run without a conversation, and a turn of it."""
    run_id = uuid4()
    async with database.session(home.tenant_id) as session:
        session.add(
            ScenarioRun(
                tenant_id=home.tenant_id,
                id=run_id,
                scenario_id=scenario,
                version=1,
                ir_hash="h1",
                engine=1,
                mode="background",
                status="waiting",
                state={"node": "pause"},
                **values,
            )
        )
        await session.flush()
        session.add(
            ScenarioRunTurn(tenant_id=home.tenant_id, run_id=run_id, turn=1, trace=[{"event": "Start"}])
        )
    return run_id


async def test_the_runs_of_a_customer_go_with_him(database: Database, home: Home, scenario: UUID) -> None:
    async with database.session(home.tenant_id) as session:
        customer = (await session.exec(select(Customer.id))).one()
    his = await add_run(database, home, scenario, customer_id=customer)
    other = await add_run(database, home, scenario)
    async with database.session(home.tenant_id) as session:
        counts = await erase_customers(session, home.tenant_id, [customer])
    assert counts["scenario_runs"] == 1
    runs = ScenarioRuns(database)
    assert await runs.own_turns(home.tenant_id, his, after=0, limit=10) is None
    kept = await runs.own_turns(home.tenant_id, other, after=0, limit=10)
    assert kept is not None and [turn["trace"] for turn in kept] == [[{"event": "Start"}]]
    going = await runs.going(home.tenant_id, scenario, before=None, limit=10)
    assert [(row["id"], row["node"], row["mode"]) for row in going] == [(other, "pause", "background")]


async def test_an_erasure_takes_replays_that_show_the_customer_and_those_that_still_run(
    database: Database, home: Home, scenario: UUID
) -> None:
    jobs, him = ScenarioJobs(database), uuid4()

    async def job(kind: JobKind, report: dict[str, Any] | None) -> UUID:
        made = await jobs.ask(home.tenant_id, scenario, kind, {}, None)
        assert await jobs.tell(home.tenant_id, made.id, done=1, total=2)
        if report is not None:
            assert await jobs.finish(home.tenant_id, made.id, JobStatus.DONE, report=report)
        return made.id

    showing = await job(JobKind.REPLAY, {"examples": [{"conversation": str(him)}]})
    others = await job(JobKind.REPLAY, {"examples": [{"conversation": str(uuid4())}]})
    running = await job(JobKind.REPLAY, None)
    walks = await job(JobKind.WALKS, {"found": str(him)})
    async with database.session(home.tenant_id) as session:
        values = {"tenant": home.tenant_id, "after": UUID(int=0), "most": 20, "ids": [str(him)]}
        _, count = (await session.exec(JOBS, params=values)).one()  # type: ignore[call-overload]
    assert count == 2
    left = {each.id for each in await jobs.page(home.tenant_id, scenario, before=None, limit=10)}
    assert left == {others, walks} and showing not in left
    assert not await jobs.tell(home.tenant_id, running, done=2, total=2)
    assert not await jobs.finish(home.tenant_id, running, JobStatus.DONE, report={"late": True})


async def test_runs_without_a_conversation_that_keep_their_version_are_counted(
    database: Database, home: Home, scenario: UUID
) -> None:
    for number in range(3):
        await add_run(database, home, scenario, ended_at=datetime.now(UTC) if number == 0 else None)
    runs = ScenarioRuns(database)
    assert await runs.count_own(home.tenant_id, scenario, "another") == 2
    assert await runs.count_own(home.tenant_id, scenario, "h1") == 0
    assert await runs.count_to_move(home.tenant_id, scenario, "another") == 0, "they are not moved"


async def test_a_job_ends_once(database: Database, home: Home, scenario: UUID) -> None:
    jobs = ScenarioJobs(database)
    made = await jobs.ask(home.tenant_id, scenario, JobKind.WALKS, {"walks": 10}, None)
    assert await jobs.finish(home.tenant_id, made.id, JobStatus.CANCELLED)
    assert not await jobs.finish(home.tenant_id, made.id, JobStatus.DONE, report={})
    found = await jobs.find(home.tenant_id, scenario, made.id)
    assert found is not None and (found.status, found.report) == ("cancelled", None)
    assert await jobs.find(home.tenant_id, uuid4(), made.id) is None


async def test_a_subflow_is_called_in_the_major_that_is_asked_for(
    database: Database, home: Home, scenario: UUID
) -> None:
    for number, (major, source) in enumerate([("1", "one"), ("1", "newer one"), ("2", "two")], 2):
        async with database.session(home.tenant_id) as session:
            session.add(
                ScenarioVersion(
                    tenant_id=home.tenant_id,
                    scenario_id=scenario,
                    version=number,
                    ir={},
                    ir_hash=f"m{number}",
                    engine=1,
                    source=source,
                    signature={"kind": "subflow", "major": int(major)},
                    published_at=datetime.now(UTC),
                )
            )
    found = await Subflows(database).sources(home.tenant_id, ["s@1", "s@2", "s@3"])
    assert found == {"s@1": "newer one", "s@2": "two"}
    async with database.session(home.tenant_id) as session:
        await session.exec(text("update scenario set live_version = 2"))  # type: ignore[call-overload]
    assert await Subflows(database).sources(home.tenant_id, ["s@1"]) == {"s@1": "one"}


def test_a_canary_takes_about_its_share_and_each_scenario_another_one() -> None:
    customers = [str(uuid4()) for _ in range(4000)]
    takers = {each for each in customers if is_in_canary("one", each, 10)}
    assert 300 < len(takers) < 500
    assert takers != {each for each in customers if is_in_canary("two", each, 10)}
    assert takers <= {each for each in customers if is_in_canary("one", each, 20)}, "a larger share adds only"
    assert not any(is_in_canary("one", each, 0) for each in customers)


def test_nobody_who_is_unknown_gets_a_canary() -> None:
    live = Published("s", "h1", {}, "one", Canary("h2", {}, 100))
    assert [each.ir_hash for each in resolve([live], None)] == ["h1"]
    assert [each.ir_hash for each in resolve([live], "anybody")] == ["h2"]
