"""`set`: give variables new values, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Field, ListOf, Path, Value
from omnisupport.scenario_dsl.nodes.instant import InstantNode, check_some
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText, Write
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn


class _Assign(Field):
    """`{vars.path: literal or "=expression"}`, kept as `[[path, value], …]` in the order of the file."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("переменные и значения", "variables and values"))
        pairs: list[Any] = []
        for key, value in tree.items():
            field = f"{name}.{key}"
            read = Value().read(value, site, field)
            write = Write(tuple(key.split(".")), tree.keys[key], field, ("next",), value=read)
            if isinstance(read, ValueExpression):
                write.expression = read.expression
            elif isinstance(read, ValueText):
                write.type = STRING
            elif read is None and isinstance(value, Scalar) and value.value is not None:
                # An expression that could not be read is a finding of its own.
                write.is_fitted = True
            site.uses.writes.append(write)
            pairs.append([write, read])
        return pairs


class _Clear(Path):
    """A variable that goes back to its default."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        write = super().read(tree, site, name)
        if isinstance(write, Write):
            write.clears = True
        return write


class SetNode(InstantNode):
    """Every expression is evaluated before the first variable changes."""

    name = "set"
    fields = {"assign": _Assign(), "unset": ListOf(_Clear())}

    def check_fields(self, tree: Map, values: dict[str, Any], site: Site) -> None:
        check_some(tree, ("assign", "unset"), site)

    def perform(self, turn: Turn, data: dict[str, Any]) -> None:
        values = [(path, turn.value(value)) for path, value in data.get("assign", ())]
        before = turn.state["vars"]
        try:
            self._apply(turn, values, data.get("unset", ()))
        except NodeError:
            turn.put("vars", before)
            raise

    def _apply(self, turn: Turn, values: list[tuple[list[str], Any]], unset: list[list[str]]) -> None:
        turn.own_vars(anew=True)
        for path, value in values:
            turn.store(path, value)
        for path in unset:
            turn.clear(path)


NODE = SetNode()
