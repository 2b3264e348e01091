"""What is asked and told of privacy: erasures, terms, legal holds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from omnisupport.api.schemas.base import Input, Output
from omnisupport.domain.erasure import LONGEST_REASON
from omnisupport.domain.retention import LONGEST_DAYS, SHORTEST_AUDIT_DAYS

Reason = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=LONGEST_REASON, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS, strict=True)]
AuditDays = Annotated[int, Field(ge=SHORTEST_AUDIT_DAYS, le=LONGEST_DAYS, strict=True)]


class NewErasure(Input):
    """Whom to erase. The reason is kept when he is gone: it must not name him."""

    customer_id: UUID
    reason: Reason | None = None


class Receipt(Output):
    """What proves an erasure: counts per kind of thing, when, and a SHA-256 over both and the ids (docs/privacy.md)."""

    counts: dict[str, int]
    finished_at: str
    """To the letter as it is in the digest."""
    digest: str


class ErasureOut(Output):
    """An erasure. `waiting`: not begun, or a legal hold keeps the customer; `refused`: retention let him be."""

    id: UUID
    customer_id: UUID
    status: Literal["waiting", "running", "done", "failed", "refused"]
    reason: str | None
    requested_by: UUID | None
    requested_at: datetime
    finished_at: datetime | None
    receipt: Receipt | None


class ErasurePage(Output):
    """Erasures, the newest first; `next_cursor` is null at the end."""

    items: list[ErasureOut]
    next_cursor: str | None


class RetentionTerms(Input):
    """Days after which something goes; null keeps it for ever. All of them are named."""

    conversations: Days | None = Field(description="Resolved ones, since anything last happened in them.")
    customers: Days | None = Field(
        description="Those without a conversation, since anybody last heard of them."
    )
    events: Days | None
    webhook_deliveries: Days | None = Field(description="Those that were told or given up.")
    audit: AuditDays | None
    files: Days | None = Field(description="Those that customers have uploaded.")


class NewHold(Input):
    """Whom to hold, why, and until when; without `until` it is ended by hand."""

    customer_id: UUID
    reason: Reason
    until: datetime | None = None


class HoldOut(Output):
    """A legal hold."""

    id: UUID
    customer_id: UUID
    reason: str
    until: datetime | None
    created_by: UUID | None
    created_at: datetime


class HoldPage(Output):
    """Holds that keep somebody now, the newest first; `next_cursor` is null at the end."""

    items: list[HoldOut]
    next_cursor: str | None
