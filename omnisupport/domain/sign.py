"""Where a small sign goes, such as that somebody is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

SIGNS = ("press", "answering")
"""Kinds of hints that ask a worker for a sign, and tell sockets nothing."""


@dataclass(frozen=True)
class Whom:
    """The channel, the chat, the provider's id of what the customer said there, and what else it told of that."""

    channel_id: UUID
    chat: str
    ref: str | None
    extra: Mapping[str, Any] = field(default_factory=dict)
