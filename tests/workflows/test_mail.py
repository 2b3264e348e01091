"""A mail is handed over once, tried until it is taken, and ended when it is refused; nothing of it is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from time import monotonic
from uuid import UUID

import pytest
import structlog

from omnisupport import temporal
from omnisupport.domain.mail import GIVEN_UP_AFTER_HOURS
from omnisupport.mail.mailer import Mailer, MailUnavailable
from omnisupport.temporal import CONVERSATIONS, FixedKeyRing
from tests.support.product import free_port
from tests.workflows import post as stories
from tests.workflows.post import LATER, NEVER, ORIGIN, Post, a_mail, post_of, soon
from tests.workflows.stage import Stage

TENANT = UUID(int=7)


@pytest.fixture
async def post(stage: Stage) -> AsyncIterator[Post]:
    async with post_of(stage) as opened:
        yield opened


@pytest.fixture(autouse=True)
def quickly() -> Iterator[None]:
    """Without the pauses."""
    with soon():
        yield


@pytest.mark.parametrize(("locale", "subject"), [("ru", "Новый пароль"), ("en", "Set a new password")])
async def test_a_mail_arrives_in_its_language_with_a_link_to_us(
    stage: Stage, post: Post, locale: str, subject: str
) -> None:
    tenant = await stage.tenant()
    async with stage.working(sandboxed=False):
        posted = await post.hand_over(tenant.id, a_mail(locale=locale))
        assert await posted.outcome() == "sent"
    (mail,) = post.peer.mails
    assert mail["Subject"] == subject
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"{ORIGIN}/reset-password?token=a_x" in str(body.get_content()).splitlines()  # type: ignore[attr-defined]


async def test_the_same_key_is_sent_once_and_another_tenants_is_another_mail(
    stage: Stage, post: Post
) -> None:
    one, other = await stage.tenant(), await stage.tenant()
    mail = a_mail()
    async with stage.working(sandboxed=False):
        for tenant in (one, one, other):
            posted = await post.hand_over(tenant.id, mail)
            assert await posted.outcome() == "sent"
        await post.hand_over(one.id, mail)
    assert len(post.peer.taken) == 2
    assert len({mail["Message-ID"] for mail in post.peer.mails}) == 2


async def test_a_mail_that_is_refused_for_the_moment_is_tried_again(stage: Stage, post: Post) -> None:
    post.peer.to_sender, post.peer.to_recipient, post.peer.to_data = [LATER], [LATER], [LATER]
    tenant = await stage.tenant()
    async with stage.working(sandboxed=False):
        posted = await post.hand_over(tenant.id, a_mail())
        assert await posted.outcome() == "sent"
    assert len(post.peer.taken) == 1


@pytest.mark.parametrize("at", ["to_sender", "to_recipient", "to_data"])
async def test_a_mail_that_is_refused_for_good_is_not(stage: Stage, post: Post, at: str) -> None:
    setattr(post.peer, at, [NEVER])
    async with stage.working(sandboxed=False):
        await stories.mail_refused(post)
    assert post.peer.taken == []


async def test_a_mail_whose_answer_was_lost_is_repeated_as_the_same_mail(stage: Stage, post: Post) -> None:
    async with stage.working(sandboxed=False):
        await stories.mail_repeated(post)
    first, second = (each.original_content for each in post.peer.taken)
    assert first == second


async def test_an_uncertain_mail_is_repeated_twice_and_no_more(stage: Stage, post: Post) -> None:
    async with stage.working(sandboxed=False):
        await stories.mail_uncertain(post)
    assert len(post.peer.taken) == 3
    assert len({mail["Message-ID"] for mail in post.peer.mails}) == 1


async def test_a_mail_waits_while_no_worker_sends_and_outlives_them(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant()
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS]):
        posted = await post.hand_over(tenant.id, a_mail())
    assert post.peer.taken == []
    async with stage.working(sandboxed=False):
        assert await posted.outcome() == "sent"


async def test_a_worker_without_a_mail_server_keeps_the_mail(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant()
    transport, stage.adapters.mail_transport = stage.adapters.mail_transport, None
    async with stage.working(sandboxed=False):
        posted = await post.hand_over(tenant.id, a_mail())
    stage.adapters.mail_transport = transport
    async with stage.working(sandboxed=False):
        assert await posted.outcome() == "sent"


async def test_an_address_that_cannot_stand_in_a_mail_ends_it(stage: Stage, post: Post) -> None:
    tenant = await stage.tenant()
    async with stage.working(sandboxed=False):
        posted = await post.hand_over(tenant.id, replace(a_mail(), to="a@b.c\r\nBcc: d@e.f"))
        assert await posted.outcome() == "mail_address_invalid"
    assert post.peer.taken == []


async def test_a_mail_to_nobody_ends_at_once(stage: Stage, post: Post) -> None:
    before = {run.id async for run in stage.client.list_workflows("WorkflowType = 'MailWorkflow'")}
    async with stage.working(sandboxed=False):
        await post.mailer.send_nobody()
        posted = await post.hand_over((await stage.tenant()).id, a_mail())
        await posted.outcome()
        system = f"{temporal.SYSTEM_TENANT}/mail/"
        for _ in range(100):
            runs = [run async for run in stage.client.list_workflows("WorkflowType = 'MailWorkflow'")]
            started = [run for run in runs if run.id.startswith(system) and run.id not in before]
            if started and started[0].close_time:
                break
        assert await stage.client.get_workflow_handle(started[0].id).result() == "nobody"
    assert len(post.peer.taken) == 1


def test_a_mail_is_worth_sending_as_long_as_its_link() -> None:
    assert a_mail(hours="2").good_for_hours == 2
    assert a_mail(hours="9999").good_for_hours == GIVEN_UP_AFTER_HOURS
    assert a_mail("password_changed", hours="").good_for_hours == GIVEN_UP_AFTER_HOURS
    assert a_mail(hours="0").good_for_hours == GIVEN_UP_AFTER_HOURS
    assert a_mail(hours="٣").good_for_hours == 3


# --- when it cannot be handed over ------------------------------------------------------------------------


async def test_an_engine_that_is_away_is_a_refusal_within_moments() -> None:
    client = await temporal.connect(
        f"127.0.0.1:{free_port()}", namespace="default", keys=FixedKeyRing(bytes(32)), lazy=True
    )
    mailer = Mailer(client, public_origin=ORIGIN, is_configured=True)
    for hand_over in (lambda: mailer.send(TENANT, a_mail()), mailer.send_nobody):
        began = monotonic()
        with pytest.raises(MailUnavailable) as refused:
            await hand_over()
        assert monotonic() - began < 10
        assert (refused.value.status, refused.value.code) == (503, "mail_unavailable")


async def test_without_a_mail_server_links_are_refused_and_notices_left_out(stage: Stage) -> None:
    mailer = Mailer(stage.client, public_origin=ORIGIN, is_configured=False)
    for hand_over in (lambda: mailer.send(TENANT, a_mail()), mailer.send_nobody):
        with pytest.raises(MailUnavailable) as refused:
            await hand_over()
        assert (refused.value.status, refused.value.code) == (503, "mail_not_configured")
    with structlog.testing.capture_logs() as logs:
        await mailer.send(TENANT, a_mail("password_changed"))
    assert [line["event"] for line in logs] == ["mail_left_out"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        f"{ORIGIN}.evil.example/x",
        f"{ORIGIN}@evil.example/x",
        "javascript:alert(1)",
        "reset",
        "/x\r\ny",
        "/" + "x" * 2000,
    ],
)
async def test_a_mail_links_to_us_only(stage: Stage, link: str) -> None:
    mailer = Mailer(stage.client, public_origin=ORIGIN, is_configured=True)
    with pytest.raises(ValueError, match="links to pages of this deployment"):
        await mailer.send(TENANT, a_mail(link=link))
