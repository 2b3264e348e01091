"""What a socket bears: clients that change their mind, do not read, or talk nonsense; hints that are none."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
import websockets
from sqlalchemy import text
from structlog.testing import capture_logs

from omnisupport.api import hub
from omnisupport.settings import Settings
from omnisupport.storage.redis import channel_of
from omnisupport.storage.session import DatabaseUnavailable
from tests.support.desk import Desk, desk, ticket_of
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.second_api import SecondApi, second_api
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[SecondApi]:
    """An api that the test can look into."""
    async with second_api(settings) as running:
        yield running


async def test_what_is_watched_may_change_while_it_is_read(
    api: SecondApi, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RESYNC_EVERY_S", 0.001)
    async with Operator(api.url, tenant) as operator, desk(api.url, operator) as console:
        watched = [str(uuid4()) for _ in range(8)]
        for conversation_id in watched:
            await console.say("watch", conversation_id=conversation_id, after=0)
        for conversation_id in watched:
            await console.say("unwatch", conversation_id=conversation_id)
            await asyncio.sleep(0.003)
        await console.say("ping")
        await console.await_frame("pong")


async def test_a_socket_that_breaks_says_so_and_one_that_was_left_does_not(
    api: SecondApi, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Operator(api.url, tenant) as operator:
        with capture_logs() as lines:
            async with desk(api.url, operator) as console:
                await console.say("ping")
            await _until_nobody_is_left(api)
        assert [line["event"] for line in lines] == []

        async def break_down(*_: object) -> None:
            raise RuntimeError("dictionary changed size during iteration")

        with capture_logs() as lines:
            async with desk(api.url, operator) as console:
                monkeypatch.setattr(api.services.inbox, "changes", break_down)
                await console.say("watch", conversation_id=str(uuid4()), after=0)
                assert await console.until_closed() == 1000
            await _until_nobody_is_left(api)
        assert [line["event"] for line in lines] == ["socket_failed"]


@pytest.mark.parametrize("number", [2**31, -1, 10**30, True, "7", None, 1.5])
async def test_a_number_that_is_no_seq_is_none(api: SecondApi, tenant: TestTenant, number: object) -> None:
    async with (
        Operator(api.url, tenant) as operator,
        Visitor(api.url, tenant.slug) as visitor,
        desk(api.url, operator) as console,
    ):
        await visitor.connect()
        sent = await visitor.send("раз")
        conversation_id = sent["conversation_id"]
        await visitor.await_reply(sent["seq"])
        with capture_logs() as lines:
            await visitor.say({"type": "seen", "seq": number})
            await console.say("seen", conversation_id=conversation_id, seq=number)
            await console.say("watch", conversation_id=conversation_id, after=number)
            await console.await_frame("message", lambda frame: frame["message"]["seq"] == 1)
            await visitor.say({"type": "ping"})
            await visitor.await_frame("pong")
        assert [line["event"] for line in lines] == []


@pytest.mark.parametrize("cursor", ["٣.٤", "².1", "1.", ".1", f"{2**64}.1", f"1.{2**63}", "9" * 400 + ".1"])
async def test_a_cursor_that_is_none_begins_anew(api: SecondApi, tenant: TestTenant, cursor: str) -> None:
    async with Operator(api.url, tenant) as operator:
        at = f"{api.url.replace('http', 'ws')}/api/v1/ws?ticket={await ticket_of(operator)}&after={quote(cursor)}"
        with capture_logs() as lines:
            async with websockets.connect(at, origin=api.url) as opened:  # type: ignore[arg-type]
                console = Desk(opened)
                assert (await console.await_frame("welcome"))["cursor"] != cursor
                await console.say("ping")
                await console.await_frame("pong")
        assert [line["event"] for line in lines] == []


async def test_a_frame_that_cannot_be_written_is_left_and_the_socket_stays(
    api: SecondApi, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_away(*_: object) -> bool:
        raise DatabaseUnavailable("The database does not answer.")

    monkeypatch.setattr(api.services.inbox, "mark_seen", is_away)
    async with Operator(api.url, tenant) as operator, desk(api.url, operator) as console:
        await console.say("seen", conversation_id=str(uuid4()), seq=1)
        await console.say("ping")
        await console.await_frame("pong")


async def test_who_does_not_read_is_told_to_read_again_and_nobody_waits_for_him(
    api: SecondApi, tenant: TestTenant
) -> None:
    async with (
        Operator(api.url, tenant) as operator,
        Visitor(api.url, tenant.slug) as visitor,
        desk(api.url, operator, max_queue=1, sock=narrow_connection(api.url)) as sleeper,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await write_long_notes(api, tenant, conversation_id)
        await sleeper.say("watch", conversation_id=conversation_id, after=0)
        await asyncio.sleep(2)  # the buffers of the network are full by now, and the pump waits

        for _ in range(2 * hub.MOST_FRAMES + 10):
            await api.services.hints.publish(
                tenant.id, "typing", conversation_id, who="customer", id=str(uuid4()), on=True
            )
        async with desk(api.url, operator) as colleague:
            await visitor.ask("два")
            await colleague.await_frame("change")

        frames = [await sleeper.hear()]
        async with asyncio.timeout(20):
            while frames[-1]["type"] != "resync":
                frames.append(await sleeper.hear())
        assert [frame["type"] for frame in frames].count("typing") < hub.MOST_FRAMES
        seqs = [frame["message"]["seq"] for frame in frames if frame["type"] == "message"]
        assert seqs == list(range(1, LONG_NOTES + 5)), "no message is dropped"


LONG_NOTES = 600
"""Of 16 KB: more than the buffers of the network take."""


def narrow_connection(url: str) -> socket.socket:
    """A connection that takes little before it is read from."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.connect(("127.0.0.1", int(url.rpartition(":")[2])))
    return opened


