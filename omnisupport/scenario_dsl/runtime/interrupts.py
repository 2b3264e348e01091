"""The scenario's interrupts: what takes a message away from the node that waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.keywords import keyword_matcher
from omnisupport.scenario_dsl.runtime.frames import enter, is_open, leave_all

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import Program, ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

DEFAULT_CONFIDENCE = 0.6
"""How sure one must be of an intent where the scenario does not say."""

Matcher = Callable[[str], bool]
Interrupt = dict[str, Any]


def find_interrupt(
    turn: Turn,
    node: ProgramNode,
    text: str,
    *,
    pattern: str | None = None,
    otherwise: bool = False,
    intent: tuple[str, float] | None = None,
) -> Interrupt | None:
    """The first interrupt that takes the message, or None; one by keywords comes before one by a pattern of RE2.

    With `pattern`, only interrupts for that built-in pattern are asked; with `otherwise`, only those
    that take whatever nothing else took; with `intent`, the intent of the message and how sure that is,
    only those for intents.
    """
    for interrupt, matches in _interrupts(turn.program):
        when = interrupt["when"]
        if pattern is not None:
            found = when.get("pattern") == pattern
        elif otherwise:
            found = bool(when.get("otherwise"))
        elif intent is not None:
            found = when.get("intent") == intent[0] and intent[1] >= _confidence(when)
        else:
            found = matches is not None and matches(text)
        if found and _is_allowed(node, interrupt, pattern) and _can_run(turn, interrupt):
            return interrupt
    return None


def intents_asked(turn: Turn, node: ProgramNode) -> dict[str, float]:
    """The intents that an interrupt takes here, each with how sure one must be of it."""
    asked: dict[str, float] = {}
    for interrupt, _ in _interrupts(turn.program):
        when = interrupt["when"]
        if "intent" in when and _is_allowed(node, interrupt, None) and _can_run(turn, interrupt):
            asked[when["intent"]] = min(_confidence(when), asked.get(when["intent"], 1.0))
    return asked


def _confidence(when: dict[str, Any]) -> float:
    sure: float = when.get("min_confidence", DEFAULT_CONFIDENCE)
    return sure


def _is_allowed(node: ProgramNode, interrupt: Interrupt, pattern: str | None) -> bool:
    """Whether the node lets itself be interrupted by this; a wish for a person always gets through."""
    allowed = node.data.get("interruptible", True)
    return pattern == "human" or (interrupt["id"] in allowed if isinstance(allowed, list) else bool(allowed))


def _can_run(turn: Turn, interrupt: Interrupt) -> bool:
    return "flow" not in interrupt or _may_digress(turn, interrupt["flow"])


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
        known.sort(key=lambda pair: pair[0]["when"].get("match") == "regex")
        program.memo["interrupts"] = known
    return known


def _matcher(when: dict[str, Any]) -> Matcher | None:
    keywords = when.get("keywords")
    if not keywords:
        return None
    return keyword_matcher(keywords, when.get("match", "word"), when.get("fuzzy", 0))
