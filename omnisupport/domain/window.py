"""The time after a customer's message in which a channel takes free texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from omnisupport.domain.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Window:
    """`template_only`: the channel has approved templates for after it; `closed`: the customer has to write first.

    `until` is when an open window closes, or a closed one did; None where there is none, or nobody ever wrote.
    """

    state: Literal["open", "template_only", "closed"]
    until: datetime | None = None


def window_of(facts: Capabilities, last_in_at: datetime | None, now: datetime) -> Window:
    """Whether a free text may be sent now, to a customer who wrote last then (None: never)."""
    if facts.window_hours is None:
        return Window("open")
    until = last_in_at + timedelta(hours=facts.window_hours) if last_in_at is not None else None
    if until is not None and now < until:
        return Window("open", until)
    return Window("template_only" if facts.templates else "closed", until)
