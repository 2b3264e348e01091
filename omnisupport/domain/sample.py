"""A test message: one real send to an address that a person names, so that he sees the channel work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SampleStatus(StrEnum):
    """How it ended."""

    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Sample:
    """What is sent where. `id` makes its key; `last_in_at` is when the customer of this address wrote last."""

    id: str
    tenant_id: str
    channel_id: str
    to: str
    text: str
    locale: str
    last_in_at: datetime | None = None


@dataclass(frozen=True)
class SampleSent:
    """What came of it. `code` and `detail` say why it did not leave, or why nobody knows; `detail` is the adapter's."""

    status: SampleStatus
    external_id: str | None = None
    code: str | None = None
    detail: str | None = None
