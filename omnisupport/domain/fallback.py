"""When a message goes over another channel than its own: which failures count, and what a tenant may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_WAIT_MIN = 60
"""A conversation waits for no longer; its workflow stays open meanwhile."""

FOR_GOOD = frozenset(
    {
        *("recipient_gone", "window_closed"),
        # Told by a status later, in the provider's own numbers. Twilio: opted out, blocked, unknown number, landline,
        # not on WhatsApp, window closed (twilio.com/docs/api/errors, looked up 2026-11-28).
        *("21610", "30004", "30005", "30006", "63003", "63016", "63024"),
        # WhatsApp Cloud API: not on WhatsApp or with an old version of it, more than 24 hours, marketing switched off
        # by the customer.
        *("131026", "131047", "131050"),
    }
)
"""Codes of failures that another try on the same channel does not mend."""
MAY_PASS = frozenset(
    {
        *("channel_closed", "channel_unauthorized", "not_sent"),
        *("provider_rate_limited", "provider_unavailable"),
        "30003",  # Twilio: the phone is off or out of reach, and may be back soon
    }
)
"""Codes of what may get through later: it is given the tenant's time first."""


class FallbackPolicy(StrEnum):
    """What becomes of a message that cannot be delivered on its channel."""

    OFF = "off"
    """It stays where it failed."""
    ASK = "ask"
    """Operators are offered the customer's other addresses."""
    AUTOMATIC = "automatic"
    """Messages of operators go there by themselves."""


@dataclass(frozen=True)
class FallbackSettings:
    """A tenant's word on it; `after_minutes` is how long a channel may be down before another one is taken."""

    policy: FallbackPolicy = FallbackPolicy.ASK
    after_minutes: int = 15

    @classmethod
    def of(cls, settings: dict[str, Any]) -> FallbackSettings:
        """As it stands in a tenant's settings."""
        told = settings.get("fallback") or {}
        return cls(
            FallbackPolicy(told.get("policy", cls.policy)), told.get("after_minutes", cls.after_minutes)
        )

    def as_json(self) -> dict[str, Any]:
        """As it is kept, and told in the audit log."""
        return {"policy": self.policy.value, "after_minutes": self.after_minutes}


@dataclass(frozen=True)
class FellBack:
    """Where a message went instead; `again`: it had gone there before."""

    message_id: str
    conversation_id: str
    channel_type: str
    again: bool = False
