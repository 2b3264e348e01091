"""The text of a message, as every channel must accept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omnisupport.errors import Invalid

TEXT_MAX = 8000


CARRIED = ("attachments", "location", "contact", "referral", "automatic")
"""What a message carries besides its text that a turn reads."""


def carried(content: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What of a message's content a turn reads, or None."""
    return {name: content[name] for name in CARRIED if content.get(name)} or None if content else None


def check_text(text: str) -> str:
    """Return the text if it can be a message: 1 to 8,000 characters, something to see, no NUL, no lone surrogate.

    Raises:
        Invalid: code `message_empty`, `message_too_long` or `message_invalid`; field `text`.
    """
    if len(text) > TEXT_MAX:
        raise Invalid(
            f"A message has at most {TEXT_MAX} characters; this one has {len(text)}.",
            code="message_too_long",
            field="text",
        )
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Invalid("The message holds characters that are not text.", code="message_invalid", field="text")
    if not text.strip():
        raise Invalid("The message is empty.", code="message_empty", field="text")
    return text


@dataclass(frozen=True)
class Outbound:
    """A message on its way to a provider; `key` is stable across every attempt."""

    id: str
    conversation_id: str
    key: str
    locale: str
    channel_type: str
    recipient: str
    text: str
    content: dict[str, Any]
    channel_id: str = ""
    author_kind: str = "scenario"
    author_name: str | None = None


@dataclass(frozen=True)
class Native:
    """One payload as a provider takes it, for one network call; `lossy` says what of the message it cannot show.

    Its key on the way is `{key of the message}/{index}`.
    """

    index: int
    method: str
    payload: dict[str, Any]
    lossy: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """The status that a send ended in; `pending` with `wait_ms` when the message may not leave before that.

    `more`: a part of it is sent and others wait. `elsewhere_ms`: of one that failed, when it goes over another channel.
    """

    status: str
    wait_ms: int = 0
    more: bool = False
    elsewhere_ms: int | None = None
