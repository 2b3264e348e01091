"""`business_hours`: is somebody there now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import DATETIME
from omnisupport.scenario_dsl.fields import Expr, Name, Path
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omnisupport.scenario_dsl.analysis import Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_TIMEOUT_S = 10
DEFAULT = "default"
"""Under what the answer of no named calendar is kept."""


class BusinessHours(NodeType):
    """Asks the host, which knows the calendar and the zone; its answer is kept under `calendar.<name>`.

    Without `calendar` it is that of the tenant's default department, without `at` now is meant. `save_to`
    receives the moment of the next opening, null when there is none.
    """

    name = "business_hours"
    fields = {
        "calendar": Name("calendars"),
        "at": Expr(DATETIME),
        "save_to": Path(("open", "closed"), DATETIME.optional()),
    }
    exits = {"open": True, "closed": True, "error": False}

    def proves(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        name = written_name(node)
        paths = (f"calendar.{name}.open", f"calendar.{name}.next_open") if name else ()
        return {"open": paths, "closed": paths}

    def compile(self, node: Node) -> dict[str, Any]:
        return {**node.values, "name": written_name(node)}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        at = turn.evaluate(node.data["at"]) if "at" in node.data else None
        ask_calendar(turn, node, node.data.get("calendar"), at)
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        opens = keep_calendar(turn, node.data.get("name"), exit, value)
        if "save_to" in node.data:
            turn.store(node.data["save_to"], opens)
        return follow(node, exit)


def ask_calendar(turn: Turn, node: ProgramNode, calendar: Any, at: Any = None) -> None:
    """Ask the host whether a calendar is open, now or at a moment; None is the default department's."""
    name = None if calendar is None else turn.value(calendar)
    if calendar is not None and (type(name) is not str or not name):
        raise NodeError("expr.type", "the calendar's name is no text")
    if at is not None and type(at) is not int:
        raise NodeError("expr.type", "business_hours.at is no moment")
    turn.call(node, "business_hours", {"calendar": name} | ({} if at is None else {"at": at}), _TIMEOUT_S)


def keep_calendar(turn: Turn, name: str | None, exit: str, value: Any) -> int | None:
    """Keep the host's answer under the calendar's name in the document; when it opens next, or None."""
    calendar = turn.state["waiting"]["call"]["request"]["calendar"]
    turn.stop_waiting()
    if exit not in ("open", "closed"):
        raise NodeError("calendar.unavailable", f"the calendar '{calendar}' did not answer")
    given = value if isinstance(value, dict) else {}
    opens, zone = given.get("next_open"), given.get("timezone")
    opens = opens if type(opens) is int else None
    known = {"open": exit == "open", "next_open": opens, "timezone": zone if isinstance(zone, str) else None}
    turn.put("calendar", {**turn.state["calendar"], name or calendar or DEFAULT: known})
    return opens


def written_name(node: Node, field: str = "calendar") -> str | None:
    """The calendar's name in the document, by which expressions read it; None when it is computed."""
    tree = node.tree.get(field)
    return tree.text if isinstance(tree, Scalar) and not tree.text.startswith("=") else None


NODE = BusinessHours()
