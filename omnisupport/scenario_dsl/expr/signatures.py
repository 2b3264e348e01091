"""The types of functions: what each takes and gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omnisupport.scenario_dsl.expr.types import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    INT,
    NUMBER,
    NUMBERS,
    STRING,
    TEXTS,
    TIME,
    Type,
    join,
    list_of,
)

# A function's types, or None when it does not take them. Null was dealt with before.
Signature = Callable[[Sequence[Type]], Type | None]


def _takes(result: Type, *overloads: tuple[str, ...]) -> Signature:
    """Fixed parameters by kind; `text` is any kind of text, a trailing `?` may be left out."""

    def check(given: Sequence[Type]) -> Type | None:
        return result if any(_fits(given, wanted) for wanted in overloads) else None

    return check


def _fits(given: Sequence[Type], wanted: tuple[str, ...]) -> bool:
    needed = sum(1 for kind in wanted if not kind.endswith("?"))
    if not needed <= len(given) <= len(wanted):
        return False
    return all(_is(item, kind.removesuffix("?")) for item, kind in zip(given, wanted, strict=False))


def _is(item: Type, kind: str) -> bool:
    return item.kind in ("any", kind) or (kind == "text" and item.kind in TEXTS)


def _numeric(given: Sequence[Type]) -> Type | None:
    if len(given) == 1 and given[0].kind in (*NUMBERS, "any"):
        return given[0]
    return None


def _rounded(given: Sequence[Type]) -> Type | None:
    if len(given) == 2 and given[1].kind != "int":
        return None
    return _numeric(given[:1]) if len(given) in (1, 2) else None


def _extreme(given: Sequence[Type]) -> Type | None:
    items = list(given)
    if len(items) == 1:
        if items[0].kind != "list":
            return ANY if items[0].kind == "any" else None
        items = [items[0].of or ANY]
    if not items:
        return None
    kinds = {item.kind for item in items}
    if kinds <= TEXTS:
        return STRING
    numeric = kinds <= NUMBERS | {"any", "date", "datetime", "duration", "time"}
    return (ANY if "any" in kinds else items[0]) if numeric and (len(kinds) == 1 or "any" in kinds) else None


def _sum(given: Sequence[Type]) -> Type | None:
    if len(given) != 1 or given[0].kind not in ("list", "any"):
        return None
    item = given[0].of or ANY
    return item if item.kind in (*NUMBERS, "any") else None


def _join(given: Sequence[Type]) -> Type | None:
    if len(given) not in (1, 2) or given[0].kind not in ("list", "any"):
        return None
    if len(given) == 2 and not _is(given[1], "text"):
        return None
    item = given[0].of or ANY
    return STRING if item.kind in (*TEXTS, *NUMBERS, "bool", "any") and not item.nullable else None


def _or_value(given: Sequence[Type]) -> Type | None:
    if len(given) != 2:
        return None
    joined = join(given[0].required(), given[1])
    return None if joined is None else joined.optional() if given[1].nullable else joined.required()


_PART = _takes(INT, ("datetime", "text"))
_DAY_PART = _takes(INT, ("datetime", "text"), ("date",))
_CLOCK_PART = _takes(INT, ("datetime", "text"), ("time",), ("duration",))

SIGNATURES: dict[str, Signature] = {
    "size": _takes(INT, ("text",), ("list",), ("object",)),
    "string": _takes(STRING, ("text",), ("int",), ("number",), ("bool",), ("date",), ("time",)),
    "int": _takes(INT, ("int",), ("number",), ("text",)),
    "double": _takes(NUMBER, ("int",), ("number",), ("text",)),
    "bool": _takes(BOOL, ("bool",), ("text",)),
    "contains": _takes(BOOL, ("text", "text")),
    "startsWith": _takes(BOOL, ("text", "text")),
    "endsWith": _takes(BOOL, ("text", "text")),
    "matches": _takes(BOOL, ("text", "text")),
    "lower": _takes(STRING, ("text",)),
    "upper": _takes(STRING, ("text",)),
    "trim": _takes(STRING, ("text",)),
    "replace": _takes(STRING, ("text", "text", "text")),
    "split": _takes(list_of(STRING), ("text", "text")),
    "join": _join,
    "substring": _takes(STRING, ("text", "int", "int?")),
    "abs": _numeric,
    "round": _rounded,
    "min": _extreme,
    "max": _extreme,
    "sum": _sum,
    "orValue": _or_value,
    "timestamp": _takes(DATETIME, ("text",)),
    "duration": _takes(DURATION, ("text",)),
    "date": _takes(DATE, ("text",), ("datetime", "text")),
    "time": _takes(TIME, ("text",), ("datetime", "text")),
    "getFullYear": _DAY_PART,
    "getMonth": _DAY_PART,
    "getDate": _DAY_PART,
    "getDayOfMonth": _DAY_PART,
    "getDayOfYear": _DAY_PART,
    "getDayOfWeek": _DAY_PART,
    "getHours": _CLOCK_PART,
    "getMinutes": _CLOCK_PART,
    "getSeconds": _CLOCK_PART,
    "getMilliseconds": _PART,
}


def _additive(left: Type, right: Type) -> Type | None:
    if left.is_text and right.is_text:
        return STRING
    if left.kind == right.kind == "list":
        joined = join(left, right)
        return joined or list_of(ANY)
    kinds = (left.kind, right.kind)
    if kinds in (("datetime", "duration"), ("duration", "datetime")):
        return DATETIME
    return DURATION if kinds == ("duration", "duration") else _same_number(left, right)


def _subtractive(left: Type, right: Type) -> Type | None:
    kinds = (left.kind, right.kind)
    if kinds in (("datetime", "datetime"), ("duration", "duration")):
        return DURATION
    return DATETIME if kinds == ("datetime", "duration") else _same_number(left, right)


def _same_number(left: Type, right: Type) -> Type | None:
    return left if left.kind == right.kind and left.kind in NUMBERS else None


def _whole(left: Type, right: Type) -> Type | None:
    return INT if left.kind == right.kind == "int" else None


_ARITHMETIC: dict[str, Callable[[Type, Type], Type | None]] = {
    "+": _additive,
    "-": _subtractive,
    "*": _same_number,
    "/": _same_number,
    "%": _whole,
}


def arithmetic(op: str, left: Type, right: Type) -> Type | None:
    """The type of an arithmetic operation, or None when the operands do not go together."""
    if "any" in (left.kind, right.kind):
        other = right if left.kind == "any" else left
        return ANY if other.kind not in ("bool", "object", "null", "money") else None
    return _ARITHMETIC[op](left, right)
