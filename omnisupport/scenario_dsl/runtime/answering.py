"""What happens to a customer's message, stage by stage, in the documented order (design page 2.2).

1 button of the current prompt · 2 built-in patterns · 3 label, synonym or number · 4 the input's parser ·
5 interrupts · 6 free_text · 7 retry, then exits.invalid. Stage 5 comes before 4 for free text.
Each message is consumed once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.commands import Update
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.patterns import STOP_WORDS, OwnPatterns, match_pattern, own_patterns
from omnisupport.scenario_dsl.phrases import CANCELLED, NOTHING_BEFORE, OPTED_OUT, STALE_BUTTON
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.intents import ask_intent
from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, take_interrupt
from omnisupport.scenario_dsl.runtime.restart import restart
from omnisupport.scenario_dsl.runtime.stale import press_old
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.events import Inbound
    from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


__all__ = ["Taken", "Untaken", "after_parser", "answer", "leave", "take_pattern"]

Stage = Callable[["Turn", "ProgramNode", "AnsweringNode", str], Taken]


def answer(turn: Turn, node: ProgramNode, inbound: Inbound) -> str | None:
    """Take a message for a node that waits for an answer; the id of the next node or None."""
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    if inbound.button is not None:
        return _press(turn, node, kind, inbound.button)
    text = turn.state["event"]["text"]
    for stage in _stages(turn, kind, node):
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


def _stages(turn: Turn, kind: AnsweringNode, node: ProgramNode) -> tuple[Stage, ...]:
    if kind.parses_first(turn, node):
        return (_pattern, _pick, _parse, _interrupt, _free_text, _otherwise)
    return (_pattern, _pick, _interrupt, _parse, _free_text, _otherwise)


def _press(turn: Turn, node: ProgramNode, kind: AnsweringNode, button: str) -> str | None:
    prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}."
    if button.startswith(prefix):
        taken = kind.press(turn, node, button.removeprefix(prefix))
    else:
        taken = press_old(turn, button)
    if not isinstance(taken, Untaken):
        return taken
    turn.say(turn.phrase(STALE_BUTTON))
    kind.prompt(turn, node)
    return None


def _pattern(turn: Turn, node: ProgramNode, kind: AnsweringNode, text: str) -> Taken:
    pattern = _match(turn, text)
    if pattern is not None:
        return Untaken.NO if kind.claims(turn, node, text, pattern) else take_pattern(turn, node, text)
    if node.data.get("interruptible") is False or "correct" in _own(turn).off:
        return Untaken.NO
    return kind.correct(turn, node, text)


def _own(turn: Turn) -> OwnPatterns:
    """The scenario's own phrases for patterns."""
    program = turn.program
    own: OwnPatterns | None = program.memo.get("patterns")
    if own is None:
        own = program.memo["patterns"] = own_patterns(program.ir.get("patterns", {}))
    return own


def _match(turn: Turn, text: str) -> str | None:
    pattern = match_pattern(text, turn.context.locale, _own(turn))
    if pattern == "cancel" and bare(text) in STOP_WORDS and "opt_out" not in _own(turn).off:
        writes_first = turn.program.ir["kind"] == "outbound" or turn.context.channel.get("type") == "sms"
        return "opt_out" if writes_first else pattern
    return pattern


def take_pattern(turn: Turn, node: ProgramNode, text: str) -> Taken:
    """Stage 2: the node's own way, the scenario's interrupt for a pattern, or what the product does by itself."""
    pattern = _match(turn, text)
    if pattern is None:
        return Untaken.NO
    interruptible = node.data.get("interruptible") is not False
    if pattern == "cancel" and interruptible and turn.state["waiting"]["kind"] == "input":
        kind: AnsweringNode = node.kind  # type: ignore[assignment]
        taken = kind.cancel(turn, node)
        if not isinstance(taken, Untaken):
            return taken
    interrupt = find_interrupt(turn, node, text, pattern=pattern)
    if interrupt is not None:
        return take_interrupt(turn, interrupt)
    if pattern == "human":
        turn.end("human", to_people=True)
        return None
    if pattern == "opt_out":
        _opt_out(turn, node)
        return None
    if not interruptible:
        return Untaken.NO
    return _built_in(turn, node, pattern)


def _built_in(turn: Turn, node: ProgramNode, pattern: str) -> Taken:
    if pattern == "cancel":
        turn.say(turn.phrase(CANCELLED))
        turn.end("cancelled")
        return None
    if pattern == "restart":
        return restart(turn)
    if turn.state["waiting"]["kind"] != "input":
        return Untaken.NO
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    if pattern == "repeat":
        kind.prompt(turn, node)
        return None
    if pattern == "skip":
        return kind.skip(turn, node)
    if pattern == "correct":
        taken = kind.correct(turn, node, turn.state["event"]["text"])
        if not isinstance(taken, Untaken):
            return taken
    return _back(turn, node)


def _opt_out(turn: Turn, node: ProgramNode) -> None:
    """No more advertising; the run goes on, and a question is asked again."""
    turn.commands.append(Update("customer", {"consents": {"marketing": False}}))
    turn.say(turn.phrase(OPTED_OUT))
    if turn.state["waiting"]["kind"] == "input":
        kind: AnsweringNode = node.kind  # type: ignore[assignment]
        kind.prompt(turn, node)


def _back(turn: Turn, node: ProgramNode) -> Taken:
    kind: AnsweringNode = node.kind  # type: ignore[assignment]
    taken = kind.step_back(turn, node)
    if not isinstance(taken, Untaken):
        return taken
    trail = turn.state["trail"]
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
    stages = _stages(turn, kind, node)
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
