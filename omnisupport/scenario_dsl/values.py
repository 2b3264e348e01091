"""Make a value fit the variable it goes to: JSON numbers, ids, constraints."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.calendar import parse_date, parse_duration, parse_moment, parse_time
from omnisupport.scenario_dsl.regex import compile_pattern, is_in

MAX_STRING = 8_192
MAX_LIST = 500
MAX_NESTING = 16
# Values in one value, counted at each place where they stand; far above what the state may carry.
MAX_PLACES = 10_000

_WHOLE_MAX = 2**63 - 1
_NUMBER_MAX = 10**300


class Misfit(ValueError):
    """The value is not what the variable takes; the message names the rule, never the value."""


def fit(value: Any, spec: dict[str, Any]) -> Any:
    """The value as a variable of this spec stores it: `{"type": …, "min": …, "pattern": …}`.

    Raises:
        Misfit: another type, or a constraint is violated.
    """
    if value is None:
        if spec["type"].get("null"):
            return None
        raise Misfit("null is not allowed")
    fitted = fit_type(value, spec["type"])
    _check_constraints(fitted, spec)
    return fitted


def fit_type(value: Any, wanted: dict[str, Any], depth: int = 0) -> Any:
    """The value as one of this type; a whole float becomes an int where an int is wanted."""
    if value is None:
        if wanted.get("null") or wanted["t"] == "any":
            return None
        raise Misfit(f"null, where {wanted['t']} is wanted")
    if depth == 0:
        _check_places(value)
    elif depth > MAX_NESTING:
        raise Misfit("nested too deep")
    return _FITTERS[wanted["t"]](value, wanted, depth)


def _check_places(value: Any) -> None:
    """Refuse what is too large to walk through: its parts may be shared and their places beyond number."""
    kind = type(value)
    if kind is not list and kind is not dict:
        return
    left, open_values = MAX_PLACES, [value]
    while open_values:
        holder = open_values.pop()
        left -= len(holder)
        if left < 0:
            raise Misfit(f"more than {MAX_PLACES} values")
        items = holder if type(holder) is list else holder.values()
        open_values += [item for item in items if type(item) is list or type(item) is dict]


def _text(value: Any, wanted: dict[str, Any], depth: int) -> str:
    if type(value) is not str:
        raise Misfit(f"no {wanted['t']}")
    if len(value) > MAX_STRING:
        raise Misfit(f"longer than {MAX_STRING} characters")
    if "\0" in value:
        raise Misfit("holds a NUL character, which Postgres cannot store")
    return value


def _enum(value: Any, wanted: dict[str, Any], depth: int) -> str:
    if value not in wanted["values"]:
        raise Misfit("not one of the values")
    return str(value)


def _int(value: Any, wanted: dict[str, Any], depth: int) -> int:
    if type(value) is float and _is_finite(value) and value == int(value):
        value = int(value)
    if type(value) is not int or abs(value) > _WHOLE_MAX:
        raise Misfit("no int")
    return value


def _number(value: Any, wanted: dict[str, Any], depth: int) -> float:
    if type(value) not in (int, float) or abs(value) > _NUMBER_MAX or not _is_finite(value):
        raise Misfit("no number")
    return float(value)


def _is_finite(value: float) -> bool:
    return value - value == 0


def _bool(value: Any, wanted: dict[str, Any], depth: int) -> bool:
    if type(value) is not bool:
        raise Misfit("no bool")
    return value


def _date(value: Any, wanted: dict[str, Any], depth: int) -> str:
    if type(value) is not str or parse_date(value) is None:
        raise Misfit("no date")
    return value


def _time(value: Any, wanted: dict[str, Any], depth: int) -> str:
    if type(value) is not str or parse_time(value) is None:
        raise Misfit("no time")
    return value


def _datetime(value: Any, wanted: dict[str, Any], depth: int) -> int:
    if type(value) is str:
        value = parse_moment(value)
    if type(value) is not int:
        raise Misfit("no datetime")
    return value


def _duration(value: Any, wanted: dict[str, Any], depth: int) -> int:
    if type(value) is str:
        seconds = parse_duration(value)
        value = None if seconds is None else seconds * 1_000
    if type(value) is not int or abs(value) > _WHOLE_MAX:
        raise Misfit("no duration")
    return value


def _money(value: Any, wanted: dict[str, Any], depth: int) -> dict[str, Any]:
    if type(value) is not dict or type(value.get("currency")) is not str:
        raise Misfit("no money")
    return {
        "amount": _int(value.get("amount"), wanted, depth),
        "currency": _text(value["currency"][:8], wanted, depth),
    }


_FILE_TEXTS = ("id", "name", "mime", "kind", "url", "text")


def _file(value: Any, wanted: dict[str, Any], depth: int) -> dict[str, Any]:
    if type(value) is not dict or value.get("scan") not in ("clean", "infected", "not_checked"):
        raise Misfit("no file")
    texts = {name: value.get(name) for name in _FILE_TEXTS}
    file = {name: None if text is None else _text(text, wanted, depth) for name, text in texts.items()}
    size = value.get("size")
    return {**file, "size": None if size is None else _int(size, wanted, depth), "scan": value["scan"]}


def _location(value: Any, wanted: dict[str, Any], depth: int) -> dict[str, Any]:
    if type(value) is not dict or (value.get("lat") is None) != (value.get("lon") is None):
        raise Misfit("no location")
    address = value.get("address")
    place = {name: value.get(name) for name in ("lat", "lon")}
    return {
        **{name: None if item is None else _number(item, wanted, depth) for name, item in place.items()},
        "address": None if address is None else _text(address, wanted, depth),
    }


def _list(value: Any, wanted: dict[str, Any], depth: int) -> list[Any]:
    if type(value) is not list or len(value) > MAX_LIST:
        raise Misfit(f"no list of at most {MAX_LIST}")
    item = wanted.get("of", {"t": "any"})
    return [fit_type(element, item, depth + 1) for element in value]


def _object(value: Any, wanted: dict[str, Any], depth: int) -> dict[str, Any]:
    if type(value) is not dict:
        raise Misfit("no object")
    fields = wanted.get("fields")
    if fields is None:
        return {
            _text(str(key), {"t": "name"}, depth): fit_type(item, {"t": "any"}, depth + 1)
            for key, item in value.items()
        }
    result: dict[str, Any] = {}
    for name, kind in fields.items():
        try:
            result[name] = fit_type(value.get(name), kind, depth + 1)
        except Misfit as error:
            raise Misfit(f"{name}: {error}") from error
    return result


def _any(value: Any, wanted: dict[str, Any], depth: int) -> Any:
    kind = type(value)
    if kind is bool:
        return value
    fitter = {str: _text, int: _int, float: _number, list: _list, dict: _object}.get(kind)
    if fitter is None:
        raise Misfit("no JSON value")
    return fitter(value, {"t": "any"}, depth)


_FITTERS = {
    "string": _text,
    "phone": _text,
    "email": _text,
    "url": _text,
    "enum": _enum,
    "int": _int,
    "number": _number,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "duration": _duration,
    "money": _money,
    "file": _file,
    "location": _location,
    "list": _list,
    "object": _object,
    "any": _any,
}


def _check_constraints(value: Any, spec: dict[str, Any]) -> None:
    """Hold a value, and what it is made of, against `min` and its like."""
    kind = type(value)
    if kind in (str, list):
        _check_length(value, spec)
    if kind is str and "pattern" in spec and not is_in(compile_pattern(spec["pattern"]), value):
        raise Misfit("does not match the pattern")
    if "min" in spec or "max" in spec:
        _check_bounds(value, spec)
    if "currency" in spec and value["currency"] != spec["currency"]:
        raise Misfit(f"not in {spec['currency']}")
    if "of" in spec:
        for item in value:
            _check_part(item, spec["of"], "an item")
    for name, part in spec.get("fields", {}).items():
        _check_part(value[name], part, name)


def _check_length(value: Any, spec: dict[str, Any]) -> None:
    if len(value) < spec.get("min_length", 0):
        raise Misfit(f"shorter than {spec['min_length']}")
    if len(value) > spec.get("max_length", len(value)):
        raise Misfit(f"longer than {spec['max_length']}")


def _check_bounds(value: Any, spec: dict[str, Any]) -> None:
    """Numbers, moments and durations, the amount of money, and dates and times as they are written."""
    measured = value["amount"] if type(value) is dict else value
    if type(measured) is str and len(measured) == 5:
        measured += ":00"  # bounds of times have seconds
    if measured < spec.get("min", measured):
        raise Misfit(f"less than {spec['min']}")
    if measured > spec.get("max", measured):
        raise Misfit(f"more than {spec['max']}")


def _check_part(value: Any, spec: dict[str, Any], name: str) -> None:
    if value is None:
        return
    try:
        _check_constraints(value, spec)
    except Misfit as error:
        raise Misfit(f"{name}: {error}") from error
