"""`wait`: let time pass."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import DATETIME
from omnisupport.scenario_dsl.fields import Duration, Expr, Name
from omnisupport.scenario_dsl.nodes.business_hours import ask_calendar, keep_calendar, written_name
from omnisupport.scenario_dsl.nodes.pausing import PAUSING, SPAM_S, PausingNode
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.quiet import move_out_of_quiet_hours
from omnisupport.scenario_dsl.runtime.walk import follow

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_FORMS = ("for", "until", "until_business_hours")


class Wait(PausingNode):
    """Waits `for` a time, `until` a moment, or `until_business_hours` of a calendar begin (not at all within them).

    `jitter` spreads the runs over up to that much more time, each always by the same share. What would fall into
    the quiet hours happens at their end.

    A message of the customer leaves by `exits.message`, unless `on_message` says that it is kept for the
    next question (`queue`, and `interrupts_only` where only interrupts may break the wait).
    """

    name = "wait"
    by_time = True
    fields = {
        "for": Duration(),
        "until": Expr(DATETIME),
        "until_business_hours": Name("calendars"),
        "jitter": Duration(),
        **PAUSING,
    }
    exits = {"next": True, "message": False, "error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        super().check(node, site, document)
        written = [form for form in _FORMS if node.has_field(form)]
        if not written:
            site.add("E112.either", node.tree, "for", name=_FORMS[0], other="', '".join(_FORMS[1:]))
        elif len(written) > 1:
            site.add("E111.both", node.tree, written[1], name=written[0], other=written[1])

    def is_wait(self, node: Node) -> bool:
        # Within business hours there is nothing to wait for.
        return bool(node.values.get("for", SPAM_S) >= SPAM_S) and not node.has_field("until_business_hours")

    def compile(self, node: Node) -> dict[str, Any]:
        name = written_name(node, "until_business_hours")
        return (
            {**node.values, "calendar_name": name} if node.has_field("until_business_hours") else node.values
        )

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        if "until_business_hours" in data:
            ask_calendar(turn, node, data["until_business_hours"])
            return None
        if "for" in data:
            return self._wait(turn, node, turn.now + data["for"] * 1_000)
        return self._wait(turn, node, turn.evaluate(data["until"]))

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        opens = keep_calendar(turn, node.data.get("calendar_name"), exit, value)
        if exit == "open":
            return follow(node, "next")
        if opens is None:
            raise NodeError("calendar.closed", "the calendar has no next opening to wait for")
        return self._wait(turn, node, opens)

    def _wait(self, turn: Turn, node: ProgramNode, at: Any) -> str | None:
        if type(at) is not int or at - turn.now > 36_525 * limits.DAY_MS:
            raise NodeError("expr.value", "wait.until is no moment of the next 100 years")
        if at <= turn.now:
            return follow(node, "next")
        at = move_out_of_quiet_hours(turn, at + _share(turn, node, node.data.get("jitter", 0) * 1_000))
        self.pause(turn, node, "timer", {"due": at})
        return None

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        turn.stop_waiting()
        return follow(node, "next")


def _share(turn: Turn, node: ProgramNode, jitter_ms: int) -> int:
    """This run's share of the jitter, in milliseconds."""
    if not jitter_ms:
        return 0
    who = f"{turn.context.conversation.get('id')}\n{turn.state['run']}\n{node.id}"
    return int.from_bytes(sha256(who.encode()).digest()[:8]) % jitter_ms


NODE = Wait()
