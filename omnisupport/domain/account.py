"""A channel's account with its provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account with its secrets in the clear: it lives within one request or one activity.

    `external_id` is the provider's id of the account: a bot's id, a phone number's id, a mailbox.
    """

    tenant_id: UUID
    channel_id: UUID
    type: str
    provider: str
    external_id: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, Any] = field(repr=False)
    webhook_url: str = ""
    locale: str = "ru"
