"""Read the declarations of variables into types and constraints."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Variable
from omnisupport.scenario_dsl.expr.types import ANY, BASIC, Type, type_to_json
from omnisupport.scenario_dsl.fields import (
    Bool,
    Field,
    Int,
    ListOf,
    Number,
    Pattern,
    Plain,
    Region,
    Str,
    check_bounds,
    read_fields,
)
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree, plain
from omnisupport.scenario_dsl.values import Misfit, fit
from omnisupport.scenario_dsl.words import Both

TYPES = (*BASIC, "enum", "list", "object")
_WIDE = 10.0**300

_ATTRIBUTES: dict[str, Field] = {
    "type": Plain(required=True),
    "default": Plain(),
    "nullable": Bool(),
    "min": Number(-_WIDE, _WIDE),
    "max": Number(-_WIDE, _WIDE),
    "min_length": Int(0, 8_192),
    "max_length": Int(0, 8_192),
    "pattern": Pattern(),
    "values": ListOf(Str(), least=1, most=200),
    "of": Plain(),
    "fields": Plain(),
    "region": Region(),
    "currency": Str(),
    "pii": Plain(),
    "retention": Plain(),
    "description": Plain(),
}
_CONSTRAINTS = ("min", "max", "min_length", "max_length", "pattern")


def read_variables(tree: Tree | None, site: Site, prefix: str = "variables") -> dict[str, Variable]:
    """The declared variables; one that cannot be read is known with the type `any`."""
    if tree is None:
        return {}
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, prefix, Both("переменные", "variables"))
        return {}
    return {
        name: _variable(name, tree.keys[name], value, site, f"{prefix}.{name}")
        for name, value in tree.items()
    }


def _variable(name: str, key: Scalar, tree: Tree, site: Site, field: str) -> Variable:
    unread = Variable(name, ANY, {"type": {"t": "any", "null": True}}, key)
    if not name.isidentifier():
        site.add("E007.name", key, field, name=name)
        return unread
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, field, Both("тип и свойства", "a type with its attributes"))
        return unread
    values = read_fields(tree, _ATTRIBUTES, site, f"{field}.")
    check_bounds(tree, values, site, f"{field}.")
    found = _type(tree, site, field)
    if found is None:
        return unread
    spec: dict[str, Any] = {"type": type_to_json(found)}
    spec |= {key: values[key] for key in _CONSTRAINTS if key in values}
    if values.get("default") is not None:
        _default(spec, values["default"], tree.values["default"], site, field)
    return Variable(name, found, spec, key)


def _default(spec: dict[str, Any], default: Any, tree: Tree, site: Site, field: str) -> None:
    try:
        spec["default"] = fit(default, spec)
    except Misfit as error:
        site.add("E306", tree, f"{field}.default", problem=str(error))
        # Later checks take the variable as set: one fault, one finding.
        spec["default"] = default


def _type(tree: Map, site: Site, field: str) -> Type | None:
    """The type that `type`, `of`, `fields`, `values` and `nullable` describe."""
    written = tree.get("type")
    kind = written.text if isinstance(written, Scalar) else ""
    if kind not in TYPES:
        if written is not None:
            site.unknown(
                "E007.value", written, field, kind, TYPES, field_name=f"{field}.type", values=", ".join(TYPES)
            )
        return None
    nullable = tree.get("nullable")
    found = _compound(kind, tree, site, field)
    if found is not None and isinstance(nullable, Scalar) and nullable.value is True:
        found = found.optional()
    return found


def _compound(kind: str, tree: Map, site: Site, field: str) -> Type | None:
    if kind == "enum":
        values = plain(tree.values["values"]) if "values" in tree.values else None
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            if not isinstance(values, list):
                site.add("E112", tree, f"{field}.values", name=f"{field}.values")
            return None
        return Type("enum", values=tuple(values))
    if kind == "list":
        item = _item(tree.get("of"), site, f"{field}.of")
        return None if item is MISSING else Type("list", of=item)
    if kind == "object":
        return _object(tree.get("fields"), site, field)
    return BASIC[kind]


def _item(tree: Tree | None, site: Site, field: str) -> Any:
    if tree is None:
        return ANY
    if isinstance(tree, Map):
        return _type(tree, site, field) or MISSING
    word = tree.text if isinstance(tree, Scalar) else ""
    if word not in BASIC:
        site.unknown("E007.value", tree, field, word, BASIC, field_name=field, values=", ".join(BASIC))
        return MISSING
    return BASIC[word]


def _object(tree: Tree | None, site: Site, field: str) -> Type | None:
    if tree is None:
        return Type("object")
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, f"{field}.fields", Both("поля", "fields"))
        return None
    fields: dict[str, Type] = {}
    for name, value in tree.items():
        inner = f"{field}.{name}"
        if isinstance(value, Scalar):
            found = _item(value, site, inner)
        elif isinstance(value, Map):
            read_fields(value, _ATTRIBUTES, site, f"{inner}.")
            found = _type(value, site, inner) or MISSING
        else:
            found = Plain().wrong(value, site, inner, Both("тип", "a type"))
        if found is MISSING:
            return None
        fields[name] = found
    return Type("object", fields=fields)
