"""The `http` node's call: through a tenant's connection, and only where the egress guard lets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from temporalio import activity
from temporalio.exceptions import ApplicationError

from omnisupport.activities.breaker import SERVER_ERRORS, Services
from omnisupport.activities.http_cache import AnswerCache, key_of
from omnisupport.domain.calls import CallResult, Target
from omnisupport.errors import OmniError
from omnisupport.temporal import parse_workflow_id

SAFE_METHODS = ("GET", "HEAD")
MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
"""Of a JSON answer (reliability_security.md S18): what reads it recursively must not be brought down."""
REDIRECTS = 300
TOO_MANY = 429
# What kept an answer away, in the words of the language; anything else is the connection.
CODES = {
    "egress_timeout": "http.timeout",
    "egress_blocked": "http.blocked",
    "circuit_open": "http.blocked",
    "not_found": "http.blocked",
    "egress_too_large": "http.too_large",
}


@dataclass(frozen=True)
class HttpRequest:
    """A call of a scenario; `key` makes a repeat harmless for the other side.

    `retry` is the node's: its `retry_on` names what is tried again (`timeout`, `connection`, `5xx`, `429`;
    none: whatever may pass), `jitter` spreads the pauses.
    """

    request: dict[str, Any]
    key: str
    timeout_ms: int
    retry: dict[str, Any] | None = None
    run: int = 0
    """The number of the run in its conversation, where the request takes an address along to report to."""


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    body: bytes


class Connections(Protocol):
    """Connections of a tenant (`storage/queries/connections.py`)."""

    async def connection(self, tenant_id: UUID, key: str) -> Target:
        """Open a connection by its key.

        Raises:
            NotFound: the tenant has none of that name.
        """


class Callbacks(Protocol):
    """Reports to runs (`storage/queries/callbacks.py`)."""

    async def make(
        self,
        tenant_id: UUID,
        *,
        key: str,
        conversation_id: UUID | None,
        run_id: UUID | None,
        run: int,
        event: str,
        ttl: timedelta,
    ) -> tuple[UUID, datetime]:
        """An address of a run: its id, and until when it is good; the same one by the same key."""


class Links(Protocol):
    """Who signs addresses (`auth/callbacks.py`)."""

    def address(self, tenant_id: UUID, callback_id: UUID, until: datetime) -> str:
        """The whole address."""


class HttpActivities:
    """Activities on queue `channels`."""

    def __init__(
        self, connections: Connections, services: Services, callbacks: Callbacks, links: Links
    ) -> None:
        self._connections = connections
        self._services = services
        self._callbacks = callbacks
        self._links = links
        self._cache = AnswerCache()

    @activity.defn
    async def call(self, call: HttpRequest) -> CallResult:
        """Send one request. Retried while the other side is busy and attempts are left; then it is an exit."""
        info = activity.info()
        assert info.workflow_id is not None
        tenant_id, thing = parse_workflow_id(info.workflow_id)
        request = await self._with_callback(tenant_id, UUID(thing), info.workflow_id, call)
        method = str(request.get("method") or "GET").upper()
        connection = str(request["connection"])
        try:
            target = await self._connections.connection(tenant_id, connection)
            url, headers = url_of(target.base_url, request), _headers(target, request, method, call.key)
            kept_s = float(request.get("cache_s") or 0) if method == "GET" else 0.0
            cached = key_of(tenant_id, url, headers) if kept_s else b""
            if kept_s and (known := self._cache.find(cached, newer_s=kept_s)) is not None:
                return known
            response = await self._services.fetch(
                tenant_id,
                connection,
                method,
                url,
                headers=headers,
                json=request.get("json"),
                form=request.get("form"),
                timeout=call.timeout_ms / 1000,
                max_bytes=MAX_BYTES,
            )
        except OmniError as refused:
            timed_out = refused.code == "egress_timeout"
            result = CallResult(
                exit="timeout" if timed_out else "error",
                value={"code": CODES.get(refused.code, "http.connection"), "detail": refused.detail},
            )
            reasons = {"timeout" if timed_out else "connection"}
            _retry_or(call, result, refused.detail, reasons, passes=refused.retryable, may=refused.retryable)
            return result
        status = response.status
        result = read_answer(Response(status, response.body))
        reasons = {str(status), f"{status // 100}xx"}
        passes = status >= SERVER_ERRORS or status == TOO_MANY
        _retry_or(call, result, f"the other side answered {status}", reasons, passes=passes)
        if kept_s:
            self._cache.keep(cached, result)
        return result

    async def _with_callback(
        self, tenant_id: UUID, thing: UUID, workflow_id: str, call: HttpRequest
    ) -> dict[str, Any]:
        """The request, with the address that it takes along."""
        wanted = call.request.get("callback")
        if wanted is None:
            return call.request
        is_run = workflow_id.split("/")[1] == "run"
        callback_id, until = await self._callbacks.make(
            tenant_id,
            key=call.key,
            conversation_id=None if is_run else thing,
            run_id=thing if is_run else None,
            run=call.run,
            event=wanted["event"],
            ttl=timedelta(seconds=wanted["ttl_s"]),
        )
        return put_in(call.request, wanted["field"], self._links.address(tenant_id, callback_id, until))


def put_in(request: dict[str, Any], field: str, address: str) -> dict[str, Any]:
    """The request with an address in a field of its body, or of its query where it has no body."""
    *path, last = field.split(".")
    if "json" in request:
        body = inner = dict(request["json"])
        for name in path:
            below = inner.get(name)
            inner[name] = dict(below) if isinstance(below, dict) else {}
            inner = inner[name]
        inner[last] = address
        return {**request, "json": body}
    place = "form" if "form" in request else "query"
    return {**request, place: {**(request.get(place) or {}), field: address}}


def _retry_or(
    call: HttpRequest, result: CallResult, reason: str, names: set[str], *, passes: bool, may: bool = True
) -> None:
    """Fail this attempt while the policy has more and it is worth one; the last result is the node's exit."""
    retry = call.retry or {}
    named = retry.get("retry_on")
    if not may or not (names & set(named) if named else passes):
        return
    info = activity.info()
    limit = info.retry_policy.maximum_attempts if info.retry_policy else 1
    if limit == 0 or info.attempt < limit:
        raise ApplicationError(
            reason, type=f"http_{result.exit}", next_retry_delay=_pause(retry, info.attempt)
        )


