"""`update_customer`: keep what the customer said about themselves, and what they agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import EMAIL, PHONE, STRING
from omnisupport.scenario_dsl.fields import Field, ListOf, Obj, Str
from omnisupport.scenario_dsl.nodes.instant import InstantNode, check_some
from omnisupport.scenario_dsl.nodes.typed import Pairs, Typed, typed_values

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map

_FIELDS: dict[str, Field] = {
    "name": Typed(STRING),
    "email": Typed(EMAIL),
    "phone": Typed(PHONE),
    "locale": Typed(STRING),
    "timezone": Typed(STRING),
    "fields": Pairs(),
}


class UpdateCustomer(InstantNode):
    """Sets fields of the customer's card, null clears one; `fields` are the company's own.

    `consent` notes purposes that the customer agrees to (`grant`) or no longer does (`revoke`). With `merge_by`
    a customer who has the same e-mail or phone already becomes one with this one.
    """

    name = "update_customer"
    fields = {
        "set": Obj(_FIELDS),
        "consent": Obj({"grant": ListOf(Str(), most=20), "revoke": ListOf(Str(), most=20)}),
        "merge_by": Str(("email", "phone")),
    }

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        check_some(tree, ("set", "consent"), site)
        consent = values.get("consent", {})
        for purpose in consent.get("revoke", ()):
            if purpose in consent.get("grant", ()):
                words = {"name": f"grant: {purpose}", "other": f"revoke: {purpose}"}
                site.add("E111.both", tree.values["consent"], "consent", **words)

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        values = typed_values(turn, _FIELDS, data.get("set", {}))
        consent = data.get("consent")
        if consent is not None:
            granted = dict.fromkeys(consent.get("grant", ()), True)
            values["consents"] = granted | dict.fromkeys(consent.get("revoke", ()), False)
        if "merge_by" in data:
            values["merge_by"] = data["merge_by"]
        turn.update("customer", values)


NODE = UpdateCustomer()
