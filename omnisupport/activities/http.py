"""The `http` node's call: through a tenant's connection, and only where the egress guard lets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import orjson
from temporalio import activity
from temporalio.exceptions import ApplicationError

from omnisupport.domain.calls import CallResult, Target
from omnisupport.errors import OmniError
from omnisupport.temporal import parse_workflow_id

SAFE_METHODS = ("GET", "HEAD")
MAX_BYTES = 256 * 1024
SERVER_ERRORS = 500
CLIENT_ERRORS = 400
TOO_MANY = 429


@dataclass(frozen=True)
class HttpRequest:
    """A call of a scenario; `key` makes a repeat harmless for the other side."""

    request: dict[str, Any]
    key: str
    timeout_ms: int


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


class Http(Protocol):
    """The guarded way out (`net/fetch.py`)."""

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        json: Any = None,
        form: dict[str, str] | None = None,
        timeout: float = 10.0,
        max_bytes: int = MAX_BYTES,
    ) -> Any:
        """Send one request; the answer has `status` and `body`."""


class HttpActivities:
    """Activities on queue `channels`."""

    def __init__(self, connections: Connections, http: Http) -> None:
        self._connections = connections
        self._http = http

    @activity.defn
    async def call(self, call: HttpRequest) -> CallResult:
        """Send one request. Retried while the other side is busy and attempts are left; then it is an exit."""
        info = activity.info()
        assert info.workflow_id is not None
        tenant_id, _ = parse_workflow_id(info.workflow_id)
        request = call.request
        method = str(request.get("method") or "GET").upper()
        try:
            target = await self._connections.connection(tenant_id, str(request["connection"]))
            response = await self._http.fetch(
                method,
                _url(target.base_url, request),
                headers=_headers(target, request, method, call.key),
                json=request.get("json"),
                form=request.get("form"),
                timeout=call.timeout_ms / 1000,
                max_bytes=MAX_BYTES,
            )
        except OmniError as refused:
            return _after(refused, method)
        result = _read(Response(response.status, response.body))
        if response.status >= SERVER_ERRORS or response.status == TOO_MANY:
            _retry_or(result, f"the other side answered {response.status}")
        return result


def _after(refused: OmniError, method: str) -> CallResult:
    result = CallResult(
        exit="timeout" if refused.code == "egress_timeout" else "error",
        value={"code": f"http.{refused.code}", "detail": refused.detail},
    )
    if refused.retryable:
        _retry_or(result, refused.detail)
    return result


def _retry_or(result: CallResult, reason: str) -> None:
    """Fail this attempt while the policy has more; the last attempt's result is the node's exit."""
    info = activity.info()
    limit = info.retry_policy.maximum_attempts if info.retry_policy else 1
    if limit == 0 or info.attempt < limit:
        raise ApplicationError(reason, type=f"http_{result.exit}")


def _url(base: str, request: dict[str, Any]) -> str:
    path = str(request.get("path") or "")
    query = "&".join(
        f"{quote(str(k), safe='')}={quote(str(v), safe='')}"
        for k, v in (request.get("query") or {}).items()
        if v is not None
    )
    return base.rstrip("/") + "/" + path.lstrip("/") + (f"?{query}" if query else "")


def _headers(target: Target, request: dict[str, Any], method: str, key: str) -> dict[str, str]:
    headers = {str(k): str(v) for k, v in (request.get("headers") or {}).items()}
    if method not in SAFE_METHODS:
        headers["Idempotency-Key"] = key
    return headers | target.headers


def _read(response: Response) -> CallResult:
    try:
        body = orjson.loads(response.body) if response.body else None
    except orjson.JSONDecodeError:
        body = None
    value = {"status": response.status, "json": body}
    return CallResult(exit="http_error" if response.status >= CLIENT_ERRORS else "ok", value=value)
