"""Who of the company is meant: the target of `handoff`, `assign` and `operators_available`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import ListOf, Name, Obj, Str
from omnisupport.scenario_dsl.nodes.typed import Typed

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

STRATEGIES = ("least_busy", "round_robin", "last_operator")
"""How one of several operators is chosen: fewest conversations, in turn, who had the customer last."""

_ASK_S = 10

_OPERATOR = Typed(STRING)


class Target(Obj):
    """`{department, skills, operator, strategy}`; what is left out the company's own rules decide."""

    def __init__(self, *, required: bool = False) -> None:
        fields = {
            "department": Name("departments"),
            "skills": ListOf(Str(), most=20),
            "operator": _OPERATOR,
            "strategy": Str(STRATEGIES),
        }
        super().__init__(fields, required=required)


def target_of(turn: Turn, data: dict[str, Any] | None) -> dict[str, Any]:
    """The target with its names computed; a name that is no text, or empty, is left out."""
    given = data or {}
    found: dict[str, Any] = {}
    for name in ("department", "operator"):
        value = turn.value(given.get(name))
        if isinstance(value, str) and value:
            found[name] = value
    if given.get("skills"):
        found["skills"] = list(given["skills"])
    if "strategy" in given:
        found["strategy"] = given["strategy"]
    return found


def ask_operators(
    turn: Turn,
    node: ProgramNode,
    target: dict[str, Any],
    *,
    least: int = 1,
    max_queue: int | None = None,
) -> None:
    """Ask the host whether at least so many operators can take a conversation now."""
    request = {
        "department": target.get("department"),
        "skills": target.get("skills", []),
        "min": least,
        "max_queue": max_queue,
    }
    if "operator" in target:
        request["operator"] = target["operator"]
    turn.call(node, "operators_available", request, _ASK_S)
