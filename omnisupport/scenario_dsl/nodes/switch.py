"""`switch`: one case for each constant that a value may have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, INT, STRING, Type
from omnisupport.scenario_dsl.fields import Expr, Field, Target
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree, resolve_plain
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn


class _Cases(Field):
    """`{constant: node}`, kept as `[[constant, node], …]`: JSON keys are texts, constants need not be."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("случаи и узлы", "constants and nodes"))
        cases = []
        for key, value in tree.items():
            edge = Target(f"case.{key}").read(value, site, f"{name}.{key}")
            cases.append([tree.keys[key], edge])
        return cases


class Switch(NodeType):
    """Goes by the value of an expression; over an enum every value has a case or there is a `default`."""

    name = "switch"
    fields = {"value": Expr(required=True), "cases": _Cases(required=True)}
    exits = {"default": False, "error": False}

    def check_value(self, node: Node, site: Site, found: Type) -> None:
        """Check the cases against the type of the value, which is known after inference."""
        seen: set[str] = set()
        constants: list[Any] = []
        for key, _ in node.values.get("cases", []):
            constant = constant_of(key, found)
            if constant is None:
                site.add("E214.case", key, "cases", value=key.text, type=found)
                continue
            if repr(constant) in seen:
                site.add("E127", key, "cases", constant=key.text)
            seen.add(repr(constant))
            constants.append(constant)
        missing = [value for value in _values(found) if value not in constants]
        if node.exit("default") is None and missing:
            names = ", ".join(str(value).lower() if isinstance(value, bool) else value for value in missing)
            site.add("E125", node.tree, "cases", id=node.id, missing=names)

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        """`default` is asked for by `check_value`, where the type is known."""
        return ()

    def compile(self, node: Node) -> dict[str, Any]:
        found = node.values["value"].found or STRING
        cases = [[constant_of(key, found), edge] for key, edge in node.values["cases"]]
        return {**node.values, "cases": cases}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        value = turn.evaluate(node.data["value"])
        for constant, target in node.data["cases"]:
            if type(constant) is type(value) and constant == value:
                return str(target)
        return follow(node, "default", "expr.value", "the value has no case and there is no default")


def constant_of(key: Scalar, found: Type) -> Any:
    """A key as a constant of the value's type, or None when it cannot be one."""
    if found.kind in (INT.kind, BOOL.kind):
        # JSON has no names without quotes, so the type says what `"1"` is.
        constant = resolve_plain(key.text)
        return constant if type(constant) is (int if found.kind == INT.kind else bool) else None
    if found.kind == "enum":
        return key.text if key.text in found.values else None
    if found.kind == "any":
        return key.value if key.value is not None else key.text
    return key.text if found.is_text or found.kind == "date" else None


def _values(found: Type) -> list[Any]:
    """Every value of a type that has few, else the word for the rest."""
    if found.kind == "enum":
        return list(found.values)
    return [True, False] if found.kind == "bool" else ["default"]


NODE = Switch()
