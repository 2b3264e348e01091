"""What an answer of the tenant's own system means for a send. Source: docs/api-channel.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.channels.base import (
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RecipientGone,
    Transient,
    WindowClosed,
)

WORDS_MAX = 200
PAUSE_S = 1.0
MOST_PAUSE_S = 3600.0
"""What is asked to wait for longer is asked again: a slip of theirs does not stop a channel for a year."""
UNREFUSED = (404, 405, 408, 425)
"""Of something before the system, where its body has no `code` of ours: a restart, a route that is not there yet."""


def sorted_answer(status: int, told: Mapping[str, Any], retry_after: float | None) -> NotSent | Ambiguous:
    """An answer that is not 2xx as ours; `told` is its JSON, empty where there was none."""
    code, words = (str(told.get(name) or "")[:WORDS_MAX] for name in ("code", "detail"))
    detail = words or f"The address answered {status}."
    if status == 429:
        pause = min(retry_after or PAUSE_S, MOST_PAUSE_S)
        return RateLimited("The address asks to wait.", scope="account", retry_after=pause)
    if status >= 500 or status < 400:
        return Ambiguous(f"The address answered {status}.")
    if status in (401, 403, 410):
        return AuthFailed(f"The address refuses this channel ({status}).")
    if code == "recipient_gone":
        return RecipientGone(detail)
    if code == "window_closed":
        return WindowClosed(detail)
    if status in UNREFUSED and not code:
        return Transient(detail)
    return BadPayload(detail)
