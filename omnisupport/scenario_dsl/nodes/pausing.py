"""What nodes share that wait for something else than the customer: time, an event, another run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.fields import Field, Str
from omnisupport.scenario_dsl.nodes.base import WAITING, NodeType
from omnisupport.scenario_dsl.runtime.answering import Untaken, take_pattern
from omnisupport.scenario_dsl.runtime.intents import ask_intent
from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, take_interrupt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

SPAM_S = 60
"""What waits for less than this may not turn in a circle: it would flood the customer."""

PAUSING: dict[str, Field] = {
    "on_message": Str(("exit", "queue", "interrupts_only")),
    "interruptible": WAITING["interruptible"],
}


def is_pause(node: Node) -> bool:
    """Whether a run stays at the node until time has passed, however short that is."""
    kind = node.type
    return isinstance(kind, PausingNode) and kind.by_time and kind.may_wait(node.values)


class PausingNode(NodeType):
    """A node that waits while the customer may write.

    A message leaves by `exits.message`, unless `on_message` says that it is kept for the next question
    (`queue`, and `interrupts_only` where only interrupts may break the wait).
    """

    waits = True
    by_time: ClassVar[bool] = False
    """Whether nothing but time ends the pause."""

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if node.values.get("on_message") == "exit" and node.exit("message") is None:
            site.add("E123", node.tree, "exits.message", exit="message", id=node.id)

    def check_timeout(self, node: Node, site: Site) -> None:
        """Note a timeout that leads nowhere."""
        if node.has_field("timeout") and node.exit("timeout") is None:
            site.add("E131", node.tree.keys["timeout"], "exits.timeout", id=node.id, exit="timeout")

    def hears(self, node: Node) -> bool:
        """Whether the customer may write while a run is here."""
        return True

    def pause(self, turn: Turn, node: ProgramNode, kind: str, timers: Mapping[str, int], **kept: Any) -> None:
        """Begin to wait; `timers` are moments by name, `kept` stays with the wait."""
        state = turn.state
        state["prompt"] += 1
        state["waiting"] = {"kind": kind, "node": node.id, "prompt": state["prompt"], **kept}
        prefix = f"{state['run']}.{state['prompt']}.0"
        armed = [{"id": f"{prefix}.{name}", "at": at} for name, at in timers.items()]
        state["timers"] = sorted(armed, key=lambda timer: (timer["at"], timer["id"]))

    def take_message(self, turn: Turn, node: ProgramNode) -> str | None:
        text = turn.state["event"]["text"]
        taken = take_pattern(turn, node, text)
        if not isinstance(taken, Untaken):
            return taken
        interrupt = find_interrupt(turn, node, text)
        if interrupt is not None:
            return take_interrupt(turn, interrupt)
        if ask_intent(turn, node, text):
            return None
        return self.take_uninterrupted(turn, node, text)

    def take_uninterrupted(self, turn: Turn, node: ProgramNode, text: str) -> str | None:
        if "message" in node.exits and node.data.get("on_message", "exit") == "exit":
            turn.stop_waiting()
            return node.exits["message"]
        interrupt = find_interrupt(turn, node, text, otherwise=True)
        if interrupt is not None:
            return take_interrupt(turn, interrupt)
        turn.enqueue()
        return None
