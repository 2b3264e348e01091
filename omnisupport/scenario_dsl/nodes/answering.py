"""What all nodes that wait for an answer share: prompt, timers, reminders, retries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.fields import Field, Int, ListOf, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.base import TALKING, NodeType
from omnisupport.scenario_dsl.phrases import TRY_AGAIN
from omnisupport.scenario_dsl.runtime.answering import after_interrupts
from omnisupport.scenario_dsl.runtime.quiet import move_out_of_quiet_hours
from omnisupport.scenario_dsl.runtime.stale import remember_prompt
from omnisupport.scenario_dsl.runtime.taken import Taken, Untaken
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.words import Both

RETRY = Obj({"max": Int(0, 20), "text": Words(), "escalate": ListOf(Words(), most=20)})
DEFAULT_RETRIES = 2
STALE = Str(("ignore", "reanswer", "goto"))
"""What a button of this node does when its question is no longer the present one."""


class AnsweringNode(NodeType):
    """A node that asks the customer. Subclasses say what is asked and what an answer means."""

    waits = True
    kinds = TALKING
    sends = True
    try_again: Both = TRY_AGAIN
    unanswered_exit: ClassVar[str] = "invalid"
    """The exit of answers that are not understood."""
    timeout_exits: ClassVar[tuple[str, ...]] = ("timeout",)
    """The exits by which silence may leave, the first that is connected."""

    @cached_property
    def all_fields(self) -> Mapping[str, Field]:
        return {**super().all_fields, "stale_button": STALE}

    def speaks(self, exit: str) -> bool:
        return True

    def is_strict(self, node: ProgramNode) -> bool:
        """Whether an answer is parsed before interrupts are asked."""
        raise NotImplementedError

    def parses_first(self, turn: Turn, node: ProgramNode) -> bool:
        """The same for the question that is asked now, where a node has several."""
        return self.is_strict(node)

    def settings(self, turn: Turn, node: ProgramNode) -> dict[str, Any]:
        """The fields of the question that is asked now."""
        return node.data

    def afresh(self, turn: Turn, node: ProgramNode) -> dict[str, Any]:
        """What a wait holds besides when a button of an earlier prompt is taken after all."""
        return {}

    # Patterns, where a node has a way of its own

    def claims(self, turn: Turn, node: ProgramNode, text: str, pattern: str) -> bool:
        """Whether the words of a pattern are an answer here: «не надо» where yes or no is asked for."""
        return False

    def cancel(self, turn: Turn, node: ProgramNode) -> Taken:
        """Take a wish to stop."""
        return Untaken.NO

    def skip(self, turn: Turn, node: ProgramNode) -> Taken:
        """Take a wish to leave the question out."""
        return Untaken.NO

    def step_back(self, turn: Turn, node: ProgramNode) -> Taken:
        """Go back inside the node."""
        return Untaken.NO

    def correct(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        """Go to an answer that the text wants to change."""
        return Untaken.NO

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        """The buttons under the prompt."""
        raise NotImplementedError

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        """Stage 1: take a button of the current prompt."""
        raise NotImplementedError

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        """Stage 3: take a label, a synonym or a number."""
        raise NotImplementedError

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        """Stage 4: take what the input's parser understands."""
        raise NotImplementedError

    def ask(self, turn: Turn, node: ProgramNode, **kept: Any) -> None:
        """Begin to wait: a new prompt with its timers. The message goes out last; `kept` stays with the wait."""
        self.listen(turn, node, **kept)
        self.prompt(turn, node)

    def listen(self, turn: Turn, node: ProgramNode, **kept: Any) -> None:
        """Begin to wait without a word."""
        state = turn.state
        state["prompt"] += 1
        state["waiting"] = {"kind": "input", "node": node.id, "prompt": state["prompt"], "attempt": 0}
        state["waiting"] |= kept
        remember_prompt(turn, node)
        state["asked_again"] = False
        self._arm(turn, node, reminders=True)

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        """Say the question, with the buttons of the current prompt."""
        turn.say(turn.render(node.data["text"]), self.buttons(turn, node))

    def take_up(self, turn: Turn, node: ProgramNode, resume: str) -> str | None:
        """The customer was busy elsewhere: the time to answer begins anew."""
        self._arm(turn, node, reminders=False)
        if resume == "reprompt":
            self.prompt(turn, node)
        return None

    def take_uninterrupted(self, turn: Turn, node: ProgramNode, text: str) -> str | None:
        return after_interrupts(turn, node, text)

    def retry(
        self,
        turn: Turn,
        node: ProgramNode,
        text: dict[str, Any] | None = None,
        *,
        reason: Both | None = None,
    ) -> str | None:
        """Stage 7: ask again, or leave by `invalid` when the retries are used up.

        `text` is said instead of the retry's own, `reason` before it.
        """
        waiting = turn.state["waiting"]
        attempt = waiting["attempt"] + 1
        if attempt > self.retries(turn, node):
            turn.stop_waiting()
            return follow(node, "invalid", "input.invalid", f"no valid answer after {attempt} attempts")
        turn.state["waiting"] = {**waiting, "attempt": attempt}
        self._arm(turn, node, reminders=False)
        turn.say(self._retry_text(turn, node, attempt, text, reason), self.buttons(turn, node))
        return None

    def retries(self, turn: Turn, node: ProgramNode) -> int:
        """How often the question is asked again."""
        most: int = self.settings(turn, node).get("retry", {}).get("max", DEFAULT_RETRIES)
        return most

    def _retry_text(
        self,
        turn: Turn,
        node: ProgramNode,
        attempt: int,
        text: dict[str, Any] | None,
        reason: Both | None,
    ) -> str:
        retry = self.settings(turn, node).get("retry", {})
        escalate = retry.get("escalate", [])
        if text is None and attempt <= len(escalate):
            text = escalate[attempt - 1]
        text = text or retry.get("text")
        if reason is None:
            return turn.render(text) if text else turn.phrase(self.try_again)
        return "\n".join([turn.phrase(reason), *([turn.render(text)] if text else [])])

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        """Remind, or leave by `timeout`."""
        if name.startswith("reminder"):
            reminder = node.data["reminders"][int(name.removeprefix("reminder"))]
            turn.say(turn.render(reminder["text"]))
            return None
        turn.stop_waiting()
        return follow(node, "timeout", "input.timeout", "the customer did not answer in time")

    def _arm(self, turn: Turn, node: ProgramNode, *, reminders: bool) -> None:
        """Set the timers of the current attempt; each attempt has ids of its own, so an old one is stale."""
        waiting = turn.state["waiting"]
        prefix = f"{turn.state['run']}.{waiting['prompt']}.{waiting['attempt']}"
        timers: list[dict[str, Any]] = []
        if "timeout" in node.data:
            timers.append({"id": f"{prefix}.timeout", "at": turn.now + node.data["timeout"] * 1_000})
        for index, reminder in enumerate(node.data.get("reminders", ()) if reminders else ()):
            at = move_out_of_quiet_hours(turn, turn.now + reminder["after"] * 1_000)
            timers.append({"id": f"{prefix}.reminder{index}", "at": at})
        turn.state["timers"] = sorted(timers, key=lambda timer: (timer["at"], timer["id"]))
