"""A mail server, or a company's own system, takes a message and the worker dies before it hears so: twenty times each.

As in test_kills.py; both are at addresses that a tenant has named, so each worker goes through the guarded way out.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from sqlmodel import col, select

from omnisupport.activities import messaging
from omnisupport.channels.base import Account
from omnisupport.channels.email.inbound import read_mail
from omnisupport.channels.outlets import Outlets
from omnisupport.devstack.simulator.double import Hook
from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.inbound import InboundEvent
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from omnisupport.storage.access import channels, deliveries
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.access.webhooks import new_secret
from omnisupport.storage.tables import Conversation, Message
from omnisupport.temporal import CHANNELS, CONVERSATIONS, Bell
from omnisupport.worker import transport_of
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_api import signed
from tests.support.product import Product
from tests.support.simulated import seen
from tests.support.smtp_peer import HANG, TAKEN, Peer, smtp_peer
from tests.support.tenants import ECHO
from tests.workflows.chat import PATIENCE_S
from tests.workflows.stage import Stage
from tests.workflows.test_kills import KILLS, ORIGIN, Doors, ended_as, mortals

pytestmark = pytest.mark.long

USER, PASSWORD = "help@shop.example", "a password"


@dataclass
class System:
    """The company's own system: it shows what it has not had under its `webhook-id` (docs/api-channel.md)."""

    is_silent: bool = False
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def respond(self, called: Called) -> Answer:
        """Take it, and tell so or fall silent."""
        told = called.json()
        if told["type"] != "send":
            return Answer(204, "")
        key = called.headers["webhook-id"]
        self.asked[key] += 1
        self.shown.setdefault(key, told["data"])
        return Answer(200, {"id": key}, fault="hang" if self.is_silent else "")

    def readers(self) -> Counter[str]:
        """How many messages each customer has been shown."""
        return Counter(each["chat"] for each in self.shown.values())


@dataclass
class Story:
    """A tenant with both channels, and what stands at their other ends."""

    stage: Stage
    doors: Doors
    tenant_id: UUID
    mail: UUID
    api: UUID
    peer: Peer
    system: System

    async def write(self, number: int) -> None:
        """A customer writes a mail, and one to the company's system."""

        def read(account: Account) -> Sequence[InboundEvent]:
            letter = EmailMessage()
            known = {
                "From": person(number),
                "To": USER,
                "Subject": "Заказ",
                "Message-ID": f"<{number}@c.example>",
            }
            for name, value in known.items():
                letter[name] = value
            letter.set_content(f"раз {number}")
            return read_mail(letter.as_bytes(), account, uid=f"1:{number + 1}")

        await self.doors.bring(self.tenant_id, self.mail, read)
        account = await self.doors.account(self.tenant_id, self.api)
        said = {"chat": person(number), "id": f"m{number}", "text": f"раз {number}"}
        body = {"type": "message", "data": said | {"customer": {"id": person(number)}}}
        raw = signed(body, id=f"w{number}", secret=account.secrets["signing"][0])
        heard = await self.doors.take(Hook(account.webhook_url, raw.body, raw.headers))
        assert heard.status == 200

    def mails(self) -> Counter[str]:
        """How many mails have reached each customer."""
        return Counter(address for each in self.peer.taken for address in each.rcpt_tos)


