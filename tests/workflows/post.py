"""Mails on the stage: handed over by the api's own code, delivered to a mail server of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

from temporalio.client import Client

from omnisupport import temporal
from omnisupport.domain.mail import Mail
from omnisupport.mail.mailer import Mailer
from omnisupport.net.smtp import SmtpServer, SmtpTransport
from omnisupport.workflows import options
from tests.support.smtp_peer import VANISH, Peer, smtp_peer
from tests.workflows.stage import Stage

ORIGIN = "https://omni.example"
LATER, NEVER = "451 4.7.1 greylisted", "550 5.1.1 nobody here"


@dataclass(frozen=True)
class Posted:
    """A mail that was handed over."""

    client: Client
    workflow_id: str

    async def outcome(self) -> str:
        """What became of it, once it has ended."""
        return str(await self.client.get_workflow_handle(self.workflow_id).result())


@dataclass
class Post:
    """The mailer of a stage, and the server that its mails go to."""

    stage: Stage
    peer: Peer
    mailer: Mailer

    async def hand_over(self, tenant_id: UUID, mail: Mail) -> Posted:
        """As a route does it."""
        await self.mailer.send(tenant_id, mail)
        return Posted(self.stage.client, temporal.workflow_id(tenant_id, "mail", mail.key))


@asynccontextmanager
async def post_of(stage: Stage) -> AsyncIterator[Post]:
    """A post office; workers take its server when they begin."""
    before = stage.adapters.mail_transport
    async with smtp_peer() as peer:
        stage.adapters.mail_transport = SmtpTransport(SmtpServer.parse(peer.url))
        yield Post(stage, peer, Mailer(stage.client, public_origin=ORIGIN, is_configured=True))
    stage.adapters.mail_transport = before


@contextmanager
def soon() -> Iterator[None]:
    """Attempts and repeats follow each other within moments, without the sandbox: it has options of its own."""
    policy = options.MAIL_SEND["retry_policy"]
    pauses = tuple(each and timedelta(milliseconds=200) for each in options.MAIL_REPEATS)
    with (
        patch.object(policy, "initial_interval", timedelta(milliseconds=100)),
        patch.object(policy, "maximum_interval", timedelta(milliseconds=200)),
        patch.object(options, "MAIL_REPEATS", pauses),
    ):
        yield


def a_mail(template: str = "reset_password", locale: str = "ru", **names: str) -> Mail:
    """A mail with a key of its own."""
    values = {"name": "Анна", "link": "/reset-password?token=a_x", "hours": "1"} | names
    return Mail(
        to="anna@example.com", template=template, locale=locale, names=values, key=f"{template}/{uuid4()}"
    )


async def mail_sent(post: Post) -> Posted:
    """Refused for the moment, then taken."""
    post.peer.to_recipient = [LATER]
    return await _ended(post, "sent")


async def mail_refused(post: Post) -> Posted:
    """Refused for good."""
    post.peer.to_data = [NEVER]
    return await _ended(post, "mail_refused")


async def mail_repeated(post: Post) -> Posted:
    """Handed over, the answer lost; taken at the repeat."""
    post.peer.to_data = [VANISH]
    return await _ended(post, "sent")


async def mail_uncertain(post: Post) -> Posted:
    """Three answers lost."""
    post.peer.to_data = [VANISH] * 3
    return await _ended(post, "mail_uncertain")


MAILED: list[Callable[[Post], Awaitable[Posted]]] = [mail_sent, mail_refused, mail_repeated, mail_uncertain]


async def _ended(post: Post, outcome: str) -> Posted:
    tenant = await post.stage.tenant()
    posted = await post.hand_over(tenant.id, a_mail())
    assert await posted.outcome() == outcome
    return posted
