"""When people are told that a connection has broken, and that it is well again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FLAP = timedelta(minutes=5)
"""What mends itself within this is told to nobody."""


class Told(StrEnum):
    """What a channel's managers are told."""

    BROKEN = "broken"
    MENDED = "mended"


@dataclass(frozen=True)
class Trouble:
    """Since when a connection is not well, and when people were told so; both None: it is well."""

    troubled_since: datetime | None = None
    alerted_at: datetime | None = None

    @classmethod
    def of(cls, health: Mapping[str, Any]) -> Trouble:
        """As it was kept in a channel's health."""
        return cls(*(_moment(health.get(name)) for name in ("troubled_since", "alerted_at")))

    def kept(self) -> dict[str, str | None]:
        """As it is kept there."""
        return {
            "troubled_since": self.troubled_since.isoformat() if self.troubled_since else None,
            "alerted_at": self.alerted_at.isoformat() if self.alerted_at else None,
        }

    def look(self, state: str, now: datetime) -> tuple[Trouble, Told | None]:
        """After a look that found the connection in a state: the trouble from here on, and what is to be told of it.

        A break is told once, when it has lasted for `FLAP`; its end only to those who were told of it.
        """
        if state == "ok":
            return Trouble(), Told.MENDED if self.alerted_at else None
        since = self.troubled_since or now
        if self.alerted_at is None and now - since >= FLAP:
            return Trouble(since, now), Told.BROKEN
        return Trouble(since, self.alerted_at), None


def _moment(told: Any) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
