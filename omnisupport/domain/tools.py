"""What an assistant may read through a connection, and how its words become a request that cannot go elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

OF_MODEL = "model"
OF_CUSTOMER = ("customer.id", "customer.external_id", "customer.email", "customer.phone")
"""Where a parameter's value comes from: the model says it, or the server does, of the customer it talks with."""
MOST_CHARACTERS = 200
"""Of one argument."""
_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class ArgumentRefused(Exception):
    """An argument that does not fit; the text says why, and holds nothing that the model has written."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that an operation is asked with."""

    name: str
    type: str
    description: str
    required: bool
    place: str
    """`path` or `query`."""
    source: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One GET of a connection; `path` holds its parameters as `{name}`."""

    key: str
    description: str
    path: str
    parameters: tuple[Parameter, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Operation:
        """As the table keeps it."""
        parameters = tuple(
            Parameter(
                each["name"],
                each["type"],
                each["description"],
                each["required"],
                each["in"],
                each["source"],
            )
            for each in data["parameters"]
        )
        return cls(data["key"], data["description"], data["path"], parameters)

    @property
    def asked_of_model(self) -> tuple[Parameter, ...]:
        """What the model has to say; it hears of nothing else."""
        return tuple(each for each in self.parameters if each.source == OF_MODEL)

    @property
    def needs_customer(self) -> bool:
        """Whether something comes from what is known of the customer."""
        return any(each.source in OF_CUSTOMER for each in self.parameters)


def holes(path: str) -> set[str]:
    """The parameters that stand in a path."""
    return set(_HOLE.findall(path))


def fill_path(path: str, values: Mapping[str, str]) -> str:
    """The path with values, each quoted already, in its holes."""
    return _HOLE.sub(lambda hole: values[hole[1]], path)


def check_arguments(
    operation: Operation, arguments: Any, customer: Mapping[str, str | None]
) -> dict[str, str]:
    """Every parameter that has a value, as text: the model's words held to their form, the rest from the server.

    Raises:
        ArgumentRefused: something is missing, too much, too long or of another type.
    """
    if not isinstance(arguments, Mapping):
        raise ArgumentRefused("arguments are an object")
    if set(arguments) - {each.name for each in operation.asked_of_model}:
        raise ArgumentRefused("there is an argument that this tool does not have")
    values = {}
    for each in operation.parameters:
        if each.source == OF_MODEL:
            given = _text_of(each, arguments[each.name]) if each.name in arguments else None
        else:
            given = customer.get(each.source)
        if given is not None:
            values[each.name] = given
        elif each.required:
            what = each.name if each.source == OF_MODEL else each.source
            raise ArgumentRefused(f"{what} is needed and is not known")
    return values


def _text_of(parameter: Parameter, value: Any) -> str:
    match parameter.type, value:
        case "boolean", bool():
            text = "true" if value else "false"
        case "integer" | "number", int() if not isinstance(value, bool):
            # Before it is written: Python refuses to write numbers of thousands of digits.
            text = str(value) if abs(value) < 10**MOST_CHARACTERS else " " * (MOST_CHARACTERS + 1)
        case "number", float() if isfinite(value):
            text = repr(value)
        case "string", str():
            text = value
        case _:
            raise ArgumentRefused(f"{parameter.name} is of the type {parameter.type}")
    if len(text) > MOST_CHARACTERS:
        raise ArgumentRefused(f"{parameter.name} is longer than {MOST_CHARACTERS} characters")
    if not text.isprintable():
        raise ArgumentRefused(f"{parameter.name} holds characters that cannot be printed")
    if parameter.place == "path" and text.strip(". ") == "":
        # An empty part, or one of dots, would be another path.
        raise ArgumentRefused(f"{parameter.name} is empty")
    return text
