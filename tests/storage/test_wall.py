"""One tenant never sees another: a property of the database, not of our queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from omnisupport.devstack.embedded import EmbeddedServers, EmbeddedUrls
from omnisupport.errors import OmniError
from omnisupport.storage.migrate import alembic_config
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.session import Database
from tests.storage.conftest import Home, make_home
from tests.storage.test_accept import accept

BEFORE_A_TENANT = {"tenant_slug", "channel_route", "user", "user_tenant", "alembic_version"}


async def rows(url: str, sql: str, **values: Any) -> list[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return list((await connection.execute(text(sql), values)).all())
    finally:
        await engine.dispose()


async def test_every_table_but_the_four_is_behind_the_wall(urls: EmbeddedUrls) -> None:
    found = await rows(
        urls.database_owner or "",
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity, count(p.polname) from pg_class c "
        "left join pg_policy p on p.polrelid = c.oid where c.relkind in ('r', 'p') "
        "and c.relnamespace = 'public'::regnamespace "
        "group by 1, 2, 3",
    )
    open_tables = {name for name, enabled, forced, policies in found if not (enabled and forced and policies)}
    assert open_tables == BEFORE_A_TENANT


async def test_every_key_and_reference_starts_with_the_tenant(urls: EmbeddedUrls) -> None:
    found = await rows(
        urls.database_owner or "",
        "select c.conrelid::regclass::text, c.conname, (select attname from pg_attribute a "
        "where a.attrelid = c.conrelid and a.attnum = c.conkey[1]), c.confrelid::regclass::text from pg_constraint c "
        "where c.contype in ('p', 'u', 'f') and c.connamespace = 'public'::regnamespace",
    )
    own = {"tenant_slug", "channel_route", '"user"', "user_tenant", "alembic_version"}
    crossing = [
        (table, name)
        for table, name, first, target in found
        if table not in own and target != '"user"' and first != "tenant_id"
    ]
    assert crossing == []


async def test_another_tenants_rows_are_not_there(
    conversations: Conversations, database: Database, home: Home
) -> None:
    other = await make_home(database)
    await accept(conversations, home, "секрет")
    for table in (
        "message",
        "conversation",
        "customer",
        "identity",
        "channel",
        "tenant",
        "change",
        "tenant_key",
    ):
        async with database.session(other.tenant_id) as session:
            seen = (
                await session.exec(
                    text(f'select count(*) from "{table}" where tenant_id = :t'), params={"t": home.tenant_id}
                )  # type: ignore[call-overload]
            ).one()
        assert seen[0] == 0, table


async def test_without_a_tenant_nothing_is_seen_and_the_setting_does_not_outlive_its_transaction(
    database: Database, conversations: Conversations, home: Home
) -> None:
    await accept(conversations, home)
    for _ in range(20):  # every pooled connection has served a tenant by now
        async with database.session(home.tenant_id) as session:
            assert (await session.exec(text("select count(*) from message"))).one()[0] > 0  # type: ignore[call-overload]
        async with database.session(None) as session:
            assert (await session.exec(text("select count(*) from message"))).one()[0] == 0  # type: ignore[call-overload]


async def test_a_row_of_another_tenant_cannot_be_written(database: Database, home: Home) -> None:
    other = await make_home(database)
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.session(other.tenant_id) as session:
            await session.exec(  # type: ignore[call-overload]
                text("insert into customer (tenant_id, id) values (:t, gen_random_uuid())"),
                params={"t": home.tenant_id},
            )


async def test_a_function_called_for_a_foreign_conversation_finds_nothing(
    conversations: Conversations, database: Database, home: Home
) -> None:
    other = await make_home(database)
    conversation_id = (await accept(conversations, home))["message"]["conversation_id"]
    assert await conversations.load(other.tenant_id, conversation_id) is None
    committed = await conversations.commit(
        other.tenant_id, conversation_id, b'{"turn":0,"epoch":0,"cursor":1}'
    )
    assert committed.gone


async def test_the_sweeper_sees_ids_and_cursors_and_nothing_else(
    urls: EmbeddedUrls, conversations: Conversations, home: Home
) -> None:
    await accept(conversations, home)
    sweeper = urls.database_sweeper or ""
    assert await rows(sweeper, "select tenant_id, id, last_in from conversation where last_in > cursor_seq")
    for forbidden in (
        "select last_message from conversation",
        "select * from message",
        "select * from tenant_key",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            await rows(sweeper, forbidden)


async def test_the_product_refuses_a_role_that_the_wall_does_not_hold(urls: EmbeddedUrls) -> None:
    owner = Database(urls.database_owner or "", pool_size=1)
    with pytest.raises(OmniError, match="row-level security") as refused:
        await owner.check_role()
    assert refused.value.code == "role_too_strong"
    await owner.close()


async def test_the_tables_are_what_the_code_says(urls: EmbeddedUrls) -> None:
    import asyncio

    from alembic import command

    await asyncio.to_thread(command.check, alembic_config(urls.database_owner or ""))


async def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path / "state", parts=("postgres",)) as servers:
        empty = Database(servers.urls.database or "", pool_size=1)
        with pytest.raises(OmniError, match="omni db upgrade") as refused:
            await empty.check_role()
        await empty.close()
    assert refused.value.code == "tables_missing"
