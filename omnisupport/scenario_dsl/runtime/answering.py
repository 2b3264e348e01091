"""What happens to a customer's message, stage by stage, in the documented order (design page 2.2).

1 button of the current prompt · 2 built-in patterns · 3 label, synonym or number · 4 the input's parser ·
5 interrupts · 6 free_text · 7 retry, then exits.invalid. Stage 5 comes before 4 for free text.
Each message is consumed once.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.patterns import match_pattern
from omnisupport.scenario_dsl.phrases import CANCELLED, NOTHING_BEFORE, STALE_BUTTON
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.intents import ask_intent
from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, take_interrupt
from omnisupport.scenario_dsl.runtime.restart import restart

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.events import Inbound
    from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class Untaken(Enum):
    """A stage did not take the message."""

    NO = 0


# The id of the next node, None when the message was dealt with and the run stays, or not taken.
Taken = str | Untaken | None
Stage = Callable[["Turn", "ProgramNode", "AnsweringNode", str], Taken]


def answer(turn: Turn, node: ProgramNode, inbound: Inbound) -> str | None:
    """Take a message for a node that waits for an answer; the id of the next node or None."""
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    if inbound.button is not None:
        return _press(turn, node, kind, inbound.button)
    text = turn.state["event"]["text"]
    for stage in _stages(kind, node):
        taken = stage(turn, node, kind, text)
        if not isinstance(taken, Untaken):
            return taken
    return kind.retry(turn, node)


def after_parser(turn: Turn, node: ProgramNode, text: str) -> str | None:
    """Go on with a message that the strict parser outside the core did not understand."""
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    for stage in (_interrupt, _free_text, _otherwise):
        taken = stage(turn, node, kind, text)
        if not isinstance(taken, Untaken):
            return taken
    return kind.retry(turn, node)


def _stages(kind: AnsweringNode, node: ProgramNode) -> tuple[Stage, ...]:
    if kind.is_strict(node):
        return (_pattern, _pick, _parse, _interrupt, _free_text, _otherwise)
    return (_pattern, _pick, _interrupt, _parse, _free_text, _otherwise)


def _press(turn: Turn, node: ProgramNode, kind: AnsweringNode, button: str) -> str | None:
    prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}."
    if button.startswith(prefix):
        taken = kind.press(turn, node, button.removeprefix(prefix))
        if not isinstance(taken, Untaken):
            return taken
    turn.say(turn.phrase(STALE_BUTTON))
    kind.prompt(turn, node)
    return None


def _pattern(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    return take_pattern(turn, node, text)


def take_pattern(turn: Turn, node: ProgramNode, text: str) -> Taken:
    """Stage 2: the scenario's own interrupt for a built-in pattern, or what the product does by itself."""
    pattern = match_pattern(text, turn.context.locale)
    if pattern is None:
        return Untaken.NO
    interrupt = find_interrupt(turn, node, text, pattern=pattern)
    if interrupt is not None:
        return take_interrupt(turn, interrupt)
    if pattern == "human":
        turn.end("human", to_people=True)
        return None
    if node.data.get("interruptible") is False:
        return Untaken.NO
    return _built_in(turn, node, pattern)


def _built_in(turn: Turn, node: ProgramNode, pattern: str) -> Taken:
    if pattern == "cancel":
        turn.say(turn.phrase(CANCELLED))
        turn.end("cancelled")
        return None
    if pattern == "restart":
        return restart(turn)
    return _back(turn, node)


def _back(turn: Turn, node: ProgramNode) -> Taken:
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    trail = turn.state["trail"]
    if turn.state["waiting"]["kind"] != "input":
        return Untaken.NO
    if not trail:
        turn.say(turn.phrase(NOTHING_BEFORE))
        kind.prompt(turn, node)
        return None
    turn.stop_waiting()
    turn.state["trail"] = trail[:-1]
    turn.state["asked_again"] = True
    return str(trail[-1])


def _pick(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    return kind.pick(turn, node, text)


def _parse(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    return kind.parse(turn, node, text)


def _interrupt(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    interrupt = find_interrupt(turn, node, text)
    if interrupt is not None:
        return take_interrupt(turn, interrupt)
    return None if ask_intent(turn, node, text) else Untaken.NO


def after_interrupts(turn: Turn, node: ProgramNode, text: str) -> str | None:
    """Go on with a message whose intent no interrupt takes."""
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    stages = _stages(kind, node)
    for stage in stages[stages.index(_interrupt) + 1 :]:
        taken = stage(turn, node, kind, text)
        if not isinstance(taken, Untaken):
            return taken
    return kind.retry(turn, node)


def _free_text(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    target = node.data.get("free_text")
    if target is None or not text.strip():
        return Untaken.NO
    leave(turn, node)
    return str(target)


def _otherwise(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    interrupt = find_interrupt(turn, node, text, otherwise=True)
    return Untaken.NO if interrupt is None else take_interrupt(turn, interrupt)


def leave(turn: Turn, node: ProgramNode) -> None:
    """Leave an answered prompt forwards: `back` will find it."""
    turn.stop_waiting()
    turn.state["trail"] = [*turn.state["trail"], node.id][-limits.TRAIL_LENGTH :]
