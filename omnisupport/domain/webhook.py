"""Webhooks out: what may be told, how a delivery is signed, and when it is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class WebhookEvent(StrEnum):
    """What a webhook may be told of. Only grows."""

    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_RESOLVED = "conversation.resolved"
    CONVERSATION_REOPENED = "conversation.reopened"
    MESSAGE_CREATED = "message.created"
    NOTE_CREATED = "note.created"
    TEST = "webhook.test"
    """By hand, to see that the other side answers."""


PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 18_000, 36_000, 36_000, 86_400))
"""After each attempt that failed; after the last of them the delivery has failed (2.2 days in all)."""
FRESH_S = 300
"""How old a call may be that an outside service has signed, and how far its clock may be ahead."""
MOST_SIGNATURES = 5
GONE = 410
"""The other side says that it wants to be told no more."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - how every one of them begins


@dataclass(frozen=True)
class Delivery:
    """One thing to tell, as it is sent."""

    id: UUID
    event: str
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Due:
    """What is to be sent now; `next_at` (epoch ms) is when something is due again, None: nothing waits."""

    url: str
    secrets: list[str]
    deliveries: list[Delivery]
    more: bool
    next_at: int | None


def signature(secrets: Sequence[str], delivery_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one `v1,` and base64 of HMAC-SHA256 for each secret (Standard Webhooks 1.0)."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix(SECRET_PREFIX)) for secret in secrets]
    digests = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def is_signed(secrets: Sequence[str], header: str, delivery_id: str, timestamp: int, body: bytes) -> bool:
    """Whether one of the signatures in a header is of one of these secrets; compared in constant time."""
    given = [each.encode() for each in header.split(" ")[:MOST_SIGNATURES]]
    wanted = signature(secrets, delivery_id, timestamp, body).encode().split(b" ")
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None: it has failed for good."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