def _pause(retry: dict[str, Any], attempt: int) -> timedelta | None:
    """None: as the policy says; with `jitter` between half of that and all of it."""
    if not retry.get("jitter"):
        return None
    planned = min(retry["initial_ms"] * retry["backoff"] ** (attempt - 1), retry["max_interval_ms"])
    return timedelta(milliseconds=planned * uniform(0.5, 1))  # noqa: S311 - a pause, no secret


def url_of(base: str, request: dict[str, Any]) -> str:
    """Where a request goes: below the base, whatever its path says."""
    path = str(request.get("path") or "")
    given = {key: value for key, value in (request.get("query") or {}).items() if value is not None}
    query = urlencode(given, doseq=True, safe="", quote_via=quote)  # a list is the parameter repeated
    return base.rstrip("/") + "/" + path.lstrip("/") + (f"?{query}" if query else "")


def _headers(target: Target, request: dict[str, Any], method: str, key: str) -> dict[str, str]:
    headers = {str(k): str(v) for k, v in (request.get("headers") or {}).items()}
    if method not in SAFE_METHODS and request.get("idempotency") != "none":
        headers["Idempotency-Key"] = key
    return headers | target.headers


def read_answer(response: Response) -> CallResult:
    """An answer as the exit that it is; its JSON is no deeper than what reads it can bear."""
    try:
        body = orjson.loads(response.body) if response.body else None
    except orjson.JSONDecodeError:
        body = None
    if _is_deeper(body, MAX_DEPTH):
        detail = f"The answer is nested deeper than {MAX_DEPTH} levels."
        return CallResult(exit="error", value={"code": "http.schema", "detail": detail})
    value = {"status": response.status, "json": body}
    # No redirect is followed, so one is no answer either.
    return CallResult(exit="http_error" if response.status >= REDIRECTS else "ok", value=value)


def _is_deeper(value: Any, levels: int) -> bool:
    inner = [value]
    for _ in range(levels + 1):
        inner = [
            item
            for each in inner
            if isinstance(each, dict | list)
            for item in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(inner)
