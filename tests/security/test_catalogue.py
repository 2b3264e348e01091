"""Every table, key, reference, view and function of the database is read, and each kind of hole is found."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from tests.architecture.processes import ROOT
from tests.security.catalogue import BEFORE_A_TENANT, findings, findings_of_code

GOOD = """
create table planted (tenant_id uuid not null, id uuid not null, code text,
  primary key (tenant_id, id), unique (tenant_id, code));
select raise_wall('planted');
"""
PLANTED = {
    "a table without the wall": ("create table planted (tenant_id uuid primary key)", "R1: planted"),
    "a wall that is not forced": (GOOD + "alter table planted no force row level security", "R1: planted"),
    "a wall that is disabled": (GOOD + "alter table planted disable row level security", "R1: planted"),
    "a second policy": (
        GOOD + "create policy wide on planted for select to omni_app using (true)",
        "R9: planted",
    ),
    "a policy for everybody": (GOOD + "create policy wide on planted using (true)", "R9: planted"),
    "another check than the wall": (
        GOOD + "alter policy tenant_wall on planted with check (true)",
        "R9: planted",
    ),
    "a key without the tenant": (GOOD + "alter table planted add unique (code)", "R4: planted_code_key"),
    "a unique index without the tenant": (GOOD + "create unique index hole on planted (code)", "R4: hole"),
    "a unique index on an expression": (
        GOOD + "create unique index hole on planted (lower(code), tenant_id)",
        "R4: hole",
    ),
    "an index without the tenant": (GOOD + "create index slow on planted (code)", "R8: slow"),
    "a primary key without the tenant": (
        "create table planted (tenant_id uuid, id uuid primary key); select raise_wall('planted')",
        "R4: planted_pkey",
    ),
    "a reference by id alone": (
        "alter table message add constraint hole unique (id);"
        + GOOD
        + "alter table planted add constraint loose foreign key (id) references message (id)",
        "R5: loose",
    ),
    "a reference whose tenants are not compared": (
        GOOD + "alter table planted add column other uuid, add constraint loose foreign key (other, id)"
        " references conversation (tenant_id, id)",
        "R5: loose",
    ),
    "a plain view": ("create view planted as select * from message", "R3: planted"),
    "a view that says so of another option": (
        "create view planted with (security_barrier = true) as select * from message",
        "R3: planted",
    ),
    "a materialized view": ("create materialized view planted as select * from message", "R3: planted"),
    "a definer's function": (
        "create function planted() returns bigint language sql security definer as 'select count(*) from message'",
        "R3: planted()",
    ),
    "a grant to everybody": (GOOD + "grant select on planted to public", "R1: SELECT on planted"),
    "a grant of truncate": (GOOD + "grant truncate on planted to omni_app", "R1: TRUNCATE on planted"),
}


async def test_nothing_is_found(owner: asyncpg.Connection) -> None:
    assert await findings(owner) == []


async def test_every_table_is_read(owner: asyncpg.Connection) -> None:
    names = {
        row["tablename"]
        for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    }
    assert names >= BEFORE_A_TENANT | {"conversation", "message", "audit", "member", "api_key"}
    with_tenant = await owner.fetch(
        "select table_name from information_schema.columns where column_name = 'tenant_id' and table_schema = 'public'"
    )
    assert names - {row["table_name"] for row in with_tenant} == {"user", "alembic_version"}


async def test_a_good_table_is_no_finding(owner: asyncpg.Connection) -> None:
    await owner.execute(GOOD)
    await owner.execute("create view seen with (security_invoker = true) as select * from planted")
    assert await findings(owner) == []


@pytest.mark.parametrize("kind", PLANTED)
async def test_a_planted_hole_is_found(owner: asyncpg.Connection, kind: str) -> None:
    sql, finding = PLANTED[kind]
    await owner.execute(sql)
    assert any(found.startswith(finding) for found in await findings(owner)), await findings(owner)


# --- the code ---------------------------------------------------------------------------------------------

FILES = [*Path(ROOT / "omnisupport").rglob("*.py"), *Path(ROOT / "migrations").rglob("*.sql")]
ALLOWED = {
    "R1: postgres.py: nobypassrls": "the roles are made without it",
    "R1: session.py: BYPASSRLS": "the sentence of the refusal",
}


def test_the_code_goes_round_no_wall() -> None:
    assert len(FILES) > 100
    found = [each for each in findings_of_code(FILES) if each not in ALLOWED]
    assert found == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("set app.tenant = 'x'", "R6"),
        ("SET SESSION app.tenant TO 'x'", "R6"),
        ("select set_config('app.tenant', $1, false)", "R6"),
        ("set_config(''app.tenant'', t::text, false)", "R6"),
        ("language sql SECURITY\n  DEFINER", "R3"),
        ("set row_security = off", "R1"),
        ("alter role omni_app bypassrls", "R1"),
    ],
)
def test_a_planted_line_is_found(tmp_path: Path, source: str, rule: str) -> None:
    (tmp_path / "planted.sql").write_text(source)
    assert [each[:2] for each in findings_of_code([tmp_path / "planted.sql"])] == [rule]


@pytest.mark.parametrize(
    "source",
    ["set local app.tenant = 'x'", "set_config('app.tenant', $1, true)", "language sql security invoker"],
)
def test_a_good_line_is_none(tmp_path: Path, source: str) -> None:
    (tmp_path / "planted.sql").write_text(source)
    assert findings_of_code([tmp_path / "planted.sql"]) == []
