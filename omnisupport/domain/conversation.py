"""A conversation as its workflow, its activities and the api speak of it.

Every dataclass here may be a Temporal payload: it only grows, new fields have defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from omnisupport.domain.reach import Reach

DEFAULT_ANSWER = "system:default_answer"
"""The scenario that takes what no other does: what controller `assistant` means until assistants exist."""


OUT_OF_REACH = "conversation_gone"
"""The code of a refused operation on a conversation that its person does not reach: as if it were not there."""


class Controller(StrEnum):
    """Who decides the next answer."""

    SCENARIO = "scenario"
    ASSISTANT = "assistant"
    OPERATOR = "operator"


class Status(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Direction(StrEnum):
    """What kind of row a message is; notes are never shown to the customer."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"
    EVENT = "event"


class AuthorKind(StrEnum):
    """Who wrote a row."""

    CUSTOMER = "customer"
    SCENARIO = "scenario"
    ASSISTANT = "assistant"
    OPERATOR = "operator"
    SYSTEM = "system"


class MessageStatus(StrEnum):
    """How far a row got; see `style.md` for the order."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Ring:
    """A signal that a decision is due.

    `prev` is the seq of the inbound message before `seq`; the text comes along up to 4 KiB, and so does what came
    besides it (`content`). A ring without text, or out of its place, makes the workflow read Postgres. `unattended`
    says that an operator holds the conversation and has not looked at it for a minute. `album` is the same for all
    that was sent as one.
    """

    seq: int
    prev: int = -1
    text: str | None = None
    button: str | None = None
    unattended: bool = False
    content: dict[str, Any] | None = None
    album: str | None = None


@dataclass(frozen=True)
class Begin:
    """A signal to begin a scenario that no message of the customer began; `id` makes a repeat harmless.

    `if_busy` says what to do while another scenario runs: skip, queue or replace.
    """

    id: str
    scenario: str
    trigger: str | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    event: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    if_busy: str = "skip"


@dataclass(frozen=True)
class Happened:
    """A signal that a domain event concerns this conversation; one that nobody waits for is forgotten.

    `run` is the one run whose event it is, which keeps it until it waits for it; 0: of any.
    """

    id: str
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    run: int = 0


@dataclass(frozen=True)
class Instruct:
    """A signal of a run that is about this conversation: commands `{type, ...}` to obey."""

    id: str
    commands: list[dict[str, Any]]
    by: str = ""


@dataclass(frozen=True)
class Move:
    """Take the run over to another version: `policy` is at_next_wait, restart, finish or ask_human.

    `ir_hash` is the version that it must be in, `to` the new one; `plan` as `scenario_dsl.migrate` takes it.
    """

    id: str
    ir_hash: str
    to: str
    plan: dict[str, Any]
    policy: str = "at_next_wait"
    text: str = ""


@dataclass(frozen=True)
class Moved:
    """What became of a move: moved, waiting (until the next wait), gone (no such run any more) or refused, and why."""

    way: str
    reason: str | None = None
    what: str | None = None


@dataclass(frozen=True)
class Person:
    """An operator as an operation names him."""

    id: str
    name: str


@dataclass(frozen=True)
class Operation:
    """What an operator asks of a conversation; `id` makes a repeat harmless.

    `text` is the reply, note, summary or word of the operation; times are epoch milliseconds.
    """

    id: str
    by: Person
    text: str = ""
    note: bool = False
    client_message_id: str | None = None
    assignee: Person | None = None
    department_id: str | None = None
    department_name: str | None = None
    until: int | None = None
    reach: Reach | None = None
    """Which conversations the person reaches at all; None: every one."""
    force: bool = False
    """Give it to the assignee though he has as many as he can hold."""
    content: dict[str, Any] | None = None
    """What a reply has besides its text."""


@dataclass(frozen=True)
class OperationResult:
    """What became of an operation: `code` and `detail` say why it was refused."""

    ok: bool
    code: str | None = None
    detail: str | None = None
    message_id: str | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Row:
    """A workflow's copy of its conversation's row; the row in Postgres is the truth."""

    turn: int
    epoch: int
    cursor: int
    last_seq: int
    last_in: int
    status: str
    controller: str
    assignee_id: str | None = None
    assignee_name: str | None = None
    department_id: str | None = None
    run: int = 0
    state: dict[str, Any] | None = None
    scenario_key: str | None = None
    ir_hash: str | None = None
    last_op: str | None = None
    tags: list[str] = field(default_factory=list)
    snoozed_until: int | None = None


@dataclass(frozen=True)
class Chosen:
    """The scenario that takes an event; `ir`, as text, is absent when the workflow said that it knows the hash."""

    scenario_key: str
    ir_hash: str
    ir: str | None
    trigger: str | None
    controller: str
    silent: bool = False
    intents_wanted: dict[str, Any] | None = None
    """Labels of intents that would take the message from this scenario: what it is about is to be found out first."""


@dataclass(frozen=True)
class Loaded:
    """A run's first read: the row, the IR (as text) that its state belongs to, and who it talks to.

    `chosen` is who takes the message that the run was rung for, when no scenario is under way.
    """

    row: Row
    ir: str | None
    channel: dict[str, Any]
    customer: dict[str, Any]
    tenant: dict[str, Any]
    chosen: Chosen | None = None
    unsent: list[str] = field(default_factory=list)
    """Messages that wait for their provider: a run that was lost had them in its outbox."""
    owes: bool = False
    """Whether an effect of an earlier turn waits to be carried out."""
    fields: dict[str, Any] | None = None
    """`{subject, priority, attributes}` of the conversation, where it has any."""
    last_inbound_at: int | None = None
    """When the customer last wrote, in epoch milliseconds."""


@dataclass(frozen=True)
class Committed:
    """What `commit_turn` found: either it stands (`committed`), or the row to go on from."""

    committed: bool
    turn: int = 0
    epoch: int = 0
    cursor: int = 0
    last_in: int = 0
    written: list[dict[str, Any]] = field(default_factory=list)
    row: Row | None = None
    gone: bool = False
    unsent: list[str] = field(default_factory=list)
    """Beside `row`: messages that wait for their provider, those of the commit whose answer was lost among them."""
    owes: bool = False
    """Beside `row`: whether an effect of an earlier turn waits to be carried out."""
    refused: str | None = None
    """Why this can never be committed: `newer_conversation`; or not now: `at_capacity`."""
    department_id: str | None = None
    """Where a handoff went, by its department's key or by default."""


@dataclass(frozen=True)
class Carry:
    """What crosses continue-as-new: rings not taken yet. All else is read from the row."""

    rings: list[Ring] = field(default_factory=list)


@dataclass(frozen=True)
class Unanswered:
    """A conversation whose workflow has not taken its last message, as the sweeper sees it."""

    tenant_id: UUID
    conversation_id: UUID
    last_in: int
    waited_s: float = 0.0
