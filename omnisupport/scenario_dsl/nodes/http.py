"""`http`: one request to a connection of the tenant, relative to its base address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.funcs import kind_name, text
from omnisupport.scenario_dsl.fields import (
    Duration,
    Name,
    Obj,
    Path,
    Str,
    Value,
    Words,
)
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.declared import Declared
from omnisupport.scenario_dsl.nodes.retrying import ATTEMPTS, retry_policy
from omnisupport.scenario_dsl.nodes.typed import EventName, Pairs
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.template import Hole
from omnisupport.scenario_dsl.tree import Tree
from omnisupport.scenario_dsl.uses import Write
from omnisupport.scenario_dsl.values import Misfit, fit
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_TIMEOUT_S = 10
_DETAIL = 200
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z_][A-Za-z0-9_-]{0,63}){0,4}", re.ASCII)
_CALLBACK_S = 86_400
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


class _Field(Str):
    """The place of a value in a body: names with points between them."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = super().read(tree, site, name)
        if isinstance(found, str) and _FIELD.fullmatch(found) is None:
            wanted = Both("имя поля, например data.notify_url", "the name of a field such as data.notify_url")
            return self.wrong(tree, site, name, wanted)
        return found


_REQUEST = Obj(
    {
        "method": Str(_METHODS),
        "path": _RequestPath(required=True, shown=False),
        "query": Pairs(),
        "headers": Pairs(),
        "json": Value(),
        "form": Pairs(),
    },
    required=True,
)


class Http(NodeType):
    """Calls a connection. A status has its own exit (`"404"`, `3xx`, `4xx`, `5xx`), else `error`.

    `response.save_to` stores the JSON body, or the part that `pick` names (`data.order`); a body that does
    not fit the variable, or the `schema` (a declaration as of a variable), leaves by `schema`.

    Whatever is no GET carries a key by which the service knows a repeated request; `idempotency: none` leaves it
    out. `cache` says how long the answer to the same GET may be used again.

    `callback_url_as` sends an address along, in the `field` of the body (`data.notify_url`), or of the query where
    there is no body. It is of this run alone and takes one report until it `expires`: the JSON that comes is the
    `event.data` of the `event`, which a `wait_event` of the run takes, though it came before the run was there.
    """

    name = "http"
    fields = {
        "connection": Name("connections", required=True),
        "request": _REQUEST,
        "timeout": Duration(),
        "retry": ATTEMPTS,
        "response": Obj({"save_to": Path(), "pick": Str(), "schema": Declared()}),
        "idempotency": Str(("auto", "none")),
        "cache": Duration(),
        "callback_url_as": Obj(
            {"field": _Field(required=True), "event": EventName(required=True), "expires": Duration()}
        ),
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

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        method = node.values.get("request", {}).get("method", "GET")
        if node.has_field("cache") and method != "GET":
            words = {"name": "cache", "other": f"method: {method}"}
            site.add("E111.both", node.tree.values["cache"], "cache", **words)

    def settle(self, node: Node) -> None:
        write = node.values.get("response", {}).get("save_to")
        if isinstance(write, Write):
            write.is_fitted = True

    def longest_s(self, node: Node) -> float:
        """How long all attempts may take together, with the pauses between them."""
        timeout = float(node.values.get("timeout", _TIMEOUT_S))
        retry = retry_policy(node.values.get("retry") or {}) or {}
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
        if "cache" in data:
            built["cache_s"] = data["cache"]
        if data.get("idempotency") == "none":
            built["idempotency"] = "none"
        if "callback_url_as" in data:
            built["callback"] = _callback(data["callback_url_as"], built)
        turn.call(node, "http", built, data.get("timeout", _TIMEOUT_S), retry_policy(data.get("retry")))
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
        try:
            if "schema" in response:
                body = fit(_picked(body, response.get("pick")), response["schema"])
            elif "save_to" in response:
                body = _picked(body, response.get("pick"))
            if "save_to" in response:
                turn.assign(response["save_to"], body)
        except Misfit as error:
            return follow(node, "schema", "http.schema", f"the answer does not fit: {error}")
        return follow(node, "next")


def _callback(wanted: dict[str, Any], built: dict[str, Any]) -> dict[str, Any]:
    """What the host needs to send an address along; it puts it in, so that no run and no history holds one."""
    if not isinstance(built.get("json", {}), dict):
        raise NodeError(
            "http.blocked", "the address to report to has its place in an object; the body is none"
        )
    return {
        "field": wanted["field"],
        "event": wanted["event"].removeprefix("custom."),
        "ttl_s": int(wanted.get("expires", _CALLBACK_S)),
    }


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


NODE = Http()
