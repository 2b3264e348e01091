"""A mail server for tests, on a real socket: it takes what comes, or answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 taken"
VANISH = "vanish"
"""Take the mail and end the connection without an answer."""
HANG = "hang"
"""Take the mail and fall silent, until the connection ends."""


@dataclass
class Peer:
    """What came, and what is answered; each answer is used once, then everything is taken."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    to_sender: list[str] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    usually: str = TAKEN
    """What a mail is answered when no answer of its own waits for it."""
    on_taken: Callable[[Envelope], None] | None = None

    @property
    def url(self) -> str:
        """As `OMNI_SMTP_URL` names it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that arrived, repeats included."""
        parser = BytesParser(policy=default)
        return [cast(EmailMessage, parser.parsebytes(each.original_content or b"")) for each in self.taken]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to the sender."""
        answer = self.to_sender.pop(0) if self.to_sender else "250 ok"
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to the recipient."""
        answer = self.to_recipient.pop(0) if self.to_recipient else "250 ok"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer to the mail."""
        answer = self.to_data.pop(0) if self.to_data else self.usually
        if answer in (TAKEN, VANISH, HANG):
            self.taken.append(envelope)
            if self.on_taken is not None:
                self.on_taken(envelope)
        if answer == VANISH:
            assert server.transport is not None
            server.transport.abort()
        if answer == HANG:
            await asyncio.Event().wait()  # cancelled with the connection
        return answer


@asynccontextmanager
async def smtp_peer(port: int = 0, **options: Any) -> AsyncIterator[Peer]:
    """A server on a free port, or on this one; `options` are those of aiosmtpd's SMTP."""
    peer = Peer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(peer, enable_SMTPUTF8=True, hostname="peer.example", loop=loop, **options),
        "127.0.0.1",
        port,
    )
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
