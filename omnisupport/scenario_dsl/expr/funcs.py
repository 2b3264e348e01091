"""What the functions and operators of expressions do, on plain JSON values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from omnisupport.scenario_dsl.calendar import (
    local,
    parse_date,
    parse_duration,
    parse_moment,
    parse_time,
    zone,
)
from omnisupport.scenario_dsl.expr.errors import ExprError

MAX_TEXT = 65_536
MAX_ITEMS = 1_000
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1

_WHOLE = re.compile(r"[-+]?[0-9]{1,24}\Z")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_TRUE, _FALSE = ("true", "True", "TRUE", "t", "1"), ("false", "False", "FALSE", "f", "0")
# Durations as CEL writes them, beside those of scenarios (`3d`, `PT15M`).
_SPAN = re.compile(r"(-?)((?:[0-9]{1,10}(?:\.[0-9]{1,9})?(?:h|ms|us|µs|ns|m|s))+)\Z")
_SPAN_PART = re.compile(r"([0-9.]+)(h|ms|us|µs|ns|m|s)")
_SPAN_UNITS = {
    "h": Decimal(3_600_000),
    "m": Decimal(60_000),
    "s": Decimal(1_000),
    "ms": Decimal(1),
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),
    "ns": Decimal("0.000001"),
}
_OFFSET = re.compile(r"([+-]?)([01][0-9]|2[0-3]):([0-5][0-9])\Z")


def mismatch(what: str, *values: Any) -> ExprError:
    """The error for operands that the operation cannot take: null is named as such."""
    if any(value is None for value in values):
        return ExprError("expr.null", f"{what}: a value is null")
    return ExprError("expr.type", f"{what}: not for {' and '.join(kind_name(value) for value in values)}")


def kind_name(value: Any) -> str:
    """What a value is called in messages."""
    names = {bool: "bool", int: "int", float: "number", str: "string", list: "list", dict: "object"}
    return "null" if value is None else names.get(type(value), "unknown")


def checked_int(value: int) -> int:
    """The value, if 64 bits hold it."""
    if not _INT_MIN <= value <= _INT_MAX:
        raise ExprError("expr.limit", "the number is outside 64 bits")
    return value


def checked_number(value: float) -> float:
    """The value, if it is finite: the state is JSON, which knows no infinity."""
    if value - value != 0.0:
        raise ExprError("expr.limit", "the number is not finite")
    return value


def checked_text(value: str) -> str:
    """The text, if it is at most 64 Ki characters long."""
    if len(value) > MAX_TEXT:
        raise ExprError("expr.limit", f"a text longer than {MAX_TEXT} characters")
    return value


def checked_list(value: list[Any]) -> list[Any]:
    """The list, if it has at most 1,000 items."""
    if len(value) > MAX_ITEMS:
        raise ExprError("expr.limit", f"a list longer than {MAX_ITEMS}")
    return value


def equal(left: Any, right: Any) -> bool:
    """Equality by value: true is not 1, and inside values of unknown type 1 equals 1.0."""
    kind = type(left)
    if kind is not type(right):
        numbers = kind in (int, float) and type(right) in (int, float)
        return numbers and bool(left == right)
    if kind is list:
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if kind is dict:
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in sorted(left))
    return bool(left == right)


def add(left: Any, right: Any) -> Any:
    """`+` of numbers, texts, lists, moments and durations."""
    kind = type(left)
    if kind is type(right):
        if kind is int:
            return checked_int(left + right)
        if kind is str:
            return checked_text(left + right)
        if kind is list:
            return checked_list(left + right)
    return _arithmetic("+", left, right, lambda a, b: a + b)


def subtract(left: Any, right: Any) -> Any:
    """`-`"""
    return _arithmetic("-", left, right, lambda a, b: a - b)


def multiply(left: Any, right: Any) -> Any:
    """`*`"""
    return _arithmetic("*", left, right, lambda a, b: a * b)


def divide(left: Any, right: Any) -> Any:
    """`/`: of ints the whole quotient, cut towards zero as in CEL."""
    if right == 0 and type(right) in (int, float) and type(left) in (int, float):
        raise ExprError("expr.value", "division by zero")
    if type(left) is int and type(right) is int:
        quotient = abs(left) // abs(right)
        return checked_int(quotient if (left < 0) == (right < 0) else -quotient)
    return _arithmetic("/", left, right, lambda a, b: a / b)


def remainder(left: Any, right: Any) -> int:
    """`%` of ints; the sign is the dividend's, as in CEL."""
    if type(left) is not int or type(right) is not int:
        raise mismatch("%", left, right)
    if right == 0:
        raise ExprError("expr.value", "division by zero")
    rest = abs(left) % abs(right)
    return rest if left >= 0 else -rest


def _arithmetic(name: str, left: Any, right: Any, operate: Callable[[Any, Any], Any]) -> Any:
    if type(left) is int and type(right) is int:
        return checked_int(operate(left, right))
    if type(left) in (int, float) and type(right) in (int, float):
        try:
            return checked_number(float(operate(left, right)))
        except OverflowError as error:
            raise ExprError("expr.limit", "the number is not finite") from error
    raise mismatch(name, left, right)


