"""A turn as it is being decided: nothing of it exists until `commit_turn` has written it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from omnisupport.domain.conversation import (
    AuthorKind,
    Committed,
    Controller,
    Direction,
    MessageStatus,
    Person,
    Row,
    Status,
)
from omnisupport.domain.effects import EffectKind
from omnisupport.domain.parts import content_of, in_words
from omnisupport.scenario_dsl import Call
from omnisupport.scenario_dsl.notes import World
from omnisupport.texts import say

_COLUMNS = {
    "status",
    "controller",
    "assignee_id",
    "department_id",
    "run",
    "scenario_key",
    "ir_hash",
    "tags",
    "snoozed_until",
}
"""Changes that a workflow keeps in its copy of the row as they are."""


@dataclass
class Draft:
    """The changes of one turn against the row that it started from.

    `state` is the run's state afterwards (None: no run), `cursor` the last inbound seq that is answered,
    `changes` columns of the conversation, `rows` the messages to write in order.
    """

    conversation_id: str
    locale: str
    state: dict[str, Any] | None
    cursor: int
    controller: str
    status: str
    run: int
    direct: bool
    """Whether a committed row is already delivered (the widget), or waits for `send_message`."""
    changes: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    """What is to be carried out once the turn is written: {kind, body}."""
    ended: list[dict[str, Any]] = field(default_factory=list)
    """Runs that are over with this turn: {run, ir_hash, outcome}."""
    call: Call | None = None
    again: list[int] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    through_operator: bool = False
    label: str = ""
    assigned: bool = False
    """Whether a human has the conversation in hand, and not only a queue of them."""
    heard: str = ""
    """The text of the message that is being decided."""
    needs_room: bool = False
    """Whether the assignee must have capacity for it, or the turn is refused."""
    world: World | None = None
    """The world as the trace has noted it last."""
    typing: int | None = None
    """Until when the customer sees that somebody writes; told with the commit, and written nowhere."""
    typed: bool = False
    """Whether that message was typed, so that more of it may follow."""
    begun_by: str | None = None
    """The id of what began the run that begins here: the row remembers it, so that a repeat begins nothing."""

    @classmethod
    def of(cls, row: Row, conversation_id: str, *, locale: str, direct: bool) -> Draft:
        """A turn that has decided nothing yet."""
        return cls(
            conversation_id=conversation_id,
            locale=locale,
            state=row.state,
            cursor=row.cursor,
            controller=row.controller,
            status=row.status,
            run=row.run,
            direct=direct,
            assigned=row.assignee_id is not None,
        )

    @property
    def is_held(self) -> bool:
        """Whether a human owns what is said from here on."""
        return self.controller == Controller.OPERATOR

    def send(self, part: dict[str, Any], *, always: bool = False, fallback: str = "auto") -> None:
        """Add a message of the bot; once an operator has the conversation in hand it is only traced, but `always`.

        What the channel has no form for is written out below the text; the fallback `drop` leaves it out.
        """
        text = in_words(part, forms=fallback != "drop")
        if (self.is_held and self.assigned and not always) or not text.strip():
            self.trace.append({"dropped": text[:80] or "nothing is left of it"})
            return
        author = AuthorKind.ASSISTANT if self.controller == Controller.ASSISTANT else AuthorKind.SCENARIO
        content = content_of(part, direct=self.direct)
        self._write(Direction.OUTBOUND, author, text=text, content=content)

    def reply(
        self,
        text: str,
        *,
        author_id: str,
        author_name: str,
        client_message_id: str,
        content: dict[str, Any] | None = None,
    ) -> None:
        """Add an operator's reply."""
        self._write(
            Direction.OUTBOUND,
            AuthorKind.OPERATOR,
            text=text,
            content=content,
            author_id=author_id,
            author_name=author_name,
            client_message_id=client_message_id,
        )

    def note(
        self,
        text: str,
        *,
        author_id: str | None = None,
        author_name: str | None = None,
        client_message_id: str | None = None,
    ) -> None:
        """Add an internal note; the customer never sees it."""
        kind = AuthorKind.OPERATOR if author_id else AuthorKind.SYSTEM
        self._write(
            Direction.NOTE,
            kind,
            text=text,
            author_id=author_id,
            author_name=author_name,
            client_message_id=client_message_id,
        )

    def event(self, kind: str, *, public: bool = False, text_key: str | None = None, **names: str) -> None:
        """Add a line that tells what happened; `public` ones are shown to the customer too."""
        content = {"event": {"type": kind, "public": public, **names}}
        self._write(
            Direction.EVENT,
            AuthorKind.SYSTEM,
            text=say(text_key or kind, self.locale, **names),
            content=content,
        )

    def effect(self, kind: EffectKind, **body: Any) -> None:
        """Add what is carried out beside the conversation, once the turn is written."""
        self.effects.append({"kind": kind, "body": body})

    def assign(self, department: str | None, operator: Person | None, *, by: str) -> None:
        """Route the conversation without taking it from the bot."""
        if department is not None:
            self.changes["department_key"] = department
        if operator is not None:
            self.event("assigned", by=by, to=operator.name)
            self.changes |= {"assignee_id": operator.id, "assignee_name": operator.name}
            self.assigned = True

    def hand_off(self, department: str | None) -> None:
        """Give the conversation to the operators."""
        self.event("handoff")
        self.assigned = False
        self.controller = Controller.OPERATOR
        self.changes |= {"controller": self.controller, "assignee_id": None, "waiting": "start"}
        self.changes["department_key"] = department  # None: the default one

    def set_status(self, status: Status) -> None:
        """Move the conversation to another status."""
        self.status = status
        self.changes["status"] = status
        if status != Status.SNOOZED:
            self.changes["snoozed_until"] = None

    def begin_run(self, state: dict[str, Any], *, scenario_key: str, ir_hash: str, controller: str) -> None:
        """Enter a scenario; the bot that speaks is the scenario or the assistant."""
        self.note_end()
        self.run += 1
        self.state = state
        self.controller = controller
        self.changes |= {
            "run": self.run,
            "scenario_key": scenario_key,
            "ir_hash": ir_hash,
            "controller": controller,
        }

    def end_run(self) -> None:
        """Leave the scenario; whoever answers next is chosen by the next message."""
        self.note_end()
        self.state = None
        if not self.is_held:
            self.controller = Controller.ASSISTANT
            self.changes["controller"] = self.controller

    def note_end(self) -> None:
        """Remember that the run is over, for the list of ended ones; a fault of ours has no outcome."""
        if self.state:
            over = self.state.get("ended") or {}
            end = {
                "run": self.state.get("run"),
                "ir_hash": self.state.get("ir"),
                "outcome": over.get("outcome"),
            }
            self.ended.append(end)

    def commit(self, row: Row, *, op: str | None, engine: int | None) -> dict[str, Any]:
        """The turn as `commit_turn` takes it, against the row as it is known now."""
        rows = [
            {**item, "key": item["key"] or f"{self.conversation_id}:{row.turn + 1}:{step}:0"}
            for step, item in enumerate(self.rows)
        ]
        changes = self.changes if self.state is row.state else {**self.changes, "state": self.state}
        body = {
            "turn": row.turn,
            "epoch": row.epoch,
            "cursor": self.cursor,
            "through_operator": self.through_operator,
            "set": changes,
            "rows": rows,
            "commands": self.commands,
            "results": self.results,
            "trace": self.trace,
            "engine": engine,
        }
        if self.needs_room:
            body["room"] = True
        if self.typing is not None:
            body["typing"] = self.typing
        if self.ended:
            body["ended"] = self.ended
        if self.effects:
            body["effects"] = self.effects
        return body if op is None else body | {"op": op}

    def committed(self, row: Row, found: Committed, *, op: str | None) -> Row:
        """The row after this turn: counters as they came back, the rest as it was decided."""
        changes = self.changes
        kept = {name: changes[name] for name in _COLUMNS & changes.keys()}
        if "assignee_id" in changes:
            kept["assignee_name"] = changes.get("assignee_name")
        if found.department_id is not None:
            kept["department_id"] = found.department_id
        return replace(
            row,
            **kept,
            turn=found.turn,
            epoch=found.epoch,
            cursor=found.cursor,
            last_in=found.last_in,
            state=self.state,
            last_op=op or row.last_op,
        )

    def _write(
        self,
        direction: Direction,
        author: AuthorKind,
        *,
        text: str,
        content: dict[str, Any] | None = None,
        author_id: str | None = None,
        author_name: str | None = None,
        client_message_id: str | None = None,
    ) -> None:
        waits = direction == Direction.OUTBOUND and not self.direct
        row: dict[str, Any] = {
            "direction": direction,
            "author_kind": author,
            "text": text,
            "status": MessageStatus.PENDING if waits else MessageStatus.SENT,
            "key": f"{self.conversation_id}:op:{client_message_id}" if client_message_id else None,
        }
        optional = {
            "content": content,
            "author_id": author_id,
            "author_name": author_name,
            "client_message_id": client_message_id,
        }
        self.rows.append(row | {k: v for k, v in optional.items() if v})
