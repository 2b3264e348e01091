"""The types of values, as declared by variables and inferred for expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with what belongs to it: `of` for lists, `fields` for objects, `values` for enums.

    A moment and a duration are ints of milliseconds when they run, a date is `2026-03-02`, money is
    {"amount": minor units, "currency"}. `nullable` says that null is possible.
    """

    kind: str
    nullable: bool = False
    of: Type | None = None
    fields: Mapping[str, Type] | None = None
    values: tuple[str, ...] = ()

    def optional(self) -> Type:
        """The same type, null allowed."""
        return self if self.nullable else replace(self, nullable=True)

    def required(self) -> Type:
        """The same type without null."""
        return replace(self, nullable=False) if self.nullable else self

    @property
    def is_text(self) -> bool:
        """Whether its values are texts that can be compared with any other text."""
        return self.kind in TEXTS

    def __str__(self) -> str:
        name = f"list<{self.of}>" if self.kind == "list" and self.of else self.kind
        return f"{name}?" if self.nullable else name


def told_apart(one: Type, other: Type) -> tuple[str, str]:
    """The names of two types that differ; enums, whose names are alike, by their values."""
    names = str(one), str(other)
    return names if names[0] != names[1] else (_in_full(one), _in_full(other))


def _in_full(type: Type) -> str:
    if type.kind == "list" and type.of:
        return f"list<{_in_full(type.of)}>"
    values = f" ({', '.join(type.values)})" if type.values else ""
    return f"{type.kind}{values}"


TEXTS = frozenset({"string", "phone", "email", "url", "enum"})
NUMBERS = frozenset({"int", "number"})
ORDERED = frozenset({"int", "number", "date", "time", "datetime", "duration"}) | TEXTS

ANY = Type("any")
NULL = Type("null", nullable=True)
STRING = Type("string")
INT = Type("int")
NUMBER = Type("number")
BOOL = Type("bool")
DATE = Type("date")
TIME = Type("time")
DATETIME = Type("datetime")
DURATION = Type("duration")
PHONE = Type("phone")
EMAIL = Type("email")
URL = Type("url")
MONEY = Type("money", fields={"amount": INT, "currency": STRING})
_TEXT = Type("string", nullable=True)
FILE = Type(
    "file",
    fields={
        **dict.fromkeys(("id", "name", "mime", "kind", "url", "text"), _TEXT),
        "size": Type("int", nullable=True),
        "scan": STRING,
    },
)
_NUMBER_OR_NULL = Type("number", nullable=True)
LOCATION = Type("location", fields={"lat": _NUMBER_OR_NULL, "lon": _NUMBER_OR_NULL, "address": _TEXT})

BASIC = {
    item.kind: item
    for item in (
        STRING,
        INT,
        NUMBER,
        BOOL,
        DATE,
        TIME,
        DATETIME,
        DURATION,
        PHONE,
        EMAIL,
        URL,
        MONEY,
        FILE,
        LOCATION,
        ANY,
    )
}


def list_of(item: Type) -> Type:
    """The type of a list of these."""
    return Type("list", of=item)


def object_of(**fields: Type) -> Type:
    """The type of an object with these fields."""
    return Type("object", fields=fields)


# Pairs of types that were compared already, by identity. Types share their parts, so a short expression can
# have a type that unfolds into 2^60 fields.
_Compared = dict[tuple[int, int], bool]


def assignable(value: Type, target: Type, compared: _Compared | None = None) -> bool:
    """Whether a value of one type may stand where the other is wanted; null is judged elsewhere."""
    if value is target or "any" in (value.kind, target.kind) or value.kind == "null":
        return True
    if target.kind == "string":
        return value.is_text
    if "|" in target.kind:
        return value.kind in target.kind.split("|")
    if target.kind == "number":
        return value.kind in NUMBERS
    if target.kind == "enum":
        return value.kind == "enum" and set(value.values) <= set(target.values)
    if value.kind != target.kind:
        return False
    if target.kind == "list":
        return value.of is None or target.of is None or assignable(value.of, target.of, compared)
    if target.kind == "object" and target.fields is not None and value.fields is not None:
        return _fields_assignable(value.fields, target.fields, {} if compared is None else compared)
    return True


def _fields_assignable(value: Mapping[str, Type], target: Mapping[str, Type], compared: _Compared) -> bool:
    for name, wanted in target.items():
        given = value.get(name)
        if given is None:
            if not wanted.nullable:
                return False
            continue
        pair = (id(given), id(wanted))
        if pair not in compared:
            fits = wanted.nullable or not given.nullable
            compared[pair] = fits and assignable(given, wanted, compared)
        if not compared[pair]:
            return False
    return True


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` between the two can ever be true."""
    if "any" in (left.kind, right.kind) or "null" in (left.kind, right.kind):
        return True
    if left.is_text and right.is_text:
        return True
    if left.kind == right.kind == "list":
        return left.of is None or right.of is None or comparable(left.of, right.of)
    return left.kind == right.kind


def join(left: Type, right: Type) -> Type | None:
    """The type of a value that is either of two, or None if they do not go together."""
    nullable = left.nullable or right.nullable
    if left.kind == "null":
        return right.optional()
    if right.kind == "null":
        return left.optional()
    if assignable(left, right):
        joined = left if left.kind == "any" else right
    elif assignable(right, left):
        joined = left
    elif left.is_text and right.is_text:
        joined = STRING
    else:
        return None
    return joined.optional() if nullable else joined.required()


def type_to_json(item: Type) -> dict[str, Any]:
    """The type as the IR keeps it."""
    result: dict[str, Any] = {"t": item.kind}
    if item.nullable:
        result["null"] = True
    if item.of is not None:
        result["of"] = type_to_json(item.of)
    if item.fields is not None and item.kind == "object":
        result["fields"] = {name: type_to_json(value) for name, value in item.fields.items()}
    if item.values:
        result["values"] = list(item.values)
    return result


def type_from_json(data: dict[str, Any]) -> Type:
    """The type that the IR keeps in this form."""
    kind = data["t"]
    fields = data.get("fields")
    found = BASIC.get(kind, Type(kind)) if fields is None and "of" not in data else Type(kind)
    if fields is not None:
        found = replace(found, fields={name: type_from_json(value) for name, value in fields.items()})
    if "of" in data:
        found = replace(found, of=type_from_json(data["of"]))
    if "values" in data:
        found = replace(found, values=tuple(data["values"]))
    return found.optional() if data.get("null") else found
