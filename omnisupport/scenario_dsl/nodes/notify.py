"""`notify`: tell people of the company something, apart from the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Notify
from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import ListOf, Name, Obj, Str, Words
from omnisupport.scenario_dsl.nodes.instant import InstantNode
from omnisupport.scenario_dsl.nodes.typed import Typed
from omnisupport.scenario_dsl.runtime.errors import NodeError

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map

WAYS = ("inbox", "email", "push")
_WHO = ("department", "role", "operator")


class NotifyNode(InstantNode):
    """Tells a department, everybody with a role, or one operator; `via` says how, `inbox` when left out."""

    name = "notify"
    fields = {
        "target": Obj(
            {"department": Name("departments"), "role": Str(), "operator": Typed(STRING)}, required=True
        ),
        "via": ListOf(Str(WAYS), least=1, most=len(WAYS)),
        "text": Words(required=True, shown=False),
    }

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        named = [name for name in _WHO if name in values.get("target", {})]
        if len(named) > 1:
            site.add("E111.both", tree.values["target"], "target", name=named[0], other=named[1])
        elif not named and "target" in values and not getattr(tree.values["target"], "values", None):
            site.add(
                "E112.either", tree.values["target"], "target", name=_WHO[0], other="', '".join(_WHO[1:])
            )

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        who, name = next(iter(data["target"].items()))
        person = turn.value(name)
        if not isinstance(person, str) or not person:
            raise NodeError("expr.value", f"notify: the {who} is no name")
        via = list(dict.fromkeys(data.get("via", ("inbox",))))
        turn.commands.append(Notify({who: person}, turn.render(data["text"]), via))


NODE = NotifyNode()