def negate(value: Any) -> Any:
    """Unary `-`."""
    if type(value) is int:
        return checked_int(-value)
    if type(value) is float:
        return -value
    raise mismatch("-", value)


def _ordered(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def run(left: Any, right: Any) -> bool:
        kinds = (type(left), type(right))
        if kinds == (str, str) or (kinds[0] in (int, float) and kinds[1] in (int, float)):
            return compare(left, right)
        raise mismatch(name, left, right)

    return run


def contained(item: Any, holder: Any) -> bool:
    """`in`: an item of a list or a key of an object."""
    if type(holder) is list:
        return any(equal(item, other) for other in holder)
    if type(holder) is dict:
        return type(item) is str and item in holder
    raise mismatch("in", holder)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _ordered("<", lambda left, right: left < right),
    "<=": _ordered("<=", lambda left, right: left <= right),
    ">": _ordered(">", lambda left, right: left > right),
    ">=": _ordered(">=", lambda left, right: left >= right),
    "in": contained,
}


def text(value: Any) -> str:
    """A scalar as text, the same on every machine; a whole number of type `number` has no fraction."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    raise mismatch("string()", value)


def _size(value: Any) -> int:
    if type(value) in (str, list, dict):
        return len(value)
    raise mismatch("size()", value)


def _int(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float:
        return checked_int(int(value))
    if type(value) is str:
        if _WHOLE.match(value):
            return checked_int(int(value))
        raise ExprError("expr.value", "int(): the text is no number")
    raise mismatch("int()", value)


def _double(value: Any) -> float:
    if type(value) in (int, float):
        return float(value)
    if type(value) is str:
        if _DECIMAL.match(value):
            return checked_number(float(value))
        raise ExprError("expr.value", "double(): the text is no number")
    raise mismatch("double()", value)


def _bool(value: Any) -> bool:
    if type(value) is bool:
        return value
    if type(value) is str:
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        raise ExprError("expr.value", "bool(): neither 'true' nor 'false'")
    raise mismatch("bool()", value)


def _on_texts(name: str, operate: Callable[..., Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        if all(type(value) is str for value in values):
            return operate(*values)
        raise mismatch(f"{name}()", *values)

    return run


def _replace(value: str, old: str, new: str) -> str:
    grows = max(0, len(new) - len(old)) * (value.count(old) if old else len(value) + 1)
    if len(value) + grows > MAX_TEXT:
        raise ExprError("expr.limit", f"a text longer than {MAX_TEXT} characters")
    return value.replace(old, new)


def _split(value: str, separator: str) -> list[str]:
    parts = value.split(separator, MAX_ITEMS) if separator else list(value[: MAX_ITEMS + 1])
    checked_list(parts)
    return parts


def join_texts(items: Any, separator: str = "") -> str:
    """`join()`: scalars of a list as one text."""
    if type(items) is not list or type(separator) is not str:
        raise mismatch("join()", items, separator)
    parts = [text(item) for item in items]
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_TEXT + len(separator):
        raise ExprError("expr.limit", f"a text longer than {MAX_TEXT} characters")
    return separator.join(parts)


def _substring(value: Any, start: Any, end: Any = None) -> str:
    if type(value) is not str or type(start) is not int or type(end) not in (int, type(None)):
        raise mismatch("substring()", value, start)
    stop = len(value) if end is None else end
    if not 0 <= start <= stop <= len(value):
        raise ExprError("expr.value", "substring(): outside the text")
    return value[start:stop]


def _abs(value: Any) -> Any:
    if type(value) is int:
        return checked_int(abs(value))
    if type(value) is float:
        return abs(value)
    raise mismatch("abs()", value)


def round_half_up(value: float, digits: int = 0) -> Decimal:
    """A number rounded as people do it: half away from zero."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _round(value: Any, digits: Any = 0) -> Any:
    if type(value) not in (int, float) or type(digits) is not int:
        raise mismatch("round()", value, digits)
    if not 0 <= digits <= 10:
        raise ExprError("expr.value", "round(): 0 to 10 digits")
    if type(value) is int or abs(value) >= 1e15:
        return value
    return float(round_half_up(value, digits))


