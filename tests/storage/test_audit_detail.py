"""What the audit log holds of a customer lies apart from its lines, and only his erasure takes it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from omnisupport.domain.actor import SYSTEM
from omnisupport.storage.audit import fill_details, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit
from tests.storage.conftest import Home

WHO = UUID(int=7)


async def told(database: Database, tenant_id: UUID, action: str, **values: Any) -> None:
    """A line about a customer."""
    async with database.session(tenant_id) as session:
        record(session, tenant_id, SYSTEM, action, target=("customer", values.pop("who", WHO)), **values)


async def run(database: Database, tenant_id: UUID, sql: str, **values: Any) -> Any:
    """One statement as the app role: its first row, or how many it touched."""
    async with database.session(tenant_id) as session:
        done = await session.exec(text(sql), params=values)  # type: ignore[call-overload]
        return done.first() if done.returns_rows else done.rowcount


async def test_a_line_keeps_none_of_it_and_reads_as_before(database: Database, home: Home) -> None:
    await told(database, home.tenant_id, "customer.update", before={"name": "Анна"}, after={"name": "Ольга"})
    line = await run(
        database, home.tenant_id, "select before, after from audit where target_kind = 'customer'"
    )
    assert tuple(line) == (None, None)
    async with database.session(home.tenant_id) as session:
        lines = await session.exec(
            select(Audit).where(Audit.tenant_id == home.tenant_id).order_by(col(Audit.id))
        )
        found = await fill_details(session, home.tenant_id, lines.all())
    assert [(each.before, each.after) for each in found if each.target_kind == "customer"] == [
        ({"name": "Анна"}, {"name": "Ольга"})
    ]


async def test_other_things_keep_theirs_in_the_line(database: Database, home: Home) -> None:
    async with database.session(home.tenant_id) as session:
        record(session, home.tenant_id, SYSTEM, "tag.created", target=("tag", "vip"), after={"name": "VIP"})
    line = await run(database, home.tenant_id, "select after from audit where target_kind = 'tag'")
    assert line[0] == {"name": "VIP"}
    assert (await run(database, home.tenant_id, "select count(*) from audit_detail"))[0] == 0


@pytest.mark.parametrize("sql", ["update audit_detail set after = null", "truncate audit_detail"])
async def test_nobody_writes_over_it(database: Database, home: Home, sql: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database, home.tenant_id, sql)


@pytest.mark.parametrize(
    "sql",
    ["delete from erasure", "delete from erasure_subject", "update erasure set customer_id = id"],
)
async def test_no_erasure_is_taken_back(database: Database, home: Home, sql: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database, home.tenant_id, sql)


async def test_only_a_running_erasure_of_that_customer_deletes_it(database: Database, home: Home) -> None:
    other = uuid4()
    await told(database, home.tenant_id, "customer.update", after={"name": "Анна"})
    await told(database, home.tenant_id, "customer.update", who=other, after={"name": "Пётр"})
    merge = {"name": "Пётр", "source_id": str(WHO)}
    await told(database, home.tenant_id, "customer.merge", who=uuid4(), after=merge)
    everything = "delete from audit_detail"
    assert await run(database, home.tenant_id, everything) == 0
    erasure = {"e": uuid4(), "t": home.tenant_id, "c": WHO}
    await run(
        database,
        home.tenant_id,
        "insert into erasure (tenant_id, id, customer_id, origin) values (:t, :e, :c, 'request')",
        **erasure,
    )
    await run(
        database, home.tenant_id, "insert into erasure_subject values (:t, :e, 'customer', :c)", **erasure
    )
    assert await run(database, home.tenant_id, everything) == 0, "it only waits"
    await run(database, home.tenant_id, "update erasure set status = 'running'")
    assert await run(database, home.tenant_id, everything) == 2
    await run(database, home.tenant_id, "update erasure set status = 'done'")
    assert await run(database, home.tenant_id, everything) == 0
    left = await run(database, home.tenant_id, "select customer_id from audit_detail")
    assert left[0] == other
    lines = await run(database, home.tenant_id, "select count(*) from audit where target_kind = 'customer'")
    assert lines[0] == 3, "the lines stay"
