"""A limit of the language.

The scenario has more nodes, variables, items or data than a run may carry. Beyond it runs become slow
and are stopped.

Split the scenario, or move a part into a flow or another scenario.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Variable
from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.runtime.limits import VARS_BYTES
from omnisupport.scenario_dsl.sentence import Entry

RU = """Предел языка.

В сценарии больше узлов, переменных, элементов или данных, чем может нести один диалог. За пределом
диалоги замедляются и останавливаются.

Разделите сценарий или вынесите часть во flow или другой сценарий.
"""

ENTRIES = {
    "E801": Entry(
        "{what}: {count}, допустимо не больше {limit}",
        "{what}: {count}, at most {limit} are allowed",
        "разделите сценарий",
        "split the scenario",
    ),
    "E801.more": Entry(
        "и ещё замечаний: {count}",
        "and {count} more findings",
        "сначала исправьте эти",
        "mend these first",
    ),
}


MAX_BRANCHES = 100
# What a value takes at most in the state, in bytes; a text is counted by its declared length, two bytes a letter.
_LETTER = 2
_OF_A_TYPE = {"int": 20, "number": 24, "bool": 5, "money": 60, "file": 600, "location": 80}
_OTHER = 40
_UNBOUND = 200


def check(document: Analysis) -> None:
    """E801 for ways out of one node, and for what the variables may hold at their largest."""
    for node in document.nodes.values():
        count = len(node.edges)
        if count > MAX_BRANCHES:
            words: dict[str, Any] = {"what": node.id, "count": count, "limit": MAX_BRANCHES}
            document.report.add("E801", node.tree, node=node.id, **words)
    size = sum(_variable_size(variable) for variable in document.variables.values())
    if size > VARS_BYTES:
        at = document.root.keys.get("variables", document.root)
        words = {"what": "variables (bytes)", "count": size, "limit": VARS_BYTES}
        document.report.add("E801", at, field="variables", **words)


def _variable_size(variable: Variable) -> int:
    """The bytes that a variable takes at most as declared; one without a bound is taken as short."""
    most = variable.spec.get("max_length")
    if type(most) is int and variable.type.kind == "string":
        return len(variable.name) + most * _LETTER
    return len(variable.name) + _size(variable.type)


def _size(item: Type) -> int:
    if item.kind == "object":
        return sum(len(name) + _size(field) for name, field in (item.fields or {}).items()) or _UNBOUND
    if item.kind == "enum":
        return max(map(len, item.values or ("",))) * _LETTER
    if item.kind in ("list", "any", "string", "url"):
        return _UNBOUND
    return _OF_A_TYPE.get(item.kind, _OTHER)
