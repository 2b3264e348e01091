"""One-time codes on the real stack: sent by mail, compared here, used once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import update

from omnisupport.errors import Conflict
from omnisupport.mail.mailer import Mailer
from omnisupport.storage.queries.codes import SENT_AT_MOST, TRIES
from omnisupport.storage.tables import ScenarioCode, Turn
from tests.workflows.chat import until
from tests.workflows.post import Post, post_of
from tests.workflows.scenarios import scenario
from tests.workflows.stage import Stage
from tests.workflows.test_runs import rows

PROVE = scenario(
    "prove",
    """
triggers:
  - {id: any, type: message, match: any}
start: prove
nodes:
  prove:
    type: ask
    text: Код из письма?
    input: {kind: code, to: {channel: email, address: anna@example.com}, ttl: 5m, attempts: 3}
    retry: {max: 3, text: Не тот}
    timeout: 1h
    next: in
    exits: {timeout: out, invalid: out, error: out}
  in: {type: message, text: Верно, next: done}
  out: {type: message, text: Мимо, next: done}
  done: {type: end, outcome: over}
""",
)


@pytest.fixture
async def post(stage: Stage) -> AsyncIterator[Post]:
    """A post office that the stage's codes go through."""
    async with post_of(stage) as post:
        stage.adapters.post = post.mailer
        yield post
    stage.adapters.post = None


async def code_of(post: Post, number: int = 1) -> str:
    """The code that stands in a mail, once it is there."""

    async def arrived() -> str | None:
        if len(post.peer.mails) < number:
            return None
        return str(post.peer.mails[number - 1].get_body(("plain",)).get_content())  # type: ignore[union-attr]

    found = re.search(r"\b([0-9]{6})\b", await until(arrived, "the mail has come"))
    assert found is not None
    return found[1]


def other(code: str) -> str:
    """A code of the same length that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


async def kept(stage: Stage, tenant_id: UUID) -> str:
    """Everything that the turns and the codes of a tenant hold."""
    return repr(
        [each.model_dump() for table in (Turn, ScenarioCode) for each in await rows(stage, tenant_id, table)]
    )


async def test_the_code_of_the_mail_opens_the_door_and_stands_nowhere_else(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant(PROVE)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("привет") == ["Код из письма?"]
        code = await code_of(post)
        [mail] = post.peer.mails
        assert mail["To"] == "anna@example.com" and code in mail["Subject"]
        assert code not in await kept(stage, tenant.id)  # before he types it
        [wrong] = await chat.ask(other(code))
        assert wrong.endswith("Не тот")
        assert await chat.ask(code) == ["Верно"]
        await chat.quiet()
        assert code not in await kept(stage, tenant.id)
        [row] = await rows(stage, tenant.id, ScenarioCode)
        assert row.tries == 1 and row.used_at is not None
        codes = stage.adapters.codes
        assert await codes.check(tenant.id, row.id, code, 1) == "expired"
        assert await codes.check(tenant.id, row.id, code, row.used_at) == "ok"  # the same turn, cut off


async def test_a_code_that_is_too_old_is_replaced_by_a_new_one(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant(PROVE)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("привет")
        old = await code_of(post)
        async with stage.adapters.database.session(tenant.id) as session:
            await session.exec(
                update(ScenarioCode).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
            )
        await chat.say(old)
        assert await chat.ask(await code_of(post, 2)) != ["Мимо"]
        await chat.quiet()
        assert [row["text"] for row in await chat.rows()][-1] == "Верно"


async def test_a_code_is_tried_so_often_and_not_again(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant(PROVE)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("привет")
        code = await code_of(post)
        await chat.quiet()
    [row] = await rows(stage, tenant.id, ScenarioCode)
    codes = stage.adapters.codes
    said = [await codes.check(tenant.id, row.id, other(code), 1) for _ in range(TRIES + 1)]
    assert said == ["wrong"] * TRIES + ["expired"]
    assert await codes.check(tenant.id, row.id, code, 1) == "expired"
    assert await codes.check((await stage.tenant(PROVE)).id, row.id, code, 1) == "expired"


async def test_nobodys_mailbox_is_filled(stage: Stage) -> None:
    tenant = await stage.tenant(PROVE)
    sent: list[str] = []

    async def send(code: str, workspace: str) -> None:
        sent.append(code)

    async def make(code_id: UUID, address: str = "anna@example.com") -> None:
        await stage.adapters.codes.make(
            tenant.id, code_id, length=6, ttl=timedelta(minutes=5), address=address, send=send
        )

    first = uuid4()
    for _ in range(2):  # asked for again it is the same code
        await make(first)
    assert sent[0] == sent[1]
    for _ in range(SENT_AT_MOST - 1):
        await make(uuid4())
    with pytest.raises(Conflict):
        await make(uuid4(), "Anna@example.com")
    await make(uuid4(), "boris@example.com")
    assert len(await rows(stage, tenant.id, ScenarioCode)) == SENT_AT_MOST + 1


@pytest.mark.parametrize(
    "to",
    [
        '{channel: sms, address: "+79161234567"}',
        "{channel: email, address: not an address}",
    ],
)
async def test_what_cannot_be_sent_leaves_by_error(stage: Stage, post: Post, to: str) -> None:
    tenant = await stage.tenant(PROVE.replace("{channel: email, address: anna@example.com}", to))
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("привет") == ["Мимо"]
        await chat.quiet()
    assert post.peer.taken == []
    assert await rows(stage, tenant.id, ScenarioCode) == []


async def test_without_a_mail_server_it_leaves_by_error(stage: Stage) -> None:
    tenant = await stage.tenant(PROVE)
    stage.adapters.post = Mailer(stage.client, public_origin="https://x.example", is_configured=False)
    try:
        async with stage.working():
            chat = await stage.chat(tenant)
            assert await chat.ask("привет") == ["Мимо"]
    finally:
        stage.adapters.post = None
    assert await rows(stage, tenant.id, ScenarioCode) == []