async def write_long_notes(api: SecondApi, tenant: TestTenant, conversation_id: str) -> None:
    """Rows behind those that are there."""
    async with api.services.database.session(tenant.id) as session:
        await session.exec(  # type: ignore[call-overload]
            text(
                """
                with told as (
                  update conversation set last_seq = last_seq + :count where id = :conversation returning *)
                insert into message (tenant_id, conversation_id, seq, direction, author_kind, text, status, key)
                select tenant_id, id, last_seq - n, 'note', 'system', repeat('ы', 8000), 'sent', 'note:' || n
                  from told, generate_series(0, :count - 1) n
                """
            ).bindparams(count=LONG_NOTES, conversation=UUID(conversation_id))
        )


async def test_a_frame_on_redis_that_is_no_hint_ends_nothing(api: SecondApi, tenant: TestTenant) -> None:
    redis, channel = api.services.redis, channel_of(tenant.id)
    async with Operator(api.url, tenant) as operator, desk(api.url, operator) as console:
        with capture_logs() as lines:
            for frame in (b"no json", b"7", b"{}", b'{"k": "message"}', b'{"k": "message", "c": "no id"}'):
                await redis.publish(channel, frame)
            async with Visitor(api.url, tenant.slug) as visitor:
                sent = await visitor.send("раз")
            await console.await_frame(
                "change", lambda frame: frame["conversation"]["id"] == sent["conversation_id"], timeout=5
            )
        assert [line["event"] for line in lines].count("hint_malformed") == 5


async def test_nothing_of_a_socket_outlives_it(
    api: SecondApi, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hub, "RESYNC_EVERY_S", 0.001)
    async with Operator(api.url, tenant) as operator:
        for _ in range(150):
            async with desk(api.url, operator) as console:
                await console.say("watch", conversation_id=str(uuid4()), after=0)
                await asyncio.sleep(0.003)
        await _until_nobody_is_left(api)
        await asyncio.sleep(0.1)
        names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
        assert [name for name in names if name.startswith("Socket.")] == []
    gc.collect()
    assert [line.message for line in caplog.records if line.name == "asyncio"] == []


async def _until_nobody_is_left(api: SecondApi) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while list(api.services.hub.sockets()):
            await asyncio.sleep(0.01)
