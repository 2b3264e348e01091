"""A connection is looked after: its health is written, what was missed comes once, files come, and it ends."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlmodel import select

from omnisupport.activities.channels import STRANDED
from omnisupport.channels.base import Ambiguous, Health, Problem, Transient
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.files import MAX_BYTES
from omnisupport.domain.inbound import MediaRef
from omnisupport.storage.access import channels, deliveries
from omnisupport.storage.tables import ChannelRoute, File, InboundFile, Message
from tests.workflows.chat import until
from tests.workflows.connected import PDF, Connection, a_connection, connect, written
from tests.workflows.provider import Provider
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long
# Each test has a channel type of its own: what the one before it left to be sent goes to that one's provider.


async def rows(connection: Connection, table: Any) -> list[Any]:
    """Rows of the connection's tenant."""
    async with connection.stage.adapters.database.session(connection.tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == connection.tenant_id))).all())


async def inbound(connection: Connection, count: int) -> list[Message]:
    """The customers' messages, once there are so many."""

    async def found() -> list[Message] | None:
        said = [row for row in await rows(connection, Message) if row.direction == "inbound"]
        return said if len(said) >= count else None

    said: list[Message] = await until(found, "the messages")
    return sorted(said, key=lambda row: row.seq)


async def test_a_connection_from_its_beginning_to_its_end(stage: Stage) -> None:
    async with stage.working(sandboxed=False):
        connection = await a_connection(stage)
    row = await connection.row()
    assert (row.status, row.secret) == ("deleted", None) and connection.provider.ended
    assert await rows(connection, ChannelRoute) == []
    [said] = await inbound(connection, 1)
    assert (said.text, said.external_id) == ("раз", "m1")


async def test_a_problem_keeps_the_time_since_when_it_is_there(stage: Stage) -> None:
    provider = Provider(channel_type="vk")
    provider.health = Health("degraded", (Problem("webhook_failing", "502"),))
    async with stage.working(sandboxed=False):
        connection = await connect(stage, provider)
        first = (await connection.until("degraded")).health["problems"][0]
        provider.health = Health("down", (Problem("webhook_failing", "504"), Problem("unauthorized")))
        await connection.ring()
        second, third = (await connection.until("down")).health["problems"]
    assert second["since"] == first["since"] < third["since"] and second["detail"] == "504"


async def test_files_come_when_the_provider_gives_them_and_are_given_up_when_it_will_not(
    stage: Stage,
) -> None:
    provider = Provider(channel_type="max")
    provider.missed = [
        written(1, media=(MediaRef("file", {"file": "a"}, "счёт.pdf"), MediaRef("file", {"file": "b"}))),
        written(2, media=tuple(MediaRef("file", {"file": name}, "x.pdf") for name in ("c", "d"))),
        written(3, media=(MediaRef("image", {"file": "e"}),)),
    ]
    provider.files = {"a": PDF, "c": b"<html>not a pdf</html>", "d": b"%PDF-" + bytes(MAX_BYTES)}
    drawn = BytesIO()
    Image.new("RGB", (9, 7)).save(drawn, "JPEG", comment=b"hidden")
    provider.files["e"] = drawn.getvalue()
    async with stage.working(sandboxed=False):
        connection = await connect(stage, provider)
        await inbound(connection, 3)

        async def fetched() -> bool | None:
            await connection.ring()
            return None if await rows(connection, InboundFile) else True

        await until(fetched, "the files")
        first, second, third = await inbound(connection, 3)
    ready, gone = first.content["attachments"]
    assert (ready["state"], ready["name"], ready["size"]) == ("ready", "счёт.pdf", len(PDF))
    assert (gone["state"], gone["reason"]) == ("failed", "media_gone")
    reasons = [each["reason"] for each in second.content["attachments"]]
    assert reasons == ["file_type_refused", "file_too_large"]
    [shown] = third.content["attachments"]
    kept = {str(file.id): file for file in await rows(connection, File)}
    assert kept.keys() == {ready["id"], shown["id"]}
    for file, size in ((kept[ready["id"]], len(PDF)), (kept[shown["id"]], shown["size"])):
        content = b"".join([piece async for piece in await stage.adapters.files.get(file.storage_key)])
        assert (len(content), file.size, file.sha256) == (size, size, sha256(content).digest())
        assert b"hidden" not in content
    assert (kept[shown["id"]].width, kept[shown["id"]].height) == (9, 7)


async def test_a_decision_whose_ring_was_lost_is_sent_by_the_next_look(stage: Stage) -> None:
    provider = Provider(channel_type="whatsapp")
    provider.missed, provider.answers = [written(1)], [Ambiguous("no answer")]
    async with stage.working(sandboxed=False):
        connection = await connect(stage, provider)

        async def answer(status: str) -> Message | None:
            await connection.ring()
            found = [row for row in await rows(connection, Message) if row.direction == "outbound"]
            return found[0] if found and found[0].status == status else None

        row: Message = await until(lambda: answer("uncertain"), "the uncertain answer")
        database, by = stage.adapters.database, {"id": str(UUID(int=1)), "name": "Ольга"}
        about = row.conversation_id, row.id
        sends = await deliveries.decide(
            database, connection.tenant_id, None, SYSTEM, *about, "resend", line="решено", by=by
        )
        assert sends  # and nobody rings: the engine is away
        await connection.ring()
        await asyncio.sleep(1)
        assert provider.texts == ["эхо: раз"]  # it may be in its queue yet
        async with database.session(connection.tenant_id) as session:
            place = connection.tenant_id, row.conversation_id, row.seq
            old = await session.get_one(Message, place)
            old.created_at -= STRANDED
            session.add(old)
        await until(lambda: answer("sent"), "the answer")
    assert provider.texts == ["эхо: раз", "эхо: раз"]


async def test_what_was_missed_comes_once_however_often_it_is_asked_for(stage: Stage) -> None:
    provider = Provider(channel_type="sms")
    provider.missed = [written(1), written(2, "два")]
    async with stage.working(sandboxed=False):
        connection = await connect(stage, provider)
        for _ in range(4):
            await connection.ring()
            await asyncio.sleep(0.3)
        await inbound(connection, 2)
        await until(lambda: _told(provider, 2), "the answers")
    assert [row.text for row in await inbound(connection, 2)] == ["раз", "два"]
    rows_now = [(row.seq, row.text, row.status, row.turn) for row in await rows(connection, Message)]
    assert sorted(provider.texts) == ["эхо: два", "эхо: раз"], (provider.requests, rows_now)


async def test_an_end_that_the_provider_does_not_hear_of_comes_all_the_same(stage: Stage) -> None:
    """Its server is away: after some tries the secrets go without it."""

    class Away(Provider):
        tries = 0

        async def disconnect(self, account: Any) -> None:
            self.tries += 1
            raise Transient("It cannot be reached.", retry_after=0.05)

    provider = Away(channel_type="whatsapp")
    async with stage.working(sandboxed=False):
        connection = await connect(stage, provider)
        await connection.until("ok")
        await channels.disconnect_channel(
            stage.adapters.database, connection.tenant_id, SYSTEM, connection.channel_id
        )
        await connection.ring()
        await stage.client.get_workflow_handle(connection.workflow_id).result()
    row = await connection.row()
    assert (row.status, row.secret, provider.tries) == ("deleted", None, 5)


async def _told(provider: Provider, count: int) -> bool | None:
    return True if len(provider.texts) >= count else None
