"""Bodies that cannot be meant, made from /openapi.json: each field of a body spoiled in one way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.schema import Description

HUGE = 10**400
SAMPLES: dict[str, Any] = {
    "string": "x",
    "integer": 7,
    "number": 7.5,
    "boolean": True,
    "array": ["x"],
    "object": {"x": 1},
    "null": None,
}


@dataclass(frozen=True)
class Operation:
    """One operation with a body of JSON, and what its body may hold."""

    method: str
    path: str
    fields: dict[str, Any]
    is_required: bool


def operations(description: Description) -> Iterator[Operation]:
    """Every operation that takes JSON."""
    for path, item in description.document["paths"].items():
        for method, operation in item.items():
            wanted = operation.get("requestBody", {})
            content = wanted.get("content", {})
            if "application/json" in content:
                schema = description.resolve(content["application/json"]["schema"])
                choices = [description.resolve(each) for each in choices_of(schema)]
                fields = {n: s for each in choices for n, s in each.get("properties", {}).items()}
                yield Operation(method.upper(), path, fields, wanted.get("required", False))


def choices_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas of which one has to fit."""
    found: list[dict[str, Any]] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


class Spoiler:
    """Spoils a field in a way that its schema does not allow; None where the way does not apply to it."""

    def __init__(self, description: Description) -> None:
        self._description = description

    def ways(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """Each way by its name. JSON is written by `raw`, so a value may be no JSON value at all."""
        return {
            **{f"a {kind} instead": self._other(kind) for kind in SAMPLES},
            "too long": self._too_long,
            "too large": self._beyond("maximum", 1),
            "too small": self._beyond("minimum", -1),
            "beyond every number": lambda schema: (
                HUGE if self._kinds(schema) <= {"integer", "number", "null"} else None
            ),
            "infinite": lambda schema: (
                Raw("1e400") if self._kinds(schema) <= {"integer", "number", "null"} else None
            ),
            "not listed": lambda schema: "no-such-word" if self._of(schema, "enum") else None,
            "no id": lambda schema: "٣" * 32 if self._of(schema, "format") == "uuid" else None,
            "no moment": lambda schema: (
                "2026-13-45T99:99" if self._of(schema, "format") == "date-time" else None
            ),
            "half a character": lambda schema: Raw('"\\ud800"') if "string" in self._kinds(schema) else None,
        }

    def _choices(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for each in choices_of(self._description.resolve(schema)):
            plain = self._description.resolve(each)
            found += [plain] if choices_of(plain) == [plain] else self._choices(plain)
        return found

    def _kinds(self, schema: dict[str, Any]) -> set[str]:
        """JSON types that a schema allows; all of them where it names none."""
        found: set[str] = set()
        for each in self._choices(schema):
            if "type" not in each and "const" not in each and "enum" not in each:
                return set(SAMPLES)
            found.add(each.get("type", "string"))
        return found | ({"integer"} if "number" in found else set())

    def _of(self, schema: dict[str, Any], word: str) -> Any:
        """A keyword of the one choice that is not null."""
        rest = [each for each in self._choices(schema) if each.get("type") != "null"]
        return rest[0].get(word) if len(rest) == 1 else None

    def _other(self, kind: str) -> Callable[[dict[str, Any]], Any]:
        def spoil(schema: dict[str, Any]) -> Any:
            is_allowed = kind in self._kinds(schema)
            return None if is_allowed else (Raw("null") if kind == "null" else SAMPLES[kind])

        return spoil

    def _too_long(self, schema: dict[str, Any]) -> Any:
        if (most := self._of(schema, "maxLength")) is not None:
            return "x" * (most + 1)
        if (most := self._of(schema, "maxItems")) is not None:
            return ["x"] * (most + 1)
        return None

    def _beyond(self, bound: str, step: int) -> Callable[[dict[str, Any]], Any]:
        def spoil(schema: dict[str, Any]) -> Any:
            limit = self._of(schema, bound)
            return None if limit is None else limit + step

        return spoil


@dataclass(frozen=True)
class Raw:
    """A value as it is written, which no JSON library would write."""

    text: str


def written(body: dict[str, Any]) -> bytes:
    """A body as JSON, raw values as they are."""
    parts = (
        f"{json.dumps(name)}:{value.text if isinstance(value, Raw) else json.dumps(value)}"
        for name, value in body.items()
    )
    return ("{" + ",".join(parts) + "}").encode()
