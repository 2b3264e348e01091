"""What happens to a run: events, each with the context of its moment.

Nobody changes an event; most are not frozen because a frozen one takes three times as long to make. Every time is an
int of epoch milliseconds and comes from the host: the core has no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Context:
    """What a scenario may read about the world at this event; plain JSON values, never changed by `step`.

    `channel` {id, type, name} · `customer` {id, name, email, phone, locale, verified, fields} ·
    `conversation` {id, status, tags, subject, department, assignee} · `tenant` {id, slug, name, timezone}.
    A missing key reads as null; `channel.type`, `tenant.slug` and `tenant.name` must be there.
    """

    now: int
    locale: str
    channel: Mapping[str, Any] = field(default_factory=dict)
    customer: Mapping[str, Any] = field(default_factory=dict)
    conversation: Mapping[str, Any] = field(default_factory=dict)
    tenant: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Inbound:
    """One customer message. `button` is the id on the wire, `{run}.{prompt}.{option}`, or None for text.

    `again` says that an earlier run gave it back: it is not given back a second time. `content` is what
    came besides the text: `attachments` [{id, name, mime, size, kind (file, image, audio, video), url,
    scan (clean, infected, not_checked)}], `location` {lat, lon, address}, `contact` {name, phone, own},
    `referral`, the start parameter of the link that the customer came by. `album` is the same for all that was sent
    as one; the host makes one message of it.
    """

    seq: int
    text: str
    button: str | None = None
    again: bool = False
    content: dict[str, Any] | None = None
    album: str | None = None


@dataclass(slots=True)
class Start:
    """Begin a new run.

    The trigger's message is consumed as trigger only; `event.text` is its text and `extract` may read it.
    `silent` drops what is sent up to the first wait: the visitor has seen the greeting already.
    """

    context: Context
    trigger: str | None = None
    message: Inbound | None = None
    silent: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of the event that began it: `event.data` and `event.name`."""


@dataclass(slots=True)
class Message:
    """The customer wrote or pressed a button."""

    context: Context
    message: Inbound


@dataclass(slots=True)
class Result:
    """The answer to a `Call`; one that nobody waits for any more is ignored."""

    context: Context
    call_id: str
    exit: str
    value: Any = None


@dataclass(slots=True)
class Timer:
    """A deadline of `state["timers"]` has passed; an id that is not armed is ignored."""

    context: Context
    timer_id: str


@dataclass(slots=True)
class Operator:
    """A human acted on the conversation; `data["summary"]` becomes `event.resolution`."""

    context: Context
    action: Literal["accepted", "closed", "handed_back"]
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Domain:
    """Something happened: `payment.succeeded` with its data. A run that waits for it goes on.

    `kept` says that it is this run's and comes once: one that does not wait yet keeps it until it does.
    """

    context: Context
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    kept: bool = False


@dataclass(slots=True)
class Cancel:
    """End the run from outside, without a word to the customer."""

    context: Context


Event = Start | Message | Result | Timer | Operator | Domain | Cancel
