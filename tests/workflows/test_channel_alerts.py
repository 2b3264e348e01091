"""Owners hear of a connection that has broken for a while, once, and once more when it works again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from omnisupport.channels.base import Health, Problem
from omnisupport.domain.channel_health import FLAP
from omnisupport.storage.tables import Channel
from tests.workflows.chat import until
from tests.workflows.connected import Connection, connect
from tests.workflows.post import Post, post_of
from tests.workflows.provider import Provider
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long

BROKEN = Health("down", (Problem("unauthorized", "401", "reauthorize"),))


async def broken_since(connection: Connection, age: timedelta) -> None:
    """As if it had been out of order for so long."""
    async with connection.stage.adapters.database.session(connection.tenant_id) as session:
        row = await session.get(Channel, (connection.tenant_id, connection.channel_id), with_for_update=True)
        assert row is not None and row.health["troubled_since"]
        row.health = row.health | {"troubled_since": (datetime.now(UTC) - age).isoformat()}
        session.add(row)


async def subjects(post: Post, count: int) -> list[str]:
    """Of the mails that arrived, once there are so many."""

    async def arrived() -> list[str] | None:
        found = [str(mail["Subject"]) for mail in post.peer.mails]
        return found if len(found) >= count else None

    found: list[str] = await until(arrived, f"{count} mails")
    return found


async def looked_at(connection: Connection) -> Channel:
    """Rung, and looked at after that."""
    before = (await connection.row()).health["checked_at"]
    await connection.ring()

    async def found() -> Channel | None:
        row = await connection.row()
        return row if row.health["checked_at"] != before else None

    row: Channel = await until(found, "a look")
    return row


async def test_owners_are_told_of_a_break_once_and_of_its_end_once(stage: Stage) -> None:
    provider = Provider(channel_type="telegram")
    provider.health = BROKEN
    stage.adapters.post = None
    async with post_of(stage) as post:
        stage.adapters.post = post.mailer
        async with stage.working(sandboxed=False):
            connection = await connect(stage, provider)
            await connection.until("down")
            await looked_at(connection)
            assert post.peer.mails == []  # it may mend itself
            await broken_since(connection, FLAP)
            await looked_at(connection)
            [subject] = await subjects(post, 1)
            assert subject == "Канал «Бот» не работает"
            [mail] = post.peer.mails
            text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
            assert f"/settings/channels/{connection.channel_id}" in text
            assert "Провайдер не принимает ключ доступа" in text
            row = await looked_at(connection)
            assert row.health["alerted_at"]
            provider.health = Health("ok")
            await connection.ring()
            assert (await subjects(post, 2))[1] == "Канал «Бот» снова работает"
            row = await connection.until("ok")
            await looked_at(connection)
            await asyncio.sleep(1)
            assert len(post.peer.mails) == 2
    stage.adapters.post = None
    row = await connection.row()
    assert (row.health["alerted_at"], row.health["troubled_since"]) == (None, None)
