"""`emit`: say that something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Emit
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.nodes.instant import InstantNode
from omnisupport.scenario_dsl.nodes.typed import EventName, Pairs
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn


class EmitNode(InstantNode):
    """Triggers of other scenarios, runs that wait for the event and signed webhooks get it; nobody is waited for.

    The name is the author's own, `order.paid`; `data` goes along with it.
    """

    name = "emit"
    fields = {"event": EventName(required=True), "data": Pairs()}

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        given = turn.value(data.get("data", {}))
        if len(canonical(given).encode("utf-8", "replace")) > limits.REQUEST_BYTES:
            raise NodeError("limit.state", f"the event's data are larger than {limits.REQUEST_BYTES} bytes")
        turn.commands.append(Emit(data["event"], given))


NODE = EmitNode()
