"""Idempotency-Key on every POST of the API: what was answered once is answered so again, for a day.

One ASGI layer; no route knows of it. Not kept: 5xx, 401 and 429, which may be otherwise the next time, and answers that
set a cookie, for a cookie is given once. Such a request is done again when it is repeated.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from omnisupport.api.deps import Person, address_of, person, visitor
from omnisupport.api.errors import problem
from omnisupport.api.guards import Door, Guard, guard_of, routes_of
from omnisupport.api.services import Services
from omnisupport.auth.limits import address_subject
from omnisupport.errors import OmniError
from omnisupport.net.sealing import Place, SealBroken, Sealer, derive_key
from omnisupport.observability import get_logger
from omnisupport.storage.keys import PLATFORM
from omnisupport.storage.queries.idempotency import (
    LEASE,
    PURPOSE,
    Asked,
    IdempotentAnswers,
    Standing,
    place_of,
)
from omnisupport.storage.queries.visitors import Visitors

log = get_logger(__name__)

HEADER = b"idempotency-key"
KEY = re.compile(rb"[\x21-\x7e]{1,255}")
NOT_KEPT = frozenset({401, 429})
KEPT_HEADERS = (b"content-type", b"etag", b"location")
REPLAYED = (b"idempotency-replayed", b"true")
MOST_KEPT = 1024 * 1024
"""Bytes of an answer; a larger one is made anew."""
RENEW_EVERY_S = LEASE.total_seconds() / 3


@dataclass(frozen=True)
class Caller:
    """Whose key it is: nobody gets another's answer. `digest` is of a session's or a key's id, else of an address."""

    tenant_id: UUID
    digest: bytes


