"""`actions`: several things at once, in one box of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.fields import Field, ListOf, read_fields
from omnisupport.scenario_dsl.nodes.assign import NODE as ASSIGN
from omnisupport.scenario_dsl.nodes.emit import NODE as EMIT
from omnisupport.scenario_dsl.nodes.instant import InstantNode
from omnisupport.scenario_dsl.nodes.note import NODE as NOTE
from omnisupport.scenario_dsl.nodes.notify import NODE as NOTIFY
from omnisupport.scenario_dsl.nodes.set import NODE as SET
from omnisupport.scenario_dsl.nodes.tag import NODE as TAG
from omnisupport.scenario_dsl.nodes.update_conversation import NODE as UPDATE_CONVERSATION
from omnisupport.scenario_dsl.nodes.update_customer import NODE as UPDATE_CUSTOMER
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

_NODES: dict[str, InstantNode] = {
    item.name: item for item in (SET, TAG, NOTE, UPDATE_CUSTOMER, UPDATE_CONVERSATION, NOTIFY, EMIT, ASSIGN)
}
# Actions that say the one field of their node that everybody means: action -> node, field.
_SHORT = {"set": ("set", "assign"), "unset": ("set", "unset")}
_KNOWN = (*_SHORT, *(name for name in _NODES if name not in _SHORT))


class _Action(Field):
    """`{tag: {add: [vip]}}`: the name of a node and its fields.

    `set: {vars.x: 1}` and `unset: [vars.y]` are the two fields of the node `set`, `note: words` its text.
    """

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map) or len(tree.values) != 1:
            wanted = Both("одно действие, например tag: {add: [vip]}", "one action such as tag: {add: [vip]}")
            return self.wrong(tree, site, name, wanted)
        key, value = next(iter(tree.values.items()))
        if key not in _KNOWN:
            known = ", ".join(_KNOWN)
            site.unknown("E111", tree.keys[key], f"{name}.{key}", key, _KNOWN, known=known)
            return MISSING
        if key in _SHORT:
            node, field = _SHORT[key]
            read = _NODES[node].fields[field].read(value, site, f"{name}.{key}")
            return MISSING if read is MISSING else {node: {field: read}}
        return self._fields(_NODES[key], key, value, site, f"{name}.{key}")

    def _fields(self, node: InstantNode, key: str, value: Tree, site: Site, name: str) -> Any:
        if key == NOTE.name and isinstance(value, Scalar):
            text = NOTE.fields["text"].read(value, site, name)
            return MISSING if text is MISSING else {key: {"text": text}}
        if not isinstance(value, Map):
            return self.wrong(value, site, name, Both("поля", "fields"))
        values = read_fields(value, node.fields, site, f"{name}.")
        node.check_fields(value, values, site)
        return {key: values}


class Actions(InstantNode):
    """Does its actions in order, all of them or none: when one fails, nothing of the box has happened.

    Each action has the fields of the node of its name and means the same: `set`, `unset`, `tag`, `note`,
    `update_customer`, `update_conversation`, `notify`, `emit`, `assign`.
    """

    name = "actions"
    fields = {"do": ListOf(_Action(), required=True, least=1, most=50)}

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        commanded, before, context = len(turn.commands), turn.state["vars"], turn.context
        turn.own_vars(anew=True)
        try:
            for action in data["do"]:
                for name, fields in action.items():
                    _NODES[name].perform(turn, fields)
        except (NodeError, ExprError):
            del turn.commands[commanded:]
            turn.context = context
            turn.put("vars", before)
            raise


NODE = Actions()
