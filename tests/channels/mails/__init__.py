"""A mailbox, and mails for its tests: files as programs write them, what each of them says, and some made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import yaml

from omnisupport.channels.base import Account, Chat, RawRequest, Unreadable
from omnisupport.channels.email.ids import message_id_of
from omnisupport.channels.email.inbound import read_mail
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import DeliveryStatus, InboundEvent
from tests.channels.conformance import CHANNEL, TENANT, Kit, fetcher
from tests.channels.stub import Answer, Called

MAILS = Path(__file__).parent
EXPECTED: dict[str, str] = yaml.safe_load((MAILS / "expected.yaml").read_text("utf-8"))
KEY = "00000000-0000-0000-0000-000000000002:3:0:0/0"
OURS = "<00000000-0000-0000-0000-000000000002=3=0=0~0.00000000-0000-0000-0000-000000000002@shop.example>"


class EmailKit(Kit):
    """A mailbox."""

    type: ClassVar[str] = "email"
    provider: ClassVar[str] = "email"
    speaks_http: ClassVar[bool] = False

    def account(self, **settings: Any) -> Account:
        known = {"address": "help@shop.example", "name": "Лавка", "authserv_id": "mx.shop.example"}
        return Account(TENANT, CHANNEL, "email", "email", "help@shop.example", known | settings, {})

    def transport(self, url: str) -> Transport:
        return Transport(fetcher())

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        raw = written(text, message_id=f"<{number}@client.example>")
        return RawRequest("POST", "https://support.example.com/webhooks/email/tok", {}, raw)

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return replace(request, body=body)

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        return dict.fromkeys(("unsigned", "wrong_secret", "foreign_secret"), request)

    def statuses(self, account: Account, ref: str, part_key: str) -> dict[DeliveryStatus, RawRequest]:
        at = "https://support.example.com/webhooks/email/tok"
        told: dict[DeliveryStatus, bytes] = {
            "delivered": report("delivered", "2.0.0", ref),
            "failed": report("failed", "5.1.1", ref),
        }
        return {each: RawRequest("POST", at, {}, raw) for each, raw in told.items()}

    def ref_of(self, part_key: str, account: Account) -> str:
        return message_id_of(part_key, account)

    def reads(self, request: RawRequest, account: Account) -> Sequence[InboundEvent]:
        return read_mail(request.body, account, uid="7:12")

    def respond(self, called: Called) -> Answer:
        raise AssertionError("nothing of a mailbox is asked by HTTP")

    def sent_text(self, called: Called) -> str:
        raise AssertionError

    def is_send(self, called: Called) -> bool:
        raise AssertionError

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        return []

    def chat(self) -> Chat:
        return Chat("anna@client.example")


KIT = EmailKit()
ACCOUNT = KIT.account()


def written(text: str = "Здравствуйте", *, message_id: str = "<1@client.example>", **headers: str) -> bytes:
    """A mail of a customer; headers by their names with underscores."""
    mail = EmailMessage()
    known = {"From": "Анна <Anna@Client.Example>", "To": "help@shop.example", "Message_ID": message_id}
    for name, value in (known | headers).items():
        if value:
            mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def read(raw: bytes, **more: Any) -> InboundEvent:
    """The one event of a mail."""
    [event] = read_mail(raw, KIT.account(**more), uid="7:12")
    return event


def lines(*written: str) -> bytes:
    """A mail by its lines."""
    return "\r\n".join(written).encode()


def report(action: str, status: str, about: str = OURS, *, within: str = "message/rfc822") -> bytes:
    """A bounce as Postfix writes it."""
    return lines(
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.client.example>",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <bounce-{action}@mx.client.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"',
        "",
        "--r",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.client.example",
        "Arrival-Date: Fri, 20 Nov 2026 10:15:07 +0300",
        "",
        "Final-Recipient: rfc822; Anna@client.example",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
        "",
        "--r",
        f"Content-Type: {within}",
        "",
        f"Message-ID: {about}",
        "From: help@shop.example",
        "Subject: x",
        "",
        "--r--",
    )


def harmless(raw: bytes) -> list[InboundEvent]:
    """Whatever the bytes are, there is a list or a refusal."""
    try:
        return read_mail(raw, ACCOUNT, uid="7:12")
    except Unreadable:
        return []
