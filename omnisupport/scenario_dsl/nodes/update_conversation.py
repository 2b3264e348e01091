"""`update_conversation`: change what the conversation's card shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import DATETIME, STRING
from omnisupport.scenario_dsl.fields import Field, Obj, Str
from omnisupport.scenario_dsl.nodes.handoff import PRIORITIES
from omnisupport.scenario_dsl.nodes.instant import InstantNode
from omnisupport.scenario_dsl.nodes.typed import Pairs, Typed, typed_values

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map

_FIELDS: dict[str, Field] = {
    # Resolving has its own node, `close`.
    "status": Str(("open", "pending", "snoozed")),
    "priority": Str(PRIORITIES),
    "subject": Typed(STRING),
    "attributes": Pairs(),
    "snooze_until": Typed(DATETIME),
}


class UpdateConversation(InstantNode):
    """Sets the fields that are named and leaves the others; null clears one.

    `attributes` are the company's own fields of conversations. To resolve the conversation use `close`.
    """

    name = "update_conversation"
    fields = {"set": Obj(_FIELDS, required=True)}

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        if "set" in values and not getattr(tree.values["set"], "values", None):
            site.add("E112.items", tree.values["set"], "set", field_name="set", least=1)

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        turn.update("conversation", typed_values(turn, _FIELDS, data["set"]))


NODE = UpdateConversation()
