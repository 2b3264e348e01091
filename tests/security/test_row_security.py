"""R1 to R9 of row-level security, each shown on the real Postgres: what would leak, and that ours does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from omnisupport.devstack.embedded import EmbeddedUrls
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.session import Database, driver_url
from tests.security.catalogue import BEFORE_A_TENANT
from tests.storage.conftest import Home, make_home
from tests.storage.test_accept import accept

OURS = "select count(*) from message"
NO_TENANT = "select set_config('app.tenant', '', true)"


@pytest.fixture
async def both(database: Database, conversations: Conversations) -> tuple[Home, Home]:
    """Two tenants with a message each."""
    homes = [await make_home(database) for _ in range(2)]
    for home in homes:
        await accept(conversations, home, "секрет")
    return homes[0], homes[1]


async def scalar(database: Database, tenant_id: UUID | None, sql: str, **values: Any) -> Any:
    """One value, inside a tenant's wall."""
    async with database.session(tenant_id) as session:
        return await session.scalar(text(sql), params=values)


# R1 -------------------------------------------------------------------------------------------------------


async def test_r1_the_owner_of_the_tables_sees_no_row_while_the_wall_is_forced(
    owner: asyncpg.Connection, both: tuple[Home, Home]
) -> None:
    assert await owner.fetchval(OURS) == 0
    await owner.execute("alter table message no force row level security")
    assert await owner.fetchval(OURS) >= 2, "unforced, the wall does not hold its owner"


