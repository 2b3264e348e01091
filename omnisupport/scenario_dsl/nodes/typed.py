"""Fields that take a value of one type, be it a literal or an expression; and names of events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import Type, type_to_json
from omnisupport.scenario_dsl.fields import Field, Value
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.uses import ValueExpression, ValueText
from omnisupport.scenario_dsl.values import Misfit, fit_type
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_EVENT_LENGTH = 100


class Typed(Field):
    """A literal, an expression or a text of one type; null stands for no value."""

    def __init__(self, type: Type, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.type = type.optional()

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = Value().read(tree, site, name)
        if isinstance(found, ValueExpression):
            found.expression.wanted = self.type
            return found
        if isinstance(found, ValueText) and self.type.is_text:
            return found
        try:
            return fit_type(found, type_to_json(self.type))
        except Misfit:
            kind = self.type.required()
            return self.wrong(tree, site, name, Both(f"значение типа {kind}", f"a value of type {kind}"))

    def value(self, turn: Turn, data: Any, name: str) -> Any:
        """The value when it runs.

        Raises:
            NodeError: `expr.type`, it is of another type: what is read from outside is known only now.
        """
        try:
            return fit_type(turn.value(data), type_to_json(self.type))
        except Misfit as error:
            raise NodeError("expr.type", f"{name}: {error}") from error


class Pairs(Field):
    """Named values, `{city: "=vars.city"}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("имена и значения", "names and values"))
        return Value().read(tree, site, name)


class EventName(Field):
    """`order.paid`: lower-case words with points between them."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        text = tree.text if isinstance(tree, Scalar) and isinstance(tree.value, str) else ""
        if len(text) > _EVENT_LENGTH or _EVENT.fullmatch(text) is None:
            wanted = Both("имя события, например order.paid", "an event name such as order.paid")
            return self.wrong(tree, site, name, wanted)
        return text


def typed_values(turn: Turn, fields: dict[str, Field], data: dict[str, Any]) -> dict[str, Any]:
    """The values of a group whose fields are `Typed`, or stand as they are."""
    return {
        name: fields[name].value(turn, value, name) if isinstance(fields[name], Typed) else turn.value(value)  # type: ignore[attr-defined]
        for name, value in data.items()
    }


__all__ = ["MISSING", "EventName", "Pairs", "Typed", "typed_values"]
