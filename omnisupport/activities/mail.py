"""Writes a mail and hands it to the deployment's mail server."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from temporalio import activity

from omnisupport.domain.mail import Mail
from omnisupport.errors import OmniError, Unavailable
from omnisupport.mail.letter import write_letter
from omnisupport.observability import fault_point, get_logger
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)


class Transport(Protocol):
    """Who carries mail (`net/smtp.py`)."""

    async def deliver(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand over; an error says whether another attempt helps, and whether the mail may have left."""


class MailActivities:
    """Activity on queue `channels`."""

    def __init__(self, transport: Transport | None, sender: str) -> None:
        self._transport = transport
        self._sender = sender

    @activity.defn
    async def send_mail(self, mail: Mail, asked_at: str) -> None:
        """One attempt; the same bytes each time, so that a mail system takes a repeat for what it is.

        `asked_at` (ISO 8601) is the mail's date: one that comes late says so.

        Raises:
            Unavailable: this worker has no mail server (code `mail_not_configured`); tried again like a server's 4xx.
            OmniError: see `net/smtp.py`; the address cannot stand in a mail (code `mail_address_invalid`).
        """
        if self._transport is None:
            raise Unavailable("OMNI_SMTP_URL is not set for this worker.", code="mail_not_configured")
        info = activity.info()
        assert info.workflow_id is not None
        tenant_id, _ = parse_workflow_id(info.workflow_id)
        letter = write_letter(
            mail, tenant_id=str(tenant_id), sender=self._sender, at=datetime.fromisoformat(asked_at)
        )
        fault_point("before_mail")
        try:
            await self._transport.deliver(letter.sender, letter.recipient, letter.content)
        except OmniError as failed:
            log.warning("mail_attempt_failed", template=mail.template, code=failed.code, detail=failed.detail)
            raise
        fault_point("after_mail")
        log.info("mail_sent", template=mail.template, attempt=info.attempt)
