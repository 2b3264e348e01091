"""Calls that a scenario makes beyond itself, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CallResult:
    """The exit that a call took and its value.

    `through_seq` is the last inbound message that the result already answers (0: none beyond the turn's).
    """

    exit: str
    value: Any = None
    through_seq: int = 0


@dataclass(frozen=True)
class InboundRow:
    """An inbound message as a turn takes it; `age_ms` by the database's clock, `content` what its row holds."""

    seq: int
    text: str
    button: str | None = None
    age_ms: int = 0
    content: dict[str, Any] | None = None


@dataclass(frozen=True)
class Target:
    """A tenant's connection, opened: base URL and the headers that authenticate us."""

    base_url: str
    headers: dict[str, str]
