"""`wait`: let time pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.expr.types import DATETIME
from omnisupport.scenario_dsl.fields import Duration, Expr, Str
from omnisupport.scenario_dsl.nodes.base import WAITING, NodeType
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.answering import Untaken, take_pattern
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.interrupts import find_interrupt, take_interrupt
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_SPAM_S = 60


class Wait(NodeType):
    """Waits `for` a time or `until` a moment.

    A message of the customer leaves by `exits.message`, unless `on_message` says that it is kept for the
    next question (`queue`, and `interrupts_only` where only interrupts may break the wait).
    """

    name = "wait"
    fields = {
        "for": Duration(),
        "until": Expr(DATETIME),
        "on_message": Str(("exit", "queue", "interrupts_only")),
        "interruptible": WAITING["interruptible"],
    }
    exits = {"next": True, "message": False, "error": False}
    waits = True

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        if node.has_field("for") == node.has_field("until"):
            key = "E112.either" if not node.has_field("for") else "E111.both"
            site.add(key, node.tree, "for", name="for", other="until")
        if node.values.get("on_message") == "exit" and node.exit("message") is None:
            site.add("E123", node.tree, "exits.message", exit="message", id=node.id)

    def is_wait(self, node: Node) -> bool:
        return bool(node.values.get("for", _SPAM_S) >= _SPAM_S)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        if "for" in node.data:
            at = turn.now + node.data["for"] * 1_000
        else:
            at = turn.evaluate(node.data["until"])
            if type(at) is not int or at - turn.now > 36_525 * limits.DAY_MS:
                raise NodeError("expr.value", "wait.until is no moment of the next 100 years")
        if at <= turn.now:
            return follow(node, "next")
        turn.state["prompt"] += 1
        turn.state["waiting"] = {"kind": "timer", "node": node.id, "prompt": turn.state["prompt"]}
        turn.state["timers"] = [{"id": f"{turn.state['run']}.{turn.state['prompt']}.0.due", "at": at}]
        return None

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        turn.stop_waiting()
        return follow(node, "next")

    def take_message(self, turn: Turn, node: ProgramNode) -> str | None:
        text = turn.state["event"]["text"]
        taken = take_pattern(turn, node, text)
        if not isinstance(taken, Untaken):
            return taken
        exits = "message" in node.exits and node.data.get("on_message", "exit") == "exit"
        interrupt = find_interrupt(turn, node, text)
        if interrupt is None and exits:
            turn.stop_waiting()
            return node.exits["message"]
        interrupt = interrupt or find_interrupt(turn, node, text, otherwise=True)
        if interrupt is None:
            turn.enqueue()
            return None
        return take_interrupt(turn, interrupt)


NODE = Wait()
