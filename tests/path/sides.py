"""Customers of every kind of channel: each writes, presses, and sees what came, in the way of his channel."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol
from uuid import uuid4

import httpx2
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from omnisupport.devstack.simulator.double import Double
from omnisupport.domain.webhook import signature
from tests.channels.mail_servers import PASSWORD, USER, Dovecot
from tests.channels.stub import Answer, Called, Stub
from tests.support.patience import PATIENCE_S
from tests.support.simulated import seen
from tests.support.smtp_peer import Peer
from tests.support.visitor import Visitor

PERSON = "79161234567"
ADDRESS = "help@shop.example"
MAIL_S = 60.0
"""A mail may be waited for a little longer."""


def _enter(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False)


LOGIN: dict[str, Any] = {"authenticator": _enter, "auth_require_tls": False, "auth_required": True}


@dataclass(frozen=True)
class Said:
    """A message of the shop as its customer sees it."""

    text: str
    buttons: tuple[str, ...] = ()


class Side(Protocol):
    """A customer on one channel."""

    async def say(self, text: str) -> None:
        """Write."""

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""


class Phone:
    """A customer of a provider."""

    def __init__(self, double: Double, account: str) -> None:
        self._double, self._account = double, account

    async def say(self, text: str) -> None:
        """Write."""
        heard = await self._double.write(self._account, PERSON, text)
        assert heard.status == 200, heard

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        newest = [each for each in self._double.seen(self._account, PERSON) if not each.own][-1]
        heard = await self._double.press(newest.id, label, PERSON)
        assert heard.status == 200, heard

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""

        def found() -> list[Said]:
            shown = [each for each in self._double.seen(self._account, PERSON) if not each.own]
            return [Said(each.text, tuple(button.label for button in each.buttons)) for each in shown]

        await seen(lambda: len(found()) >= count, f"{count} messages", PATIENCE_S)
        return found()


class Browser:
    """A visitor of the widget."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def say(self, text: str) -> None:
        """Write."""
        await self._visitor.send(text)

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        newest = await self._rows(0)
        [button] = [each for each in newest[-1]["content"]["buttons"] if each["label"] == label]
        await self._visitor.send(button=button["id"])

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""
        rows = await self._rows(count)
        return [Said(row["text"], tuple(each["label"] for each in row["content"]["buttons"])) for row in rows]

    async def _rows(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                page = (await self._visitor.read())["messages"]
                rows = [row for row in page if row["direction"] == "outbound"]
                if len(rows) >= count:
                    return rows
                await asyncio.sleep(0.1)


@dataclass
class Letters:
    """A customer who writes mails: real servers on both sides."""

    mailbox: Dovecot
    peer: Peer
    answered: str = ""

    async def say(self, text: str) -> None:
        """Write, in answer to the newest mail."""
        mail = EmailMessage()
        headers = {"From": "Иван <ivan@client.example>", "To": ADDRESS, "Subject": "Заказ"}
        headers |= {"Message-ID": f"<{uuid4().hex}@client.example>"}
        headers |= {"In-Reply-To": self.answered, "References": self.answered} if self.answered else {}
        for name, value in headers.items():
            mail[name] = value
        mail.set_content(text)
        self.mailbox.deliver(mail.as_bytes())

    async def press(self, label: str) -> None:
        """A mail has no buttons."""
        raise AssertionError(label)

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""
        await seen(lambda: len(self.peer.mails) >= count, f"{count} mails", MAIL_S)
        self.answered = str(self.peer.mails[-1]["Message-ID"])
        return [Said(_plain(mail)) for mail in self.peer.mails]


@dataclass
class System:
    """Another system of the tenant's, which shows what it is told."""

    stub: Stub
    setup: dict[str, Any]

    @staticmethod
    def respond(called: Called) -> Answer:
        """It takes everything; the id follows from the webhook's, so that a repeat gets the same."""
        return Answer(201, {"id": called.headers["webhook-id"]})

    async def say(self, text: str) -> None:
        """Write."""
        await self._tell(text=text)

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        [button] = [each for each in self._sent()[-1]["buttons"] if each["label"] == label]
        await self._tell(button=button["id"])

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""
        await seen(lambda: len(self._sent()) >= count, f"{count} calls", PATIENCE_S)
        return [
            Said(each["text"], tuple(button["label"] for button in each.get("buttons", ())))
            for each in self._sent()
        ]

    def _sent(self) -> list[dict[str, Any]]:
        told = [json.loads(each.body) for each in self.stub.done]
        return [each["data"] for each in told if each["type"] == "send"]

    async def _tell(self, **data: str) -> None:
        id, now = uuid4().hex, int(time.time())
        told = {"type": "message", "data": {"chat": PERSON, "id": id, **data}}
        body = json.dumps(told).encode()
        signed = signature([self.setup["secret"]], id, now, body)
        headers = {"webhook-id": id, "webhook-timestamp": str(now), "webhook-signature": signed}
        async with httpx2.AsyncClient(timeout=PATIENCE_S) as http:
            answer = await http.post(self.setup["webhook_url"], content=body, headers=headers)
        assert answer.status_code == 200, answer.text


def _plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).strip()
