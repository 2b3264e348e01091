"""What must hold after every event, whatever a scenario says: nobody is left without a word, nothing crashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.commands import (
    Become,
    Call,
    Command,
    End,
    Failed,
    Handoff,
    Human,
    Note,
    Send,
)
from omnisupport.scenario_dsl.expr.funcs import text as text_of
from omnisupport.scenario_dsl.ir import IR, State, canonical
from omnisupport.scenario_dsl.words import Both

STATE_BYTES = 32 * 1_024
_NEVER = ("internal", "limit.", "expr.")
_ANSWERS = (Send, Call, Handoff, Human, End, Become)
_MODEL_CALLS = ("kb_answer", "classify", "extract", "reply", "generate")
_SHORTEST_SECRET = 4

KINDS = {
    "failed": Both("сценарий упал: {detail}", "the scenario failed: {detail}"),
    "silence": Both(
        "сообщение клиента осталось без ответа на узле '{detail}'",
        "a customer's message was left without an answer at '{detail}'",
    ),
    "endless_wait": Both("узел '{detail}' ждёт без срока", "node '{detail}' waits without a deadline"),
    "state_size": Both("состояние выросло до {detail} байт", "the state grew to {detail} bytes"),
    "invariant": Both("нарушено условие: {detail}", "an invariant does not hold: {detail}"),
    "secret": Both("секрет виден там, где не должен: {detail}", "a secret shows where it must not: {detail}"),
    "unsteady": Both(
        "повтор журнала дал другое: {detail}", "the log run again gave something else: {detail}"
    ),
    "endless": Both("события не кончаются: {detail}", "events do not come to an end: {detail}"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must never happen; `node` is where."""

    kind: str
    detail: str
    node: str | None = None

    def message(self, locale: str) -> str:
        """A sentence in ru or en."""
        return KINDS[self.kind].pick(locale).format(detail=self.detail)

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What makes two violations the same finding."""
        return self.kind, self.node, self.detail if self.kind != "state_size" else ""


def failures(commands: Sequence[Command], state: State) -> Iterable[Violation]:
    """Failures of ours: a crash, a limit, an expression that cannot be evaluated."""
    for command in commands:
        if isinstance(command, Failed) and command.code.startswith(_NEVER):
            yield Violation("failed", f"{command.code}: {command.detail}", state.get("node"))


def is_silent(before: State, after: State, commands: Sequence[Command]) -> bool:
    """Whether a message to a run that waits for the customer got nothing at all.

    A run that only waits for more of it (what was typed is kept, its timers were set anew) will answer.
    """
    waiting = before.get("waiting")
    if waiting is None or waiting["kind"] != "input":
        return False
    for command in commands:
        if isinstance(command, _ANSWERS):
            return False
    if "typed" in (after["waiting"] or {}):
        return False
    return bool(after["timers"] == before["timers"]) or not after["timers"]


def waits_forever(state: State) -> str | None:
    """The node that waits for the customer or for an event without any timer, or None."""
    waiting = state["waiting"]
    if waiting is None or state["timers"] or waiting["kind"] in ("call", "handoff"):
        return None
    return str(waiting["node"])


def oversize(state: State) -> int | None:
    """The bytes of a state that is too large to be carried over, or None."""
    size = len(canonical(state).encode("utf-8", "replace"))
    return size if size > STATE_BYTES else None


def secret_names(ir: IR) -> list[str]:
    """The variables whose values must not show."""
    return sorted(name for name, spec in ir["variables"].items() if spec.get("secret"))


def shown_secrets(
    names: Sequence[str], places: Sequence[str], variables: dict[str, Any], commands: Sequence[Command]
) -> Iterable[Violation]:
    """Secret values in what is sent, noted or given to a model."""
    values = [(name, text_of(variables[name])) for name in names if variables.get(name) is not None]
    for name, value in values:
        if len(value) < _SHORTEST_SECRET:
            continue
        for command in commands:
            place = _place(command)
            if place in places and value in canonical(command.to_dict()):
                yield Violation("secret", f"vars.{name} → {place}")


def _place(command: Command) -> str | None:
    if isinstance(command, Send):
        return "sent"
    if isinstance(command, Note):
        return "note"
    return "llm" if isinstance(command, Call) and command.kind in _MODEL_CALLS else None
