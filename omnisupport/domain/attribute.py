"""Values of custom attributes: what each kind takes, from JSON and from a cell of a table."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from omnisupport.errors import Invalid

Value = str | float | bool
LONGEST_TEXT = 1000
LONGEST_URL = 2000
LARGEST = 1e15
"""Up to here each whole number is kept exactly."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WORDS: Mapping[str, bool] = MappingProxyType(
    {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False, "да": True, "нет": False}
)


class Kind(StrEnum):
    """What values an attribute has."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    """`2026-11-26`."""
    CHOICE = "choice"
    URL = "url"


class Subject(StrEnum):
    """What an attribute is of."""

    CUSTOMER = "customer"
    CONVERSATION = "conversation"


@dataclass(frozen=True)
class Definition:
    """One attribute, as a value is held to it."""

    key: str
    kind: Kind
    options: tuple[str, ...] = ()
    required: bool = False


def parse_value(definition: Definition, value: object) -> Value:
    """A value as it is kept.

    Raises:
        Invalid: it is none of this kind (code `attribute_invalid`); the field is `fields.{key}`.
    """
    parsed = PARSERS[definition.kind](definition, value)
    if parsed is None:
        raise Invalid(
            f"'{definition.key}' is {_wanted(definition)}; this value is not.",
            code="attribute_invalid",
            field=f"fields.{definition.key}",
        )
    return parsed


def parse_cell(definition: Definition, cell: str) -> Value:
    """The same from the text of a cell: a number has a point or a comma, a boolean is true or false, yes or no."""
    value: object = cell
    if definition.kind == Kind.BOOLEAN:
        value = WORDS.get(cell.casefold())
    elif definition.kind == Kind.NUMBER:
        try:
            value = float(cell.replace(",", "."))
        except ValueError:
            value = None
    return parse_value(definition, value)


def _text(_: Definition, value: object) -> Value | None:
    is_text = isinstance(value, str) and "\x00" not in value and 0 < len(value) <= LONGEST_TEXT
    return value if is_text and isinstance(value, str) else None


def _number(_: Definition, value: object) -> Value | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return int(value) if float(value).is_integer() else value


def _boolean(_: Definition, value: object) -> Value | None:
    return value if isinstance(value, bool) else None


def _date(_: Definition, value: object) -> Value | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _choice(definition: Definition, value: object) -> Value | None:
    return value if isinstance(value, str) and value in definition.options else None


def _url(_: Definition, value: object) -> Value | None:
    if not isinstance(value, str) or len(value) > LONGEST_URL or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.hostname else None


PARSERS: Mapping[Kind, Callable[[Definition, object], Value | None]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.NUMBER: _number,
        Kind.BOOLEAN: _boolean,
        Kind.DATE: _date,
        Kind.CHOICE: _choice,
        Kind.URL: _url,
    }
)


def _wanted(definition: Definition) -> str:
    if definition.kind == Kind.CHOICE:
        return f"one of {', '.join(definition.options)}"
    return {
        Kind.TEXT: f"a text of at most {LONGEST_TEXT} characters",
        Kind.NUMBER: f"a number up to {LARGEST:.0e}",
        Kind.BOOLEAN: "true or false",
        Kind.DATE: "a day such as 2026-11-26",
        Kind.URL: "an address that begins with http:// or https://",
    }[definition.kind]
