"""Answers against /openapi.json: as much of JSON Schema as our description uses, and no keyword unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx2

from omnisupport.api.app import create_app
from omnisupport.settings import Settings

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
WORDS = {"title", "description", "default", "minimum", "maximum", "minLength", "maxLength", "pattern"}
CHECKED = {
    "$ref",
    "anyOf",
    "type",
    "enum",
    "const",
    "items",
    "properties",
    "required",
    "additionalProperties",
}


class Description:
    """An OpenAPI document, and which of its operations have answered."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[tuple[str, str, int]] = set()

    def operations(self) -> set[tuple[str, str]]:
        """(method, path) of each."""
        return {(m.upper(), p) for p, item in self.document["paths"].items() for m in item}

    def resolve(self, item: Any) -> Any:
        """What a reference stands for."""
        while "$ref" in item:
            found: Any = self.document
            for name in item["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            item = found
        return item

    async def check(self, answer: httpx2.Response) -> None:
        """An event hook of httpx: hold an answer to what its operation promises."""
        request = answer.request
        operation = self._operation(request.method, request.url.path)
        if operation is None:
            return
        path, described = operation
        self.seen.add((request.method, path, answer.status_code))
        status = str(answer.status_code)
        assert status in described["responses"], f"{request.method} {path} does not tell of {status}"
        promised = self.resolve(described["responses"][status])
        await answer.aread()
        if not promised.get("content"):
            assert answer.content == b"", (path, answer.text)
            return
        kind = answer.headers["content-type"].partition(";")[0]
        if kind not in promised["content"] and "*/*" in promised["content"]:
            return  # bytes of any type: there is no schema for them
        assert kind in promised["content"], (path, kind)
        told = answer.json() if kind.endswith("json") else answer.text
        wrong = list(self.wrong(told, promised["content"][kind]["schema"], "$"))
        assert not wrong, (request.method, path, status, wrong, answer.text[:500])
        for name in promised.get("headers", {}):
            assert name in answer.headers, (path, status, name)

    def wrong(self, value: Any, schema: dict[str, Any], at: str) -> Iterator[str]:
        """What a value has that its schema does not allow."""
        schema = self.resolve(schema)
        unknown = schema.keys() - WORDS - CHECKED - {"format"}
        assert not unknown, f"the checker does not know {unknown}"
        if choices := schema.get("anyOf"):
            if all(any(self.wrong(value, choice, at)) for choice in choices):
                yield f"{at}: none of the choices takes {value!r}"
            return
        named = schema.get("type")
        kinds = TYPES[named] if named else (object,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and named not in (None, "boolean")):
            yield f"{at}: {value!r} is no {named}"
            return
        if value not in schema.get("enum", [value]) or value != schema.get("const", value):
            yield f"{at}: {value!r} is not listed"
        match schema.get("format"):
            case "uuid":
                UUID(value)
            case "date-time":
                datetime.fromisoformat(value)
        for number, item in enumerate(value if isinstance(value, list) else ()):
            yield from self.wrong(item, schema.get("items", {}), f"{at}[{number}]")
        if isinstance(value, dict):
            yield from self._wrong_fields(value, schema, at)

    def _wrong_fields(self, value: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        yield from (f"{at}: no {name}" for name in schema.get("required", []) if name not in value)
        for name, item in value.items():
            if name in properties:
                yield from self.wrong(item, properties[name], f"{at}.{name}")
            elif others is False:
                yield f"{at}: {name} is not described"
            elif isinstance(others, dict):
                yield from self.wrong(item, others, f"{at}.{name}")

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        fixed_first = sorted(self.document["paths"], key=lambda template: template.count("{"))
        for template in fixed_first:
            operation: dict[str, Any] | None = self.document["paths"][template].get(method.lower())
            if operation is not None and re.fullmatch(re.sub(r"\{.*?\}", "[^/]+", template), path):
                return template, operation
        return None


@cache
def api_document() -> dict[str, Any]:
    """The api's own /openapi.json, put together once for all tests of a process (2 s): not to be changed."""
    return create_app(Settings()).openapi()