class Idempotency:
    """Wraps the app, inside the layers that bound a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer it as it was answered."""
        keys = [value for name, value in scope.get("headers", ()) if name == HEADER]
        if scope["type"] != "http" or scope["method"] != "POST" or not keys:
            await self._app(scope, receive, send)
            return
        if len(keys) > 1 or not KEY.fullmatch(keys[0]):
            await _refuse_key()(scope, receive, send)
            return
        try:
            await self._serve(keys[0].decode(), scope, receive, send)
        except OmniError as away:
            answer = problem(away.status, away.code, away.detail, retry_after=away.retry_after or 1)
            await answer(scope, receive, send)
        except HTTPException as refused:  # of the layer that bounds a body as it comes
            await problem(refused.status_code, "body_too_large", refused.detail)(scope, receive, send)

    async def _serve(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        at: Services = scope["app"].state.services
        caller = await _caller(Request(scope), at)
        if caller is None:  # a route refuses it, before anything is done
            await self._app(scope, receive, send)
            return
        body, ended = await _read(receive)
        if ended:
            return
        asked = Asked(caller.tenant_id, caller.digest, key, _digest(scope, body))
        answers = IdempotentAnswers(at.database)
        standing, sealed = await answers.claim(asked)
        if standing is Standing.CLAIMED:
            await self._answer(asked, answers, scope, _given(body, receive), send)
        elif standing is Standing.ANSWERED:
            await _replay(at, asked, sealed or b"", scope, receive, send)
        elif standing is Standing.REUSED:
            sentence = "This Idempotency-Key was used for another request. Use a new key for each request."
            await problem(409, "idempotency_key_reused", sentence)(scope, receive, send)
        else:
            sentence = (
                "The first request with this Idempotency-Key is still under way. Repeat it in a moment."
            )
            await problem(409, "request_in_progress", sentence, retry_after=1)(scope, receive, send)

    async def _answer(
        self, asked: Asked, answers: IdempotentAnswers, scope: Scope, receive: Receive, send: Send
    ) -> None:
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        try:
            async with _renewed(asked, answers):
                await self._app(scope, receive, hold)
        except Exception:
            await answers.give_up(asked)
            raise
        await _keep(scope["app"].state.services, asked, answers, held)
        for message in held:
            await send(message)


@contextlib.asynccontextmanager
async def _renewed(asked: Asked, answers: IdempotentAnswers) -> AsyncIterator[None]:
    serving = True

    async def renew() -> None:
        while serving:
            await asyncio.sleep(RENEW_EVERY_S)
            with contextlib.suppress(OmniError):
                await answers.renew(asked)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        serving = False  # a driver may swallow a cancellation that meets its answer
        renewing.cancel()


async def _keep(at: Services, asked: Asked, answers: IdempotentAnswers, held: list[Message]) -> None:
    """Keep an answer before it is sent; if that fails the answer is sent all the same."""
    start = next((each for each in held if each["type"] == "http.response.start"), None)
    body = b"".join(each.get("body", b"") for each in held if each["type"] == "http.response.body")
    try:
        if start is None or not _is_kept(start, body):
            await answers.give_up(asked)
            return
        kept = {
            "status": start["status"],
            "headers": [[n.decode(), v.decode("latin-1")] for n, v in start["headers"] if n in KEPT_HEADERS],
            "body": base64.b64encode(body).decode(),
        }
        sealer = await _sealer(at, asked.tenant_id)
        await answers.keep(asked, start["status"], sealer.seal(orjson.dumps(kept), _place(asked)))
    except OmniError as away:
        log.warning("answer_not_kept", code=away.code)


def _is_kept(start: Message, body: bytes) -> bool:
    sets_cookie = any(name.lower() == b"set-cookie" for name, _ in start["headers"])
    status = start["status"]
    return status < 500 and status not in NOT_KEPT and not sets_cookie and len(body) <= MOST_KEPT


async def _replay(
    at: Services, asked: Asked, sealed: bytes, scope: Scope, receive: Receive, send: Send
) -> None:
    try:
        kept = orjson.loads((await _sealer(at, asked.tenant_id)).open(sealed, _place(asked)))
    except SealBroken:
        # Done, and its answer unreadable: to do it again would be worse than to say so.
        sentence = "This request was done, but its answer can be read no more. Look at the result."
        await problem(409, "idempotent_answer_lost", sentence)(scope, receive, send)
        return
    response = Response(base64.b64decode(kept["body"]), status_code=kept["status"])
    headers = [(name.encode(), value.encode("latin-1")) for name, value in kept["headers"]]
    response.raw_headers = [*response.raw_headers, *headers, REPLAYED]
    await response(scope, receive, send)


async def _sealer(at: Services, tenant_id: UUID) -> Sealer:
    return Sealer([derive_key(key, PURPOSE) for key in await at.keys.data_keys(tenant_id)])


def _place(asked: Asked) -> Place:
    return place_of(asked.tenant_id, asked.caller, asked.key)


async def _caller(request: Request, at: Services) -> Caller | None:
    """Who asks, if the route would let him in: an answer is kept for nobody else, and shown to nobody else.

    A person's sessions and keys count each for itself. None: no route, or one that will refuse him.
    """
    guard = _guard(request)
    if guard is None:
        return None
    try:
        if guard.door == Door.VISITOR:
            who = await visitor(request)
            known = await Visitors(at.database).find(who.tenant_id, who.token_hash)
            return Caller(who.tenant_id, _caller_digest("visitor", who.token_hash.hex())) if known else None
        if guard.door == Door.PERSON:
            signed = await person(request, at)
            return _person_caller(signed, guard)
    except OmniError:
        return None
    return Caller(PLATFORM, _caller_digest("address", address_subject(address_of(request))))


def _person_caller(who: Person, guard: Guard) -> Caller | None:
    if guard.permission is not None and guard.permission not in who.permissions:
        return None
    if guard.platform is not None and guard.platform not in who.platform:
        return None
    return Caller(who.tenant_id, _caller_digest("person", f"{who.key_id or who.session_id}/{who.user_id}"))


def _caller_digest(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"omnisupport/{kind}/{value}".encode()).digest()


def _guard(request: Request) -> Guard | None:
    """The guard of the POST route that will take a request; None if none will."""
    path = request.scope["path"]
    return next((guard for pattern, guard in _guards(request.app) if pattern.fullmatch(path)), None)


@lru_cache(maxsize=8)
def _guards(app: FastAPI) -> list[tuple[re.Pattern[str], Guard]]:
    found: list[tuple[re.Pattern[str], Guard]] = []
    for route in routes_of(app):
        guard = guard_of(route)
        if guard is not None and "POST" in (route.methods or ()) and hasattr(route, "dependant"):
            path = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(str(route.path_format)))
            found.append((re.compile(path), guard))
    # A fixed path goes before one with a name in its place.
    return sorted(found, key=lambda each: each[0].pattern.count("[^/]+"))


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """The whole body; the layers around have bounded it. The second: the client has gone."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"", True
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts), False


def _given(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def given() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given


def _digest(scope: Scope, body: bytes) -> bytes:
    where: Any = (scope.get("raw_path") or scope["path"].encode(), scope["query_string"])
    return hashlib.sha256(b"\0".join((*where, hashlib.sha256(body).digest()))).digest()


def _refuse_key() -> Response:
    sentence = "An Idempotency-Key has 1 to 255 visible ASCII characters, and a request has one."
    return problem(
        422,
        "idempotency_key_invalid",
        sentence,
        errors=[{"field": "Idempotency-Key", "message": sentence}],
    )
