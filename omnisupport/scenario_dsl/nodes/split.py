"""`split`: lead customers different ways, each always the same one."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Emit
from omnisupport.scenario_dsl.fields import Int, ListOf, Obj, Str, Target
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.options import check_ids

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_BRANCH = Obj(
    {
        "id": Str(required=True),
        "weight": Int(0, 10_000, required=True),
        "next": Target("branch", required=True),
    }
)
EXPOSED = "experiment.exposed"


class Split(NodeType):
    """Chooses a branch by weight, from a hash of who is asked about: no chance, so a test can name the branch.

    `sticky` says who always goes the same way: the customer (the default), the conversation, or each run by
    itself. Splits of the same `experiment` choose alike. Which branch was taken goes out as the event
    `experiment.exposed`.
    """

    name = "split"
    fields = {
        "branches": ListOf(_BRANCH, required=True, least=2, most=20),
        "sticky": Str(("customer", "conversation", "run")),
        "experiment": Str(),
    }
    exits = {"error": False}

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        check_ids(node.tree.get("branches"), site, "branches")
        branches = node.values.get("branches", [])
        if branches and not any(branch.get("weight", 1) for branch in branches):
            at = node.tree.values["branches"]
            site.add("E007.range", at, "branches", field_name="branches.weight", low=1, high=10_000)

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        experiment = node.data.get("experiment") or f"{turn.program.ir['id']}.{node.id}"
        unit = _unit(turn, node.data.get("sticky", "customer"))
        branch = _choose(node.data["branches"], experiment, unit)
        turn.commands.append(Emit(EXPOSED, {"experiment": experiment, "branch": branch["id"], "unit": unit}))
        return str(branch["next"])


def _unit(turn: Turn, sticky: str) -> str:
    """Who goes the same way; what the context does not know falls back to what is narrower."""
    conversation = turn.context.conversation.get("id")
    known = {
        "customer": turn.context.customer.get("id"),
        "conversation": conversation,
    }
    unit = known.get(sticky) or (conversation if sticky == "customer" else None)
    return str(unit) if unit else f"{conversation}.{turn.state['run']}"


def _choose(branches: list[dict[str, Any]], salt: str, unit: str) -> dict[str, Any]:
    total = sum(branch["weight"] for branch in branches)
    point = int.from_bytes(sha256(f"{salt}\n{unit}".encode()).digest()[:8]) % total
    for branch in branches:
        point -= branch["weight"]
        if point < 0:
            return branch
    return branches[-1]


NODE = Split()