def person(number: int) -> str:
    """A customer."""
    return f"person{number}@client.example"


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Whether the mail server knows who signs in."""
    known = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False)


async def test_no_death_of_a_worker_makes_a_second_mail_or_a_second_message_of_our_own_api(
    stage: Stage, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging, "LOOK_AGAIN_S", 2.0)
    monkeypatch.setattr(type(stage.settings), "public_origin", ORIGIN)
    system = System()
    options: dict[str, Any] = {"authenticator": login, "auth_require_tls": False, "auth_required": True}
    async with smtp_peer(**options) as peer, Stub(system.respond) as stub:
        allowed = f"127.0.0.1:{peer.port},127.0.0.1:{stub.port}"
        ways = Outlets(transport_of(stage.settings, Fetcher(EgressPolicy.parse(allowed))))
        before, stage.adapters.outlets = stage.adapters.outlets, ways
        try:
            tenant = await stage.tenant(ECHO.replace("[widget]", "[email, api]"))
            mail, api = await connected(stage, tenant.id, peer, stub)
            story = Story(stage, Doors(stage), tenant.id, mail, api, peer, system)
            await killed(story, product, allowed)
            await resent(story)
        finally:
            stage.adapters.outlets = before
            await ways.close()


async def connected(stage: Stage, tenant_id: UUID, peer: Peer, stub: Stub) -> tuple[UUID, UUID]:
    """Both channels. Nobody watches the mailbox: what is in it is brought by the test."""
    server = {"host": "127.0.0.1", "port": peer.port, "tls": "none", "user": USER}
    settings = {"address": USER, "name": "Лавка", "smtp": server, "imap": server}
    mailbox = Connected("email", "email", "Почта", USER, settings, {"smtp_password": PASSWORD})
    system = Connected(
        "api", "api", "Приложение", None, {"url": f"{stub.url}/omni"}, {"signing": [new_secret()]}
    )
    made = [
        await channels.connect_channel(
            stage.adapters.database, stage.adapters.channel_sealer, tenant_id, SYSTEM, told
        )
        for told in (mailbox, system)
    ]
    return made[0][0].id, made[1][0].id


async def killed(story: Story, product: Product, allowed: str) -> None:
    """Each worker dies when both have taken a message and have said nothing."""
    stage, peer, system = story.stage, story.peer, story.system
    peer.usually, system.is_silent = HANG, True
    async with (
        mortals(product, {"OMNI_EGRESS_ALLOW": allowed}) as begin,
        stage.working(sandboxed=False, queues=[CONVERSATIONS]),
    ):
        for number in range(KILLS):
            pid = await begin()
            await story.write(number)
            await seen(lambda n=number: story.mails()[person(n)], "the mail server to take it", PATIENCE_S)  # type: ignore[misc]
            await seen(lambda n=number: system.readers()[person(n)], "the system to take it", PATIENCE_S)  # type: ignore[misc]
            os.kill(pid, signal.SIGKILL)
    peer.usually, system.is_silent = TAKEN, False
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS, CHANNELS]):
        ended = [
            await ended_as(stage, story.tenant_id, id, name)
            for id, name in ((story.mail, "mail"), (story.api, "api"))
        ]
    # SMTP has no key that servers heed, so nothing is sent again and a person is asked.
    assert ended == [{"uncertain": KILLS}, {"sent": KILLS}]
    everybody = Counter(person(number) for number in range(KILLS))
    assert story.mails() == everybody and system.readers() == everybody
    assert len({each["Message-ID"] for each in peer.mails}) == KILLS
    # The system was asked again under the same id, and that is how it has shown each once.
    assert len(system.asked) == KILLS and min(system.asked.values()) > 1


async def resent(story: Story) -> None:
    """A person has a mail sent again: it is the same mail, so that a mailbox may show it once."""
    stage = story.stage
    async with stage.adapters.database.session(story.tenant_id) as session:
        rows = await session.exec(
            select(Message.conversation_id, Message.id)
            .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
            .where(Message.status == "uncertain", Conversation.channel_id == story.mail)
            .limit(1)
        )
        conversation_id, message_id = rows.one()
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS, CHANNELS]):
        assert await deliveries.decide(
            *(stage.adapters.database, story.tenant_id, None, SYSTEM, conversation_id, message_id, "resend"),
            line="Ещё раз",
            by={"id": "0", "name": "Анна"},
        )
        await Bell(stage.client).resend(story.tenant_id, conversation_id, message_id)
        await seen(lambda: len(story.peer.taken) > KILLS, "the mail to be sent again", PATIENCE_S)
        ended = await ended_as(stage, story.tenant_id, story.mail, "mail")
    assert ended == {"uncertain": KILLS - 1, "sent": 1}
    again = Counter(each["Message-ID"] for each in story.peer.mails)
    assert sorted(again.values()) == [1] * (KILLS - 1) + [2]
