"""A mail server in a thread of its own, for tests that read what the product has sent."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.product import free_port


class Mailbox:
    """Everything that arrived, whoever it is for."""

    def __init__(self) -> None:
        self._taken: list[tuple[str, EmailMessage]] = []
        self.port = free_port()

    @property
    def url(self) -> str:
        """As `OMNI_SMTP_URL` names it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        mail = cast(EmailMessage, BytesParser(policy=default).parsebytes(envelope.original_content or b""))
        self._taken += [(address, mail) for address in envelope.rcpt_tos]
        return "250 taken"

    def of(self, address: str) -> list[EmailMessage]:
        """What arrived for an address, oldest first."""
        return [mail for to, mail in list(self._taken) if to == address]

    def await_mail(self, address: str, subject: str, *, within: float = 15) -> str:
        """The text of the newest mail to an address with this in its subject."""
        deadline = time.monotonic() + within
        while True:
            found = [mail for mail in self.of(address) if subject in str(mail["subject"])]
            if found:
                body = found[-1].get_body(("plain",))
                assert body is not None
                return str(body.get_content())
            assert time.monotonic() < deadline, [str(mail["subject"]) for mail in self.of(address)]
            time.sleep(0.05)

    def token(self, address: str, subject: str) -> str:
        """The token in the link of the newest such mail."""
        found = re.search(r"#token=(\S+)", self.await_mail(address, subject))
        assert found is not None
        return found[1]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, enable_SMTPUTF8=True)  # type: ignore[no-untyped-call]
    controller.start()  # type: ignore[no-untyped-call]
    try:
        yield box
    finally:
        controller.stop()  # type: ignore[no-untyped-call]
