"""The scenario's interrupts: what takes a message away from the node that waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.keywords import keyword_matcher
from omnisupport.scenario_dsl.runtime.frames import enter, is_open, leave_all

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import Program, ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

Matcher = Callable[[str], bool]
Interrupt = dict[str, Any]


def find_interrupt(
    turn: Turn, node: ProgramNode, text: str, *, pattern: str | None = None, otherwise: bool = False
) -> Interrupt | None:
    """The first interrupt that takes the message, or None.

    With `pattern`, only interrupts for that built-in pattern are asked; with `otherwise`, only those
    that take whatever nothing else took.
    """
    allowed = node.data.get("interruptible", True)
    if allowed is False and pattern != "human":
        return None
    for interrupt, matches in _interrupts(turn.program):
        when = interrupt["when"]
        if isinstance(allowed, list) and interrupt["id"] not in allowed and pattern != "human":
            continue
        if pattern is not None:
            found = when.get("pattern") == pattern
        elif otherwise:
            found = bool(when.get("otherwise"))
        else:
            found = matches is not None and matches(text)
        if found:
            if "flow" not in interrupt:
                return interrupt
            if _may_digress(turn, interrupt["flow"]):
                return interrupt
    return None


def take_interrupt(turn: Turn, interrupt: Interrupt) -> str:
    """Leave the wait for good, or until the flow of the interrupt comes back; the first node of what it runs."""
    if "flow" not in interrupt:
        turn.stop_waiting()
        leave_all(turn)
        return str(interrupt["run"])
    waiting, timers = turn.state["waiting"], turn.state["timers"]
    turn.stop_waiting()
    return enter(turn, interrupt["flow"], {}, waiting=waiting, timers=timers, resume=interrupt["resume"])


def _may_digress(turn: Turn, flow: str) -> bool:
    """Not from a call, whose answer would meet nobody, and not from the same flow into itself."""
    return turn.state["waiting"]["kind"] != "call" and not is_open(turn, flow)


def _interrupts(program: Program) -> list[tuple[Interrupt, Matcher | None]]:
    known: list[tuple[Interrupt, Matcher | None]] | None = program.memo.get("interrupts")
    if known is None:
        known = [(interrupt, _matcher(interrupt["when"])) for interrupt in program.ir["interrupts"]]
        program.memo["interrupts"] = known
    return known


def _matcher(when: dict[str, Any]) -> Matcher | None:
    keywords = when.get("keywords")
    return keyword_matcher(keywords, when.get("match", "word")) if keywords else None
