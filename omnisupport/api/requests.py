"""What a request may be before anybody looks at what it asks: its host, head, pace, and the shape of its JSON."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omnisupport.api.body_limit import BODY_MAX, LARGER
from omnisupport.api.errors import problem
from omnisupport.api.unusable import unusable
from omnisupport.settings import Settings

HEAD_MAX = 16 * 1024
BODY_S = 30.0
"""How long a body may take to come: a client that trickles holds a connection, and no more than that."""
DEPTH_MAX = 32
PARTS_MAX = 20
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PROBES = ("/healthz", "/readyz")
"""Asked by an address of the machine, whatever its name."""
TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(rb"[\[\]{}]")
BOUNDARY = re.compile(rb'boundary="?([^";,]{1,70})"?', re.IGNORECASE)


class Refused(Exception):
    """A request that goes no further, with its answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


class Requests:
    """Wraps the app. A JSON body is read here, whole, and given on as one piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            _check_head(scope)
            if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                receive = await _checked_body(scope, receive)
        except HTTPException as late:
            codes = {408: "request_timeout", 413: "body_too_large"}
            await problem(late.status_code, codes[late.status_code], late.detail)(scope, receive, send)
            return
        except Refused as refused:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            else:
                await refused.answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names under which we are asked: that of the public URL, and this machine's own (S11)."""
    own = {settings.host} - {"0.0.0.0", "::"}  # noqa: S104 - the names that are none
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return frozenset({*LOOPBACK, *own, *([public] if public else [])})


def _check_head(scope: Scope) -> None:
    headers = scope["headers"]
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in headers)
    if size > HEAD_MAX:
        raise Refused(
            problem(431, "headers_too_large", f"The head of a request has at most {HEAD_MAX:,} bytes.")
        )
    if scope["path"] in PROBES:
        return
    given = [value.decode("latin-1") for name, value in headers if name == b"host"]
    if len(given) != 1 or host_of(given[0]) not in _known(scope):
        detail = "This service does not answer under this name. Use its own address (OMNI_PUBLIC_URL)."
        raise Refused(problem(400, "host_unknown", detail))


def _known(scope: Scope) -> Collection[str]:
    found: Collection[str] = scope["app"].state.hosts
    return found


def host_of(header: str) -> str:
    """The name in a `Host` header, without its port; empty for one that cannot be read."""
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _checked_body(scope: Scope, receive: Receive) -> Receive:
    headers = dict(scope["headers"])
    kind = headers.get(b"content-type", b"").lower()
    is_empty = headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers
    deadline = asyncio.get_running_loop().time() + BODY_S
    timed = _timed(receive, deadline)
    if kind.startswith(b"multipart/"):
        found = BOUNDARY.search(headers[b"content-type"])
        return _counted(timed, b"--" + found[1]) if found else timed
    if is_empty or (kind and b"json" not in kind) or scope["path"] in LARGER:
        return timed
    body = await _whole(timed)
    if body is None:
        return _disconnected
    check_json(body, is_json=b"json" in kind)
    return _given(body, receive)


def _timed(receive: Receive, deadline: float) -> Receive:
    """Receives until the body is there, or its time is over."""
    is_over = False

    async def timed() -> Message:
        nonlocal is_over
        if is_over:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            # FastAPI lets no other error of a body through.
            raise HTTPException(408, f"The body did not come within {BODY_S:.0f} s.") from None
        is_over = not message.get("more_body", False)
        return message

    return timed


async def _whole(receive: Receive) -> bytes | None:
    """The whole body, at most `BODY_MAX` bytes; None when the client has gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_MAX:
            raise Refused(problem(413, "body_too_large", f"A request has at most {BODY_MAX:,} bytes."))
        if not message.get("more_body", False):
            return b"".join(parts)


def check_json(body: bytes, *, is_json: bool = True) -> None:
    """Refuse JSON that is nested too deeply, says the same field twice, or holds what nobody can keep.

    What says that it is JSON and is none goes no further either: the route's parser guesses encodings, and would read
    in UTF-16 what nobody has looked at here.

    Raises:
        Refused: 422 `json_too_deep`, `json_duplicate_field` or `invalid`.
    """
    if _depth(body) > DEPTH_MAX:
        raise Refused(_invalid("json_too_deep", f"JSON is nested at most {DEPTH_MAX} deep.", "body"))
    try:
        told = json.loads(body.decode(), object_pairs_hook=_distinct, parse_constant=_no_number)
    except ValueError:
        if is_json and body:
            raise Refused(_invalid("invalid", "The body is not JSON in UTF-8.", "body")) from None
        return
    if found := unusable(body, told):
        raise Refused(_unusable(found))


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(_invalid("json_duplicate_field", "The body has a field twice.", twice[:100] or "body"))
    return found


def _depth(body: bytes) -> int:
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    for bracket in BRACKETS.findall(TEXTS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _invalid(code: str, sentence: str, field: str) -> Response:
    return problem(422, code, sentence, errors=[{"field": field, "message": sentence}])


def _unusable(found: list[tuple[str, str]]) -> Response:
    errors = [
        {"field": field.encode(errors="replace").decode(), "message": sentence} for field, sentence in found
    ]
    return problem(422, "invalid", found[0][1], errors=errors)


def _counted(receive: Receive, mark: bytes) -> Receive:
    """Counts the parts of a form as they come."""
    parts, tail = 0, b""

    async def counted() -> Message:
        nonlocal parts, tail
        message = await receive()
        piece = tail + message.get("body", b"")
        parts += piece.count(mark)
        tail = piece[-(len(mark) - 1) :]
        if parts > PARTS_MAX + 1:  # the last mark ends the form
            raise HTTPException(413, f"A form has at most {PARTS_MAX} parts.")
        return message

    return counted


def _given(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def given() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given


async def _disconnected() -> Message:
    return {"type": "http.disconnect"}