async def test_r1_the_app_role_is_held_and_cannot_free_itself(
    urls: EmbeddedUrls, both: tuple[Home, Home]
) -> None:
    app = await asyncpg.connect(driver_url(urls.database or ""))
    try:
        roles = await app.fetch(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'omni%'"
        )
        assert {row["rolname"] for row in roles} == {"omni_owner", "omni_app", "omni_sweeper"}
        assert not any(row["rolsuper"] or row["rolbypassrls"] or row["rolcreaterole"] for row in roles)
        for order in (
            "alter table message disable row level security",
            "alter table message no force row level security",
            "drop policy tenant_wall on message",
            "create policy wide on message using (true)",
            "alter role omni_app bypassrls",
            "set role omni_owner",
            "set session authorization omni_owner",
            "create table public.planted (id int)",
            "create view public.planted as select * from message",
            "truncate message",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(order)
        await app.execute("set row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await app.fetchval(OURS)
    finally:
        await app.close()


# R2 -------------------------------------------------------------------------------------------------------


async def test_r2_a_tenant_that_was_never_set_or_is_set_no_more_is_no_tenant(
    urls: EmbeddedUrls, both: tuple[Home, Home]
) -> None:
    app = await asyncpg.connect(driver_url(urls.database or ""))
    try:
        assert await app.fetchval("select current_setting('app.tenant', true)") is None
        assert await app.fetchval(OURS) == 0
        async with app.transaction():
            await app.execute("select set_config('app.tenant', $1, true)", str(both[0].tenant_id))
            assert await app.fetchval(OURS) == 1
        assert await app.fetchval("select current_setting('app.tenant', true)") == ""
        assert await app.fetchval(OURS) == 0, "and it is no error"
        async with app.transaction():
            await app.execute("select set_config('app.tenant', 'nonsense', true)")
            with pytest.raises(asyncpg.InvalidTextRepresentationError):
                await app.fetchval(OURS)
    finally:
        await app.close()


# R3 -------------------------------------------------------------------------------------------------------


VIEW = "create view planted {} as select * from message"
FUNCTION = "create function planted() returns setof message language sql {} as 'select * from message'"
INVOKER = (VIEW.format("with (security_invoker = true)"), FUNCTION.format("security invoker"))
DEFINER = (VIEW.format(""), FUNCTION.format("security definer"))


@pytest.mark.parametrize("planted", INVOKER)
async def test_r3_a_view_or_function_of_its_caller_shows_his_tenant(
    urls: EmbeddedUrls, database: Database, both: tuple[Home, Home], planted: str
) -> None:
    async with planting(urls, planted) as name:
        assert await scalar(database, both[0].tenant_id, f"select count(*) from {name}") == 1


@pytest.mark.parametrize("planted", DEFINER)
async def test_r3_a_view_or_function_of_its_owner_shows_both_where_he_is_not_held(
    urls: EmbeddedUrls, database: Database, both: tuple[Home, Home], planted: str
) -> None:
    """Why the catalogue is asked for them: nothing but the force of the wall is between them and a leak."""
    async with planting(urls, planted) as name:
        assert await scalar(database, both[0].tenant_id, f"select count(*) from {name}") == 0
    async with planting(urls, planted, "alter table message no force row level security") as name:
        assert await scalar(database, both[0].tenant_id, f"select count(*) from {name}") >= 2


@asynccontextmanager
async def planting(urls: EmbeddedUrls, planted: str, *orders: str) -> AsyncIterator[str]:
    """Something of the owner's, for the app role to read; gone afterwards, and the wall as it was."""
    connection = await asyncpg.connect(driver_url(urls.database_owner or ""))
    kind = "view" if "create view" in planted else "function"
    try:
        for order in (planted, *(["grant select on planted to omni_app"] if kind == "view" else []), *orders):
            await connection.execute(order)
        yield "planted" if kind == "view" else "planted()"
    finally:
        await connection.execute(f"drop {kind} planted; alter table message force row level security")
        await connection.close()


# R4, R5, R9 -----------------------------------------------------------------------------------------------


async def test_r4_a_value_of_another_tenant_is_free(database: Database, both: tuple[Home, Home]) -> None:
    columns = "tenant_id, id, knowledge, slug, locale, title, markdown, content_hash"
    row = f"insert into knowledge_document ({columns}) values"
    for home in both:
        await scalar(
            database,
            home.tenant_id,
            f"{row} (:t, gen_random_uuid(), 'help', 'delivery', 'ru', '', '', '') returning 1",
            t=home.tenant_id,
        )
    with pytest.raises(IntegrityError):
        await scalar(
            database,
            both[0].tenant_id,
            f"{row} (:t, gen_random_uuid(), 'help', 'delivery', 'ru', '', '', '') returning 1",
            t=both[0].tenant_id,
        )


@pytest.mark.parametrize(
    "sql",
    [
        "insert into message (tenant_id, conversation_id, seq, direction, author_kind, status, key)"
        " values (:t, :theirs, 9, 'note', 'operator', 'sent', 'x') returning 1",
        "insert into turn (tenant_id, conversation_id, turn, through_seq) values (:t, :theirs, 9, 9) returning 1",
        "update message set conversation_id = :theirs where tenant_id = :t returning 1",
    ],
)
async def test_r5_a_reference_into_another_tenant_is_refused(
    database: Database, both: tuple[Home, Home], sql: str
) -> None:
    theirs = await scalar(database, both[1].tenant_id, "select id from conversation")
    with pytest.raises(IntegrityError, match="foreign key"):
        await scalar(database, both[0].tenant_id, sql, t=both[0].tenant_id, theirs=theirs)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into customer (tenant_id, id) values (:theirs, gen_random_uuid()) returning 1",
        "update customer set tenant_id = :theirs returning 1",
        "insert into customer (tenant_id, id) select :theirs, id from customer returning 1",
        "insert into audit (tenant_id, actor_kind, action) values (:theirs, 'user', 'x.y') returning 1",
    ],
)
async def test_r9_a_row_of_another_tenant_cannot_be_written(
    database: Database, both: tuple[Home, Home], sql: str
) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        await scalar(database, both[0].tenant_id, sql, theirs=both[1].tenant_id)


async def test_no_table_shows_or_gives_up_a_row_of_another_tenant(
    database: Database, owner: asyncpg.Connection, both: tuple[Home, Home]
) -> None:
    names = [
        row["tablename"]
        for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    ]
    for name in sorted(set(names) - BEFORE_A_TENANT):
        other = {"theirs": both[1].tenant_id}
        seen = f'select count(*) from "{name}" where tenant_id <> :mine or tenant_id = :theirs'
        assert await scalar(database, both[0].tenant_id, seen, mine=both[0].tenant_id, **other) == 0, name
        if name not in ("audit", "erasure", "erasure_subject"):  # there nobody deletes at all
            gone = f'with gone as (delete from "{name}" where tenant_id = :theirs returning 1)'
            gone += " select count(*) from gone"
            assert await scalar(database, both[0].tenant_id, gone, **other) == 0, name
    assert await scalar(database, both[1].tenant_id, OURS) == 1


