"""What FastAPI cannot know of our API, added to its description: who may call, and every error in its one form.

All of it is derived from a route's guard, method and input, so that a new route needs no word on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from omnisupport.api import deps
from omnisupport.api.errors import TITLES
from omnisupport.api.guards import Door, Guard, calls_of, guard_of, routes_of
from omnisupport.api.headers import API
from omnisupport.api.schemas.problem import Problem
from omnisupport.api.schemas.scenarios import Conflict

SCHEMES: dict[str, dict[str, str]] = {
    "visitor": {
        "type": "http",
        "scheme": "bearer",
        "description": "`visitor_token` of POST /api/v1/widget/{slug}/sessions.",
    },
    "operator": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`access_token` of POST /api/v1/auth/login with grant `token`, for ten minutes.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": deps.COOKIE,
        "description": "Of a browser, by POST /api/v1/auth/login. Whatever changes something has to come from a "
        f"page of ours. On loopback over plain http the cookie is named `{deps.LOOPBACK_COOKIE}`.",
    },
}
SECURITY: dict[Door, list[dict[str, list[str]]]] = {
    Door.PUBLIC: [],
    Door.VISITOR: [{"visitor": []}],
    Door.PERSON: [{"operator": []}, {"session": []}],
}
WAITING = (429, 503)
"""Errors that say with `Retry-After` when to come again."""
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Makes a repeat safe: the same request with the same key gets the same answer for 24 hours, with "
    "`Idempotency-Replayed: true`. Of the caller alone. Errors 401, 429 and 5xx, and answers that set a cookie, are "
    "not kept. 409 `idempotency_key_reused`: another request had it; `request_in_progress`: the first is under way.",
}
MERGED_INTO: dict[str, Any] = {
    "type": "string",
    "format": "uuid",
    "description": "With code `customer_merged` only: the customer who remains.",
}
SCHEMAS = "#/components/schemas/{model}"
OF_A_STALE_DRAFT: dict[str, Any] = {
    "revision": {"type": "integer", "description": "With code `draft_changed` only: that of the draft now."},
    "diff": {
        "anyOf": [{"$ref": SCHEMAS.format(model="ScenarioDiff")}, {"type": "null"}],
        "description": "With code `draft_changed` only: what has changed since the revision that If-Match names; null "
        "when that is kept no more.",
    },
    "merged": {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "With code `draft_changed` only: the document with both changes; null in a conflict.",
    },
    "conflicts": {
        "type": "array",
        "items": {"$ref": SCHEMAS.format(model="Conflict")},
        "description": "With code `draft_changed` only: places that both have changed in different ways.",
    },
}
PROBLEM = "application/problem+json"


def may_answer(*statuses: int) -> dict[str, Any]:
    """The `openapi_extra` of a route that answers errors which its method and input do not tell of."""
    return {
        "responses": {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in statuses}
    }


class DescribedApi(FastAPI):
    """An app whose description is complete."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; made once."""
        if self.openapi_schema is None:
            described = super().openapi()
            _add_components(described["components"])
            for route in routes_of(self):
                guard = guard_of(route)
                if guard is None or not getattr(route, "include_in_schema", False):
                    continue
                for method in route.methods or ():
                    operation = described["paths"].get(route.path_format, {}).get(method.lower())
                    if operation is not None:
                        _complete(operation, guard, method, route)
        return self.openapi_schema or described


def _add_components(components: dict[str, Any]) -> None:
    schemas = components["schemas"]
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    described = Problem.model_json_schema(ref_template=SCHEMAS)
    schemas["Conflict"] = Conflict.model_json_schema(ref_template=SCHEMAS)
    described["properties"] |= {"merged_into": MERGED_INTO, **OF_A_STALE_DRAFT}
    schemas |= described.pop("$defs") | {"Problem": described}
    components["securitySchemes"] = SCHEMES
    components["responses"] = {_name(status): _answer(status) for status in TITLES} | {
        "Error": {"description": "Any other error", "content": _answer(500)["content"]}
    }


def _answer(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": TITLES[status],
        "content": {PROBLEM: {"schema": {"$ref": SCHEMAS.format(model="Problem")}}},
    }
    if status in WAITING:
        answer["headers"] = {
            "Retry-After": {"description": "In seconds.", "schema": {"type": "integer", "minimum": 1}}
        }
    if status == 429:
        answer["headers"] |= {
            "RateLimit-Policy": {
                "description": "The limit: `q` requests in `w` seconds.",
                "schema": {"type": "string"},
            },
            "RateLimit": {
                "description": "What is left of it: `r` requests, more in `t` seconds.",
                "schema": {"type": "string"},
            },
        }
    return answer


def _name(status: int) -> str:
    return f"Error{status}"


def _complete(operation: dict[str, Any], guard: Guard, method: str, route: Any) -> None:
    operation["security"] = SECURITY[guard.door]
    if method == "POST":
        _add_key(operation)
    answers = operation["responses"]
    answers.pop("422", None)
    own = {int(status) for status in answers if status.isdigit() and int(status) >= 400}
    for status in sorted(own | set(_refusals(operation, guard, method, route))):
        answers[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
    answers["default"] = {"$ref": "#/components/responses/Error"}


def _add_key(operation: dict[str, Any]) -> None:
    """Every POST takes a key, whether or not its route reads it too."""
    others = [each for each in operation.get("parameters", []) if each["name"] != KEY["name"]]
    operation["parameters"] = [*others, KEY]


def _refusals(operation: dict[str, Any], guard: Guard, method: str, route: Any) -> Iterator[int]:
    """Statuses of the errors that a route may answer beside what nobody expects."""
    inputs = {(each["in"], each["name"].lower()) for each in operation.get("parameters", [])}
    signs_in = guard.door == Door.PUBLIC and "auth" in operation["tags"]
    if signs_in:
        yield 400  # plain http
    if guard.door != Door.PUBLIC or signs_in:
        yield 401
    calls = list(calls_of(route.dependant))
    if guard.door == Door.PERSON or (method == "POST" and signs_in):
        yield 403  # the permission, a second factor that is owed, or a page of somebody else
    if "widget" in operation["tags"]:
        yield 403  # a page in which the widget may not stand, or a claim that nobody has signed
    if guard.door == Door.VISITOR or any(place == "path" for place, _ in inputs):
        yield 404  # a closed tenant is no tenant
    is_change = method != "GET" and not (guard.permission or "").endswith(".read")
    if method == "POST" or (guard.door == Door.PERSON and is_change):
        yield 409  # the state of things, or the key
    if ("header", "if-match") in inputs:
        yield from (412, 428)
    if "requestBody" in operation:
        yield 413
    if "requestBody" in operation or inputs:
        yield 422
    if route.path.startswith(API):
        yield 429
    if deps.services in calls:
        yield 503