def _extreme(name: str, choose: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        items = values[0] if len(values) == 1 and type(values[0]) is list else list(values)
        kinds = {
            str if type(item) is str else float if type(item) in (int, float) else None for item in items
        }
        if len(kinds) > 1 or None in kinds:
            raise mismatch(f"{name}()", *items)
        if not items:
            raise ExprError("expr.value", f"{name}() of nothing")
        return choose(items)

    return run


def _sum(items: Any) -> Any:
    if type(items) is not list or any(type(item) not in (int, float) for item in items):
        raise mismatch("sum()", items)
    total: int | float = 0
    for item in items:
        total += item
    return checked_int(total) if type(total) is int else checked_number(float(total))


def _timestamp(value: Any) -> int:
    moment = parse_moment(value) if type(value) is str else None
    if moment is None:
        raise ExprError("expr.value", "timestamp(): wants a date and time with an offset")
    return moment


def _duration(value: Any) -> int:
    if type(value) is str:
        seconds = parse_duration(value)
        found = seconds * 1_000 if seconds is not None else _span(value)
        if found is not None:
            return found
    raise ExprError("expr.value", "duration(): wants a duration such as 15m")


def _span(written: str) -> int | None:
    """Milliseconds of `-1.5h` or `1m30.5s`, cut towards zero; None if it is no duration."""
    match = _SPAN.match(written)
    if match is None:
        return None
    total = sum(Decimal(count) * _SPAN_UNITS[unit] for count, unit in _SPAN_PART.findall(match[2]))
    return checked_int(-int(total) if match[1] else int(total))


def is_zone(name: str) -> bool:
    """Whether date parts may be asked for this zone: `Europe/Moscow`, or `+03:00`."""
    return _OFFSET.match(name) is not None or zone(name) is not None


def _wall_clock(moment: int, zone_name: str) -> datetime:
    """A moment in a zone, or at an offset from UTC."""
    offset = _OFFSET.match(zone_name)
    if offset is None:
        return local(moment, zone_name)
    minutes = int(offset[2]) * 60 + int(offset[3])
    delta = timedelta(minutes=-minutes if offset[1] == "-" else minutes)
    try:
        return local(moment, "UTC").astimezone(timezone(delta))
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error


def _part(
    name: str, read: Callable[[Any], int], *, of: Callable[[str], Any] | None = None, unit: int = 0
) -> Callable[..., Any]:
    """A part of a moment as a zone's clocks show it.

    With `of` also of a date or a time that a text holds, and with `unit` a duration as so many of it.
    """

    def run(value: Any, *zones: Any) -> int:
        if zones:
            return read(_shown(name, value, zones[0]))
        if type(value) is int and unit:
            return value // unit if value >= 0 else -(-value // unit)
        if type(value) is not str or of is None:
            raise mismatch(f"{name}()", value)
        return read(_read(name, of, value))

    return run


def _shown(name: str, moment: Any, zone_name: Any) -> datetime:
    if type(moment) is not int or type(zone_name) is not str:
        raise mismatch(f"{name}()", moment, zone_name)
    if not is_zone(zone_name):
        raise ExprError("expr.value", f"{name}(): unknown time zone")
    try:
        return _wall_clock(moment, zone_name)
    except ValueError as error:
        raise ExprError("expr.value", f"{name}(): {error}") from error


def _read(name: str, of: Callable[[str], Any], value: Any) -> Any:
    found = of(value) if type(value) is str else None
    if found is None:
        wanted = "a date such as 2026-03-02" if of is parse_date else "a time such as 09:30"
        raise ExprError("expr.value", f"{name}(): wants {wanted}")
    return found


def _date(value: Any, *zones: Any) -> str:
    found: date = _shown("date", value, zones[0]).date() if zones else _read("date", parse_date, value)
    return found.isoformat()


def _time(value: Any, *zones: Any) -> str:
    found: time = _shown("time", value, zones[0]).time() if zones else _read("time", parse_time, value)
    return found.isoformat("minutes" if zones or not found.second else "seconds")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "size": _size,
    "string": text,
    "int": _int,
    "double": _double,
    "bool": _bool,
    "contains": _on_texts("contains", lambda value, part: part in value),
    "startsWith": _on_texts("startsWith", lambda value, part: value.startswith(part)),
    "endsWith": _on_texts("endsWith", lambda value, part: value.endswith(part)),
    "lower": _on_texts("lower", lambda value: checked_text(value.lower())),
    "upper": _on_texts("upper", lambda value: checked_text(value.upper())),
    "trim": _on_texts("trim", str.strip),
    "replace": _on_texts("replace", _replace),
    "split": _on_texts("split", _split),
    "join": join_texts,
    "substring": _substring,
    "abs": _abs,
    "round": _round,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "sum": _sum,
    "timestamp": _timestamp,
    "duration": _duration,
    "date": _date,
    "time": _time,
    "getFullYear": _part("getFullYear", lambda at: at.year, of=parse_date),
    "getMonth": _part("getMonth", lambda at: at.month - 1, of=parse_date),
    "getDate": _part("getDate", lambda at: at.day, of=parse_date),
    "getDayOfMonth": _part("getDayOfMonth", lambda at: at.day - 1, of=parse_date),
    "getDayOfYear": _part("getDayOfYear", lambda at: at.timetuple().tm_yday - 1, of=parse_date),
    "getDayOfWeek": _part("getDayOfWeek", lambda at: (at.weekday() + 1) % 7, of=parse_date),
    "getHours": _part("getHours", lambda at: at.hour, of=parse_time, unit=3_600_000),
    "getMinutes": _part("getMinutes", lambda at: at.minute, of=parse_time, unit=60_000),
    "getSeconds": _part("getSeconds", lambda at: at.second, of=parse_time, unit=1_000),
    "getMilliseconds": _part("getMilliseconds", lambda at: at.microsecond // 1_000),
}