# R6, R7, R8 -----------------------------------------------------------------------------------------------


@pytest.fixture
async def pool(urls: EmbeddedUrls) -> Any:
    """A pool of one connection, as SQLAlchemy keeps it."""
    engine = create_async_engine(urls.database or "", pool_size=1, max_overflow=0)
    yield engine
    await engine.dispose()


@pytest.mark.parametrize(("is_local", "seen_by_the_next"), [("false", 1), ("true", 0)])
async def test_r6_a_tenant_that_is_not_local_stays_in_the_pool(
    pool: AsyncEngine, both: tuple[Home, Home], is_local: str, seen_by_the_next: int
) -> None:
    """Why `test_catalogue` looks for a SET without LOCAL in the code: the next request would be that tenant's."""
    async with pool.begin() as first:
        setting = text(f"select set_config('app.tenant', :t, {is_local})")
        await first.execute(setting, {"t": str(both[0].tenant_id)})
    async with pool.begin() as following:
        assert (await following.execute(text(OURS))).scalar_one() == seen_by_the_next


async def test_r6_neither_way_to_postgres_leaves_a_tenant_behind(
    urls: EmbeddedUrls, both: tuple[Home, Home]
) -> None:
    narrow = Database(urls.database or "", pool_size=1)
    try:
        for home in both:
            async with narrow.session(home.tenant_id) as session:
                assert await session.scalar(text(OURS)) == 1
            await Conversations(narrow).load(home.tenant_id, str(UUID(int=1)))
            assert await narrow.call("select to_json(current_setting('app.tenant', true))") == ""
            assert await scalar(narrow, None, OURS) == 0
    finally:
        await narrow.close()


async def test_r6_a_transaction_that_fails_leaves_none_either(
    urls: EmbeddedUrls, both: tuple[Home, Home]
) -> None:
    narrow = Database(urls.database or "", pool_size=1)
    try:
        with pytest.raises(ProgrammingError):
            await scalar(narrow, both[0].tenant_id, "select * from no_such_table")
        assert await scalar(narrow, None, OURS) == 0
    finally:
        await narrow.close()


async def test_r7_a_commit_on_the_way_keeps_the_tenant(database: Database, both: tuple[Home, Home]) -> None:
    async with database.session(both[0].tenant_id) as session:
        assert await session.scalar(text(OURS)) == 1
        await session.commit()
        assert await session.scalar(text(OURS)) == 1, "the next transaction is the tenant's too"
        await session.rollback()
        assert await session.scalar(text(OURS)) == 1


async def test_r8_the_wall_and_the_question_reach_one_index(
    database: Database, urls: EmbeddedUrls, both: tuple[Home, Home]
) -> None:
    for home in both:
        many = (
            "insert into audit (tenant_id, actor_kind, actor_id, action)"
            " select :t, 'user', md5((n % 50)::text)::uuid, 'x.y' from generate_series(1, 5000) n returning 1"
        )
        await scalar(database, home.tenant_id, many, t=home.tenant_id)
    connection = await asyncpg.connect(driver_url(urls.database_owner or ""))
    await connection.execute("analyze audit")
    await connection.close()
    for order, index in (
        ("where actor_id = md5('7')::uuid order by at desc, id desc limit 20", "audit_by_actor"),
        ("order by at desc, id desc limit 20", "audit_by_time"),
    ):
        async with database.session(both[0].tenant_id) as session:
            rows = await session.exec(text(f"explain select * from audit {order}"))  # type: ignore[call-overload]
            plan = "\n".join(row[0] for row in rows.all())
        assert f"using {index}" in plan and "Sort" not in plan, plan
        assert "Index Cond: (" in plan and "tenant_id = (NULLIF" in plan, plan
        assert "Filter" not in plan, plan
