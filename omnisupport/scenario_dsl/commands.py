"""What a run wants done: commands, in the order in which the host must do them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

CallKind = Literal[
    "http",
    "kb_answer",
    "business_hours",
    "operators_available",
    "queue_position",
    "parse",
    "code",
    "classify",
    "extract",
    "reply",
    "generate",
    "start_run",
]
"""What a host can be asked; `docs/scenarios/` says what each is answered with."""


class _Command:
    # Nobody changes one; none is frozen, for a step makes several and a frozen one takes three times as long to make.
    __slots__: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The command as JSON values, with its name in lower case under "type"."""
        found: dict[str, Any] = {"type": type(self).__name__.lower()}
        for name in self.__slots__:
            found[name] = getattr(self, name)
        return found


@dataclass(slots=True)
class Send(_Command):
    """One message to the customer, rendered in the locale of the context.

    A part is {"text", "buttons": [{"id", "label"}], "sources": [{"title", "url", "document_id", "quote"}]};
    a button that opens an address has "url" as well and never comes back as an event. A part has besides,
    where the scenario says so: "media" {kind, url, name, alt}, "quick_replies" [{label}] (tapping one types
    it), "carousel" [{title, text, image, buttons}], "location" {lat, lon, title, address}, "contact" {name,
    phone, email}, "template" {name, language, params}, "open_url" {url, label}, "layout" (list, buttons,
    numbered); its text may then be empty.
    """

    parts: list[dict[str, Any]]
    to: dict[str, str] | None = None
    """`{"channel", "address"}` of another place than the conversation: e-mail or SMS to a variable."""
    fallback: str = "auto"
    """What to do with a part that the channel has no form for: auto, list, numbered, drop or error."""


@dataclass(slots=True)
class Typing(_Command):
    """Show the customer that somebody writes, `until` this moment (epoch milliseconds) or the next message."""

    until: int


@dataclass(slots=True)
class Call(_Command):
    """Work outside the core; the host answers with `Result(call_id=id)`.

    `timeout_ms` bounds one attempt. `retry` is None (the host's default for this kind) or
    {"max_attempts", "initial_ms", "backoff", "max_interval_ms", "retry_on"}. `label` is for timelines.
    """

    id: str
    node: str
    kind: CallKind
    request: dict[str, Any]
    timeout_ms: int
    retry: dict[str, Any] | None
    label: str


@dataclass(slots=True)
class Handoff(_Command):
    """Give the conversation to people: the host makes the operator its controller."""

    department: str | None = None
    priority: str | None = None
    summary: str | None = None
    skills: list[str] = field(default_factory=list)
    wait_for: Literal["accepted", "closed", "none"] = "none"
    operator: str | None = None
    strategy: str | None = None


@dataclass(slots=True)
class Assign(_Command):
    """Route the conversation to people without giving it to them: the bot goes on.

    `target` is {"department", "skills", "operator", "strategy"}; what is missing the host decides.
    """

    target: dict[str, Any]


@dataclass(slots=True)
class Update(_Command):
    """Change fields of the conversation or of the customer; a value of null clears the field.

    Conversation: status, priority, subject, snooze_until (epoch milliseconds), attributes {key: value}.
    Customer: name, email, phone, locale, timezone, fields {key: value}, consents {purpose: granted?}, and
    `merge_by` (email or phone): a customer who has the same one already is the same person.
    """

    target: Literal["conversation", "customer"]
    values: dict[str, Any]


@dataclass(slots=True)
class Notify(_Command):
    """Tell people of the company something: `target` is one of {"department"}, {"role"}, {"operator"}."""

    target: dict[str, str]
    text: str
    via: list[str] = field(default_factory=lambda: ["inbox"])


@dataclass(slots=True)
class Emit(_Command):
    """A domain event, `order.paid`: webhooks that ask for it, triggers and waiting runs get it."""

    event: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Rate(_Command):
    """The customer rated the service on `scale` (stars5, nps10, thumbs, emoji, ces7); its comment may come later."""

    scale: str
    score: int
    comment: str | None = None
    node: str = ""
    """Which question of the run it answers: one record each."""


@dataclass(slots=True)
class Become(_Command):
    """Another scenario takes the conversation with these inputs; this run is over, no `End` follows.

    The message that this run took last is the one that its `Start` tells the next one of.
    """

    scenario: str
    inputs: dict[str, Any] = field(default_factory=dict)
    redeliver: list[int] = field(default_factory=list)
    """Seqs of messages that this run took and did not answer: the next one hears them, once each."""


@dataclass(slots=True)
class Note(_Command):
    """An internal note for operators; those of `mention` (names or e-mail addresses) are told of it."""

    text: str
    mention: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tag(_Command):
    """Change the conversation's tags."""

    add: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Human(_Command):
    """The customer wants a person: the host replaces this run by the system scenario `handoff`.

    The run is over (`state["ended"]["outcome"] == "human"`); no `End` follows.
    """


@dataclass(slots=True)
class Close(_Command):
    """Resolve the conversation."""

    resolution: str | None = None
    reason: str | None = None
    silent: bool = False


@dataclass(slots=True)
class End(_Command):
    """The run is over.

    `redeliver` lists the seqs of messages that this run took but did not answer (typed while a call was
    under way, or given back by `release: redeliver`): the host routes them as if they had just arrived, each
    once (`Inbound.again`). `unanswered` lists those that it ended without a word to, and those given back a
    second time: the default answer has them, for another run of the same scenario would do its work twice.
    """

    outcome: str
    redeliver: list[int] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Failed(_Command):
    """The run failed; an apology, a note with the code and a handoff have been commanded before it."""

    code: str
    detail: str


def from_dict(data: dict[str, Any]) -> Command:
    """The command that `to_dict` gave, of this release or an earlier one: what a field was is left out.

    Raises:
        KeyError: there is none of this name.
    """
    kinds = {kind.__name__.lower(): kind for kind in Command.__args__}
    kind = kinds[data["type"]]
    known = {item.name for item in fields(kind)}
    command: Command = kind(**{name: value for name, value in data.items() if name in known})
    return command


Command = (
    Send
    | Typing
    | Call
    | Handoff
    | Assign
    | Update
    | Notify
    | Emit
    | Rate
    | Become
    | Note
    | Tag
    | Human
    | Close
    | End
    | Failed
)
