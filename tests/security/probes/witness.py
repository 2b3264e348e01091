"""What a tenant was shown by its own api: which text field of which schema has carried a canary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

import httpx2

from tests.support.schema import Description

Field = tuple[str, str]
"""Name of a schema and of a field of it."""
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Witness:
    """Reads every answer of a tenant's own clients."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.texts: dict[Field, set[str]] = {}

    async def see(self, answer: httpx2.Response) -> None:
        """An event hook of httpx: remember the texts of an answer."""
        found = self.description._operation(answer.request.method, answer.request.url.path)
        if found is None:
            return
        _, operation = found
        await answer.aread()
        if answer.status_code >= 300 or not answer.headers.get("content-type", "").startswith(
            "application/json"
        ):
            return
        promised = self.description.resolve(operation["responses"][str(answer.status_code)])
        schema = promised["content"]["application/json"]["schema"]
        for field, text in self._texts(answer.json(), schema, ("", "")):
            self.texts.setdefault(field, set()).add(text)

    def unmarked(self, words: Collection[str]) -> dict[Field, set[str]]:
        """Text fields of all answers that the api describes in which none of these words was seen, with what was."""
        found: dict[Field, set[str]] = {}
        for field in sorted(set(text_fields(self.description))):
            seen = self.texts.get(field, set())
            if not _is_no_text(seen) and not any(word in text for text in seen for word in words):
                found[field] = seen
        return found

    def _texts(self, value: Any, schema: dict[str, Any], at: Field) -> Iterator[tuple[Field, str]]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self._texts(value, self.description.resolve(schema), (name, ""))
        elif choices := schema.get("anyOf"):
            fitting = [c for c in choices if not any(self.description.wrong(value, c, "$"))]
            yield from self._texts(value, fitting[0], at) if fitting else ()
        elif isinstance(value, dict):
            known, others = schema.get("properties", {}), schema.get("additionalProperties")
            for name, item in value.items():
                inner = known.get(name, others if isinstance(others, dict) else {})
                yield from self._texts(item, inner, (at[0], name) if name in known else at)
                if name not in known:
                    yield at, name
        elif isinstance(value, list):
            for item in value:
                yield from self._texts(item, schema.get("items", {}), at)
        elif isinstance(value, str):
            yield at, value


def text_fields(description: Description) -> Iterator[Field]:
    """Every text field that an answer may have: a string without format or list of values, or anything at all."""
    for path in description.document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                content = description.resolve(answer).get("content", {}).get("application/json")
                if status.startswith("2") and content:
                    yield from _fields(description, content["schema"], ("", ""), set())


def _fields(description: Description, schema: dict[str, Any], at: Field, seen: set[str]) -> Iterator[Field]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            seen.add(name)
            yield from _fields(description, description.resolve(schema), (name, ""), seen)
        return
    for choice in schema.get("anyOf", ()):
        yield from _fields(description, choice, at, seen)
    kind = schema.get("type")
    if kind == "string" and at[0] and not schema.keys() & {"format", "enum", "const"}:
        yield at
    elif kind == "array":
        yield from _fields(description, schema.get("items", {}), at, seen)
    elif kind == "object":
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            yield from _fields(description, others, at, seen)
        elif others is True or (others is None and "properties" not in schema):
            yield at
        for name, inner in schema.get("properties", {}).items():
            yield from _fields(description, inner, (at[0], name), seen)


def _is_no_text(seen: set[str]) -> bool:
    """Whether all that was seen are ids or moments, which are looked for as such."""
    return bool(seen) and all(UUID.fullmatch(text) or _is_moment(text) for text in seen)


def _is_moment(text: str) -> bool:
    for read in (datetime.fromisoformat, date.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False
