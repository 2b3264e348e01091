"""What all nodes that wait for an answer share: prompt, timers, reminders, retries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.fields import Int, ListOf, Obj, Words
from omnisupport.scenario_dsl.nodes.base import TALKING, NodeType
from omnisupport.scenario_dsl.phrases import TRY_AGAIN
from omnisupport.scenario_dsl.runtime.answering import Taken, after_interrupts
from omnisupport.scenario_dsl.runtime.quiet import move_out_of_quiet_hours
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.words import Both

RETRY = Obj({"max": Int(0, 20), "text": Words(), "escalate": ListOf(Words(), most=20)})
DEFAULT_RETRIES = 2


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

    def speaks(self, exit: str) -> bool:
        return True

    def is_strict(self, node: ProgramNode) -> bool:
        """Whether an answer is parsed before interrupts are asked."""
        raise NotImplementedError

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

    def retry(self, turn: Turn, node: ProgramNode, text: dict[str, Any] | None = None) -> str | None:
        """Stage 7: ask again, or leave by `invalid` when the retries are used up."""
        waiting = turn.state["waiting"]
        settings = node.data.get("retry", {})
        attempt = waiting["attempt"] + 1
        if attempt > settings.get("max", DEFAULT_RETRIES):
            turn.stop_waiting()
            return follow(node, "invalid", "input.invalid", f"no valid answer after {attempt} attempts")
        turn.state["waiting"] = {**waiting, "attempt": attempt}
        self._arm(turn, node, reminders=False)
        turn.say(self._retry_text(turn, settings, attempt, text), self.buttons(turn, node))
        return None

    def _retry_text(
        self, turn: Turn, settings: dict[str, Any], attempt: int, text: dict[str, Any] | None
    ) -> str:
        escalate = settings.get("escalate", [])
        if text is None and attempt <= len(escalate):
            text = escalate[attempt - 1]
        text = text or settings.get("text")
        return turn.render(text) if text else turn.phrase(self.try_again)

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
