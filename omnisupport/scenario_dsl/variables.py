"""Read the declarations of variables into types and constraints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnisupport.scenario_dsl.analysis import Variable
from omnisupport.scenario_dsl.bounds import BOUNDED, Bound
from omnisupport.scenario_dsl.expr.types import ANY, BASIC, TEXTS, Type, type_to_json
from omnisupport.scenario_dsl.fields import (
    Bool,
    Duration,
    Field,
    Int,
    ListOf,
    Pattern,
    Plain,
    Region,
    Str,
    check_bounds,
    read_fields,
)
from omnisupport.scenario_dsl.similar import did_you_mean
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree, plain
from omnisupport.scenario_dsl.values import MAX_STRING, Misfit, fit
from omnisupport.scenario_dsl.words import Both

TYPES = (*BASIC, "enum", "list", "object")
# Classes of personal data: what a tenant's rules on storing and sending them speak of.
PII = (
    "name",
    "phone",
    "email",
    "contact",
    "address",
    "location",
    "birthday",
    "document",
    "payment",
    "health",
    "other",
)
# Expressions read names as CEL does.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
# `list<string>`, `list[string]` and `string[]`, as other languages write a list.
_GENERIC = re.compile(r"(?:list|array)\s*[<\[(]\s*(\w+)\s*[>\])]\Z|(\w+)\[\]\Z", re.IGNORECASE)
_RESERVED = ("true", "false", "null", "in")

_WRITTEN = TEXTS - {"enum"}
# Attributes that only some types have; all others go with every type.
_OF_TYPES: dict[str, frozenset[str]] = {
    "min": BOUNDED,
    "max": BOUNDED,
    "min_length": _WRITTEN | {"list"},
    "max_length": _WRITTEN | {"list"},
    "pattern": _WRITTEN,
    "values": frozenset({"enum"}),
    "of": frozenset({"list"}),
    "fields": frozenset({"object"}),
    "region": frozenset({"phone"}),
    "currency": frozenset({"money"}),
}
_ATTRIBUTES: dict[str, Field] = {
    "type": Plain(required=True),
    "nullable": Bool(),
    "min": Plain(),
    "max": Plain(),
    "min_length": Int(0, MAX_STRING),
    "max_length": Int(0, MAX_STRING),
    "pattern": Pattern(),
    "values": ListOf(Str(), least=1, most=200),
    "of": Plain(),
    "fields": Plain(),
    "region": Region(),
    "currency": Str(),
    "secret": Bool(),
    "pii": Str(PII),
    "retention": Duration(),
    "description": Plain(),
}
_OUTERMOST: dict[str, Field] = {**_ATTRIBUTES, "default": Plain()}
_CONSTRAINTS = ("min", "max", "min_length", "max_length", "pattern", "currency")


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


def read_declaration(name: str, tree: Tree, site: Site, field: str) -> Variable:
    """One declaration, `{type: …}`, at `field`; one that cannot be read has the type `any`."""
    return _variable(name, Scalar(name, False, tree.line, tree.column), tree, site, field)


def unread_variables(tree: Tree | None, site: Site, prefix: str = "variables") -> dict[str, Variable]:
    """The declared variables as names only, all of them of type `any`."""
    return {name: _unread(name, key) for name, key in tree.keys.items()} if isinstance(tree, Map) else {}


def _unread(name: str, key: Scalar) -> Variable:
    return Variable(name, ANY, {"type": {"t": "any", "null": True}}, key)


def _variable(name: str, key: Scalar, tree: Tree, site: Site, field: str) -> Variable:
    unread = _unread(name, key)
    if not _NAME.match(name) or name in _RESERVED:
        site.add("E007.name", key, field, name=name[:64])
        return unread
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, field, Both("тип и свойства", "a type with its attributes"))
        return unread
    read = _Declaration(tree, site, field, _OUTERMOST)
    if read.type is None:
        return unread
    spec: dict[str, Any] = {"type": type_to_json(read.type), **read.constraints}
    if read.values.get("default") is not None:
        _default(spec, read.values["default"], tree.values["default"], site, field)
    secret = bool(read.values.get("secret"))
    return Variable(name, read.type, spec, key, read.pii, read.values.get("retention"), secret)


def _default(spec: dict[str, Any], default: Any, tree: Tree, site: Site, field: str) -> None:
    try:
        spec["default"] = fit(default, spec)
    except Misfit as error:
        site.add("E306", tree, f"{field}.default", problem=str(error))
        # Later checks take the variable as set: one fault, one finding.
        spec["default"] = default


class _Declaration:
    """`{type: list, of: {type: int, min: 0}}`: a type (None if unreadable) and what its values must keep.

    `constraints` are as the IR has them: `min` and its like, under `of` those of a list's items, under
    `fields` those of an object's fields.
    """

    def __init__(self, tree: Map, site: Site, field: str, attributes: Mapping[str, Field]) -> None:
        self.values = read_fields(tree, attributes, site, f"{field}.")
        self.pii: str | None = self.values.get("pii")
        self.constraints: dict[str, Any] = {}
        self._tree, self._site, self._field = tree, site, field
        self.type = self._type()
        if self.type is not None:
            self._constrain(self.type.kind)

    def _type(self) -> Type | None:
        """The type that `type`, `of`, `fields`, `values` and `nullable` describe."""
        written = self._tree.get("type")
        kind = written.text if isinstance(written, Scalar) else ""
        if kind not in TYPES:
            self._check_kind(written, kind)
            return None
        found = self._compound(kind)
        return found.optional() if found is not None and self.values.get("nullable") else found

    def _check_kind(self, written: Tree | None, kind: str) -> None:
        field = f"{self._field}.type"
        generic = _GENERIC.match(kind)
        if written is not None and generic is not None:
            item = generic[1] or generic[2]
            of = item if item in TYPES else did_you_mean(item, TYPES) or "string"
            self._site.add("E007.list", written, field, field_name=field, name=kind, of=of)
        elif written is not None:
            self._unknown(written, field, kind, TYPES)

    def _unknown(self, tree: Tree, field: str, word: str, known: tuple[str, ...]) -> None:
        self._site.unknown("E007.value", tree, field, word, known, field_name=field, values=", ".join(known))

    def _compound(self, kind: str) -> Type | None:
        if kind == "enum":
            return self._enum()
        if kind == "list":
            of = self._tree.get("of")
            item = ANY if of is None else self._part(of, f"{self._field}.of", "of")
            return None if item is None else Type("list", of=item)
        return self._object() if kind == "object" else BASIC[kind]

    def _enum(self) -> Type | None:
        tree = self._tree.get("values")
        values = plain(tree) if tree is not None else None
        if isinstance(values, list) and values and all(isinstance(value, str) for value in values):
            return Type("enum", values=tuple(values))
        if tree is None:
            name = f"{self._field}.values"
            self._site.add("E112", self._tree, name, name=name)
        return None

    def _object(self) -> Type | None:
        tree = self._tree.get("fields")
        if tree is None:
            return Type("object")
        if not isinstance(tree, Map):
            Plain().wrong(tree, self._site, f"{self._field}.fields", Both("поля", "fields"))
            return None
        fields: dict[str, Type] = {}
        for name, value in tree.items():
            found = self._part(value, f"{self._field}.{name}", "fields", name)
            if found is None:
                return None
            fields[name] = found
        return Type("object", fields=fields)

    def _part(self, tree: Tree, field: str, key: str, name: str | None = None) -> Type | None:
        """The type of a list's items or of one of an object's fields; its constraints go to ours."""
        if isinstance(tree, Scalar):
            if tree.text in BASIC:
                return BASIC[tree.text]
            self._unknown(tree, field, tree.text, tuple(BASIC))
            return None
        if not isinstance(tree, Map):
            Plain().wrong(tree, self._site, field, Both("тип", "a type"))
            return None
        part = _Declaration(tree, self._site, field, _ATTRIBUTES)
        self.pii = self.pii or part.pii
        if part.constraints and name is None:
            self.constraints[key] = part.constraints
        elif part.constraints:
            self.constraints.setdefault(key, {})[name] = part.constraints
        return part.type

    def _constrain(self, kind: str) -> None:
        """Take the attributes that values must keep, and note those that the type has not."""
        for name in _OF_TYPES:
            tree, field = self._tree.get(name), f"{self._field}.{name}"
            if tree is None:
                continue
            if kind not in _OF_TYPES[name]:
                self._site.add("E007.attribute", self._tree.keys[name], field, field_name=field, type=kind)
                self.values.pop(name, None)
            elif name in ("min", "max"):
                bound = Bound(kind).read(tree, self._site, field)
                if bound is MISSING:
                    self.values.pop(name, None)
                else:
                    self.values[name] = bound
        check_bounds(self._tree, self.values, self._site, f"{self._field}.")
        self.constraints |= {name: self.values[name] for name in _CONSTRAINTS if name in self.values}
