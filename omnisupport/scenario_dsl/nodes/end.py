"""`end`: the run is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.fields import Str
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.report import did_you_mean

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site

_DEFAULT, _TO_PEOPLE = "completed", "human"


class End(NodeType):
    """Ends the run with an outcome for analytics; without one it is `completed`, or `human` with `release: queue`.

    `release` says who has the conversation next: `bot` (the default), `queue` (people, by the system
    scenario `handoff`), or `redeliver`: the message that led here goes to routing as if it had just come.
    """

    name = "end"
    fields = {"outcome": Str(), "release": Str(("bot", "queue", "redeliver"))}
    exits = {}
    ends = True

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        declared = document.header.outcomes
        outcome = node.values.get("outcome")
        if declared is None or outcome is None or outcome in declared:
            return
        at = node.tree.values["outcome"]
        site.add(
            "E105", at, "outcome", did_you_mean(outcome, declared), outcome=outcome, known=", ".join(declared)
        )

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        release = node.data.get("release", "bot")
        turn.end(
            node.data.get("outcome", _TO_PEOPLE if release == "queue" else _DEFAULT),
            redeliver=release == "redeliver",
            to_people=release == "queue",
        )
        return None


NODE = End()
