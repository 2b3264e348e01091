"""`wait_event`: wait for something that happens elsewhere, a payment or a call of a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.types import ANY, BOOL
from omnisupport.scenario_dsl.fields import Duration, Expr, Path
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.nodes.pausing import PAUSING, PausingNode
from omnisupport.scenario_dsl.nodes.typed import EventName
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.early import take_early
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.quiet import move_out_of_quiet_hours
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site


_CUSTOM = "custom."


class WaitEvent(PausingNode):
    """Waits for the event whose `match` holds over its data: `event.order == vars.order_no`, or `event.data.order`.

    An event of your own is named as it is told, `order.paid`; with the `custom.` of triggers it is the same.

    `save_to` receives the data. An event that came before the run was here is not waited for: begin to wait
    before you ask somebody to pay. Only what comes to the address that an `http` node has sent along
    (`callback_url_as`) is kept until the run waits for it. A message of the customer leaves by `exits.message`,
    unless `on_message` says that it is kept for the next question.
    """

    name = "wait_event"
    fields = {
        "event": EventName(required=True),
        "match": Expr(BOOL, names={"event": ANY}),
        "save_to": Path(("next",), ANY),
        "timeout": Duration(required=True),
        "reminders": WAITING["reminders"],
        **PAUSING,
    }
    exits = {"next": True, "timeout": False, "message": False, "error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        super().check(node, site, document)
        self.check_timeout(node, site)
        for index, reminder in enumerate(node.values.get("reminders", ())):
            if reminder.get("after", 0) >= node.values.get("timeout", float("inf")):
                at = reminder["text"].tree if "text" in reminder else node.tree
                site.add("E135", at, f"reminders[{index}].after", id=node.id)

    def compile(self, node: Node) -> dict[str, Any]:
        return {**node.values, "event": node.values["event"].removeprefix(_CUSTOM)}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        early = take_early(turn, node)
        if early is not None:
            return self.take_domain(turn, node, early["name"], early["data"])
        timers = {"timeout": turn.now + node.data["timeout"] * 1_000}
        for index, reminder in enumerate(node.data.get("reminders", ())):
            at = turn.now + reminder["after"] * 1_000
            timers[f"reminder{index}"] = move_out_of_quiet_hours(turn, at)
        self.pause(turn, node, "event", timers)
        return None

    def awaits(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> bool:
        if name.removeprefix(_CUSTOM) != node.data["event"]:
            return False
        if "match" not in node.data:
            return True
        try:
            return turn.truth(node.data["match"], event={"data": dict(data), **data})
        except (ExprError, NodeError):
            # An event without the field that is compared is another one.
            return False

    def take_domain(self, turn: Turn, node: ProgramNode, name: str, data: Mapping[str, Any]) -> str | None:
        turn.stop_waiting()
        given = dict(data)
        if len(canonical(given).encode("utf-8", "replace")) > limits.REQUEST_BYTES:
            raise NodeError("limit.state", f"the event's data are larger than {limits.REQUEST_BYTES} bytes")
        turn.put("event", {**turn.state["event"], "name": name, "data": given})
        if "save_to" in node.data:
            turn.store(node.data["save_to"], given)
        return follow(node, "next")

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        if name.startswith("reminder"):
            reminder = node.data["reminders"][int(name.removeprefix("reminder"))]
            turn.say(turn.render(reminder["text"]))
            return None
        turn.stop_waiting()
        return follow(node, "timeout")


NODE = WaitEvent()
