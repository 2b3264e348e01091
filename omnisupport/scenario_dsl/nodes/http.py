"""`http`: one request to a connection of the tenant, relative to its base address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import kind_name, text
from omnisupport.scenario_dsl.fields import (
    Bool,
    Duration,
    Field,
    Int,
    ListOf,
    Name,
    Number,
    Obj,
    Path,
    Str,
    Value,
    Words,
)
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.template import Hole
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.uses import Write
from omnisupport.scenario_dsl.values import Misfit
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_TIMEOUT_S = 10
_DETAIL = 200
_REASONS = ("timeout", "connection", "4xx", "5xx", "429")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class _RequestPath(Words):
    """A path below the connection's base address; holes are single, percent-encoded segments."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = super().read(tree, site, name)
        if found is MISSING:
            return MISSING
        for segments in found.locales.values():
            first = segments[0] if segments else ""
            whole = "".join("{}" if isinstance(item, Hole) else item for item in segments)
            if (
                isinstance(first, Hole)
                or not first.startswith("/")
                or first.startswith("//")
                or "://" in whole
            ):
                site.add("E410.path", tree, name)
                return MISSING
            if any(part in (".", "..") for part in whole.split("/")) or "?" in whole or "#" in whole:
                site.add("E410.path", tree, name)
                return MISSING
        return found


class _Reason(Str):
    """What is tried again: `timeout`, `connection`, a status or a class of them."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = super().read(tree, site, name)
        if (
            found is MISSING
            or found in _REASONS
            or (len(found) == 3 and found.isdigit() and found[0] in "45")
        ):
            return found
        values = ", ".join(_REASONS)
        site.unknown("E007.value", tree, name, found, _REASONS, field_name=name, values=values)
        return MISSING


class _Pairs(Field):
    """Named values, `{phone: "=customer.phone"}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("имена и значения", "names and values"))
        return Value().read(tree, site, name)


_REQUEST = Obj(
    {
        "method": Str(_METHODS),
        "path": _RequestPath(required=True, shown=False),
        "query": _Pairs(),
        "headers": _Pairs(),
        "json": Value(),
        "form": _Pairs(),
    },
    required=True,
)
_RETRY = Obj(
    {
        "max_attempts": Int(1, 20),
        "initial": Duration(),
        "backoff": Number(1, 10),
        "max_interval": Duration(),
        "jitter": Bool(),
        "retry_on": ListOf(_Reason(), most=20),
    }
)


class Http(NodeType):
    """Calls a connection. A status has its own exit (`"404"`, `3xx`, `4xx`, `5xx`), else `error`.

    `response.save_to` stores the JSON body, or the part that `pick` names (`data.order`); a body that does
    not fit the variable leaves by `schema`.
    """

    name = "http"
    fields = {
        "connection": Name("connections", required=True),
        "request": _REQUEST,
        "timeout": Duration(),
        "retry": _RETRY,
        "response": Obj({"save_to": Path(), "pick": Str()}),
    }
    exits = {
        "next": True,
        "3xx": False,
        "4xx": False,
        "5xx": False,
        "timeout": False,
        "schema": False,
        "error": False,
    }
    effect = True

    def settle(self, node: Node) -> None:
        write = node.values.get("response", {}).get("save_to")
        if isinstance(write, Write):
            write.is_fitted = True

    def longest_s(self, node: Node) -> float:
        """How long all attempts may take together, with the pauses between them."""
        timeout = float(node.values.get("timeout", _TIMEOUT_S))
        retry = _retry_policy(node.values.get("retry") or {}) or {}
        pauses: list[float] = [
            min(retry["initial_ms"] * retry["backoff"] ** made, retry["max_interval_ms"]) / 1_000
            for made in range(retry["max_attempts"] - 1)
        ]
        return timeout * (len(pauses) + 1) + sum(pauses)

    def knows_exit(self, exit: str) -> bool:
        return super().knows_exit(exit) or (len(exit) == 3 and exit.isdigit() and exit[0] in "345")

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data, request = node.data, node.data["request"]
        connection = turn.value(data["connection"])
        if type(connection) is not str:
            raise NodeError("http.blocked", "the connection's name is no text")
        built = {
            "connection": connection,
            "method": request.get("method", "GET"),
            "path": turn.render(request["path"], encode_segment),
            "query": {key: _query(value) for key, value in _given(turn, request.get("query"))},
            "headers": {key: _header(value) for key, value in _given(turn, request.get("headers"))},
        }
        if "form" in request:
            built["form"] = {key: _query(value) for key, value in _given(turn, request["form"])}
        elif "json" in request:
            built["json"] = turn.value(request["json"])
        turn.call(node, "http", built, data.get("timeout", _TIMEOUT_S), _retry_policy(data.get("retry")))
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        answer = value if isinstance(value, dict) else {}
        if exit == "ok":
            return self._stored(turn, node, answer.get("json"))
        if exit == "http_error":
            status = str(answer.get("status"))[:3]
            for candidate in (status, f"{status[:1]}xx"):
                if candidate in node.exits:
                    return node.exits[candidate]
            raise NodeError(f"http.{status[:1]}xx", f"the service answered {status}")
        if exit == "timeout":
            return follow(node, "timeout", "http.timeout", "the service did not answer in time")
        code, detail = answer.get("code"), answer.get("detail")
        if not isinstance(code, str) or not code.startswith("http."):
            raise NodeError("http.connection", "the service could not be reached")
        said = str(detail)[:_DETAIL] if detail else "the service gave no usable answer"
        if code == "http.schema":
            return follow(node, "schema", code, said)
        raise NodeError(code, said)

    def _stored(self, turn: Turn, node: ProgramNode, body: Any) -> str:
        response = node.data.get("response", {})
        if "save_to" in response:
            try:
                turn.assign(response["save_to"], _picked(body, response.get("pick")))
            except Misfit as error:
                return follow(node, "schema", "http.schema", f"the answer does not fit the variable: {error}")
        return follow(node, "next")


def encode_segment(value: str) -> str:
    """A value as part of one path segment: it can add no `/`, no `..`, and must not be empty."""
    if not value:
        raise ExprError("expr.value", "a value in the path is empty")
    encoded = quote(value, safe="")
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def _given(turn: Turn, pairs: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """The named values that are not null; null leaves the name out."""
    if pairs is None:
        return []
    values = [(key, turn.value(value)) for key, value in pairs.items()]
    return [(key, value) for key, value in values if value is not None]


def _query(value: Any) -> Any:
    return [text(item) for item in value] if isinstance(value, list) else text(value)


def _header(value: Any) -> str:
    said = text(value)
    if any(ord(character) < 32 or ord(character) == 127 for character in said):
        raise ExprError("expr.value", "a header holds a line break")
    return said


def _picked(body: Any, path: str | None) -> Any:
    """The part of the body under a dotted path."""
    for name in path.split(".") if path else ():
        if not isinstance(body, dict):
            raise Misfit(f"'{name}' is asked of {kind_name(body)}")
        body = body.get(name)
    if body is None:
        # Behind `next` the variable counts as set, also when it could be null.
        raise Misfit("it is empty")
    return body


def _retry_policy(settings: dict[str, Any] | None) -> dict[str, Any] | None:
    if settings is None:
        return None
    return {
        "max_attempts": settings.get("max_attempts", 3),
        "initial_ms": settings.get("initial", 1) * 1_000,
        "backoff": settings.get("backoff", 2.0),
        "max_interval_ms": settings.get("max_interval", 60) * 1_000,
        "jitter": settings.get("jitter", False),
        "retry_on": list(settings.get("retry_on", ())),
    }


NODE = Http()
