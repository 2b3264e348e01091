"""What each operation of an operator means for a conversation; pure, decided on the row as it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from omnisupport.domain.conversation import OUT_OF_REACH, Controller, Operation, Row, Status
from omnisupport.texts import say
from omnisupport.workflows.turn import Draft


class Refused(Exception):
    """The conversation is not in a state that allows this; `code` is for machines, `detail` for the person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Effect:
    """What must happen around the commit: cut off the bot, and what a waiting scenario is told."""

    fences: bool = False
    accepts_handoff: bool = False
    closes_handoff: bool = False
    gives_back: bool = False


def apply_operation(kind: str, operation: Operation, row: Row, draft: Draft, *, now: int) -> Effect:
    """Write an operation into the draft.

    Raises:
        Refused: stale, senseless in this state, or out of the person's reach (code `conversation_gone`, as for one that
            is not there); the draft is then not used.
    """
    if operation.reach is not None and not operation.reach.covers(row.assignee_id, row.department_id):
        raise _refuse(OUT_OF_REACH, draft)
    return _OPERATIONS[kind](operation, row, draft, now)


def _refuse(code: str, draft: Draft, **names: str) -> Refused:
    return Refused(code, say(f"error.{code}", draft.locale, **names))


def _needs_unresolved(row: Row, draft: Draft) -> None:
    if row.status == Status.RESOLVED:
        raise _refuse("conversation_resolved", draft)


def _waits_for_handoff(row: Row) -> bool:
    return ((row.state or {}).get("waiting") or {}).get("kind") == "handoff"


def _hold(operation: Operation, row: Row, draft: Draft, person: dict[str, Any]) -> Effect:
    """Put a human in control and raise the fence."""
    draft.controller = Controller.OPERATOR
    draft.changes |= {"controller": Controller.OPERATOR, "epoch": row.epoch + 1, "waiting": "start", **person}
    if draft.status != Status.OPEN:
        draft.set_status(Status.OPEN)
    return Effect(fences=True, accepts_handoff=_waits_for_handoff(row))


def _take_over(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    by = operation.by
    if row.controller == Controller.OPERATOR and row.assignee_id not in (None, by.id):
        raise _refuse("conversation_held", draft, name=row.assignee_name or "")
    if row.controller == Controller.OPERATOR and row.assignee_id == by.id:
        return Effect()
    draft.event("taken_over", public=True, name=by.name)
    effect = _hold(operation, row, draft, {"assignee_id": by.id, "assignee_name": by.name})
    if row.last_in <= row.cursor:  # the bot has answered: the customer waits for nothing
        del draft.changes["waiting"]
    return effect


def _reply(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    by, message_id = operation.by, operation.client_message_id or operation.id
    if operation.note:
        draft.note(operation.text, author_id=by.id, author_name=by.name, client_message_id=message_id)
        return Effect()
    _needs_unresolved(row, draft)
    draft.reply(
        operation.text,
        author_id=by.id,
        author_name=by.name,
        client_message_id=message_id,
        content=operation.content,
    )
    if row.controller == Controller.OPERATOR:
        draft.changes["waiting"] = "stop"
        if row.assignee_id is None:
            draft.changes |= {"assignee_id": by.id, "assignee_name": by.name}
            return Effect(accepts_handoff=_waits_for_handoff(row))
        return Effect()
    draft.event("taken_over", public=True, name=by.name)
    effect = _hold(operation, row, draft, {"assignee_id": by.id, "assignee_name": by.name})
    draft.changes["waiting"] = "stop"
    return effect


def _hand_back(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    if row.controller != Controller.OPERATOR:
        raise _refuse("not_held", draft)
    draft.event("handed_back", public=True)
    if operation.text:
        draft.note(
            say("handed_back_note", draft.locale, summary=operation.text),
            author_id=operation.by.id,
            author_name=operation.by.name,
        )
    draft.through_operator = True
    draft.controller = Controller.SCENARIO if row.state is not None else Controller.ASSISTANT
    draft.changes |= {"controller": draft.controller, "assignee_id": None, "waiting": "stop"}
    if draft.status != Status.OPEN:
        draft.set_status(Status.OPEN)
    return Effect(
        closes_handoff=_waits_for_handoff(row),
        gives_back=row.state is not None and not _waits_for_handoff(row),
    )


def _assign(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    to, by = operation.assignee, operation.by
    goes_to = to.name if to else operation.department_name
    if not goes_to and row.controller != Controller.OPERATOR:
        raise _refuse("not_held", draft)  # the bot has it: there is nobody to take it from
    if goes_to:
        draft.event("assigned", by=by.name, to=goes_to)
    else:
        draft.event("unassigned", by=by.name)
    return _give(operation, row, draft)


def _transfer(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    to = operation.assignee
    draft.event("transferred", by=operation.by.name, to=(to.name if to else operation.department_name) or "")
    if operation.text:
        draft.note(operation.text, author_id=operation.by.id, author_name=operation.by.name)
    return _give(operation, row, draft)


def _give(operation: Operation, row: Row, draft: Draft) -> Effect:
    to = operation.assignee
    person: dict[str, Any] = {"assignee_id": to.id if to else None, "assignee_name": to.name if to else None}
    if operation.department_id:
        person["department_id"] = operation.department_id
    # What somebody takes upon himself is his own affair; what others give him is not.
    draft.needs_room = to is not None and to.id != operation.by.id and not operation.force
    if row.controller == Controller.OPERATOR:
        draft.changes |= person
        return Effect(accepts_handoff=to is not None and _waits_for_handoff(row))
    return _hold(operation, row, draft, person)


def _resolve(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    if operation.text:
        draft.note(operation.text, author_id=operation.by.id, author_name=operation.by.name)
    draft.event("resolved", public=True)
    draft.set_status(Status.RESOLVED)
    draft.through_operator = True
    draft.note_end()
    draft.state = None
    draft.controller = Controller.ASSISTANT
    draft.changes |= {"controller": Controller.ASSISTANT, "waiting": "stop"}
    return Effect(fences=True)


def _reopen(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    if row.status == Status.SNOOZED:
        draft.event("woken")
        draft.set_status(Status.OPEN)
        return Effect()
    if row.status != Status.RESOLVED:
        raise _refuse("not_resolved", draft)
    draft.event("reopened")
    draft.set_status(Status.OPEN)
    by = operation.by
    return _hold(operation, row, draft, {"assignee_id": by.id, "assignee_name": by.name})


def _snooze(operation: Operation, row: Row, draft: Draft, now: int) -> Effect:
    _needs_unresolved(row, draft)
    if operation.until is None or operation.until <= now:
        raise _refuse("until_past", draft)
    draft.event("snoozed", by=operation.by.name)
    draft.set_status(Status.SNOOZED)
    draft.changes["snoozed_until"] = operation.until
    return Effect()


_OPERATIONS: dict[str, Callable[[Operation, Row, Draft, int], Effect]] = {
    "take_over": _take_over,
    "reply": _reply,
    "hand_back": _hand_back,
    "assign": _assign,
    "transfer": _transfer,
    "resolve": _resolve,
    "reopen": _reopen,
    "snooze": _snooze,
}
