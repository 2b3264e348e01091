"""How often the API may be asked: by address, person or key, and tenant, in classes of what it costs us.

Who is not known yet is counted by his address, in this process and before anything else is done. A person or key, and
his tenant, are counted once the credential is known to be good, in Redis and for all processes together, some requests
in advance (`auth/permits.py`): a forged token shuts nobody out. Messages of visitors make no round trip to Redis.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from omnisupport.api.errors import problem
from omnisupport.api.headers import API
from omnisupport.api.rate_headers import note_room, telling
from omnisupport.auth.limits import Limiter, Mark, RateLimit, Room, TooManyRequests, address_subject, require
from omnisupport.auth.permits import PermitOffice
from omnisupport.errors import Invalid

MINUTE, HOUR = 60.0, 3600.0
COUNTED = "omnisupport.counted"
"""In the scope of a request whose person was counted: he is looked up more than once, and asks once."""


class Cost(StrEnum):
    """What a request is, to us."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"
    """Much of a tenant's data at once."""
    AUTH = "auth"
    WIDGET = "widget"


class Subject(StrEnum):
    """Whom a limit is for."""

    ADDRESS = "address"
    PERSON = "person"
    """A session's person, a key, or a visitor by his token."""
    TENANT = "tenant"


@dataclass(frozen=True)
class Limit:
    """At most `count` requests in any `window` seconds, and why so many."""

    count: int
    window: float
    reason: str


LIMITS: Mapping[tuple[Cost, Subject], Limit] = {
    (Cost.READ, Subject.ADDRESS): Limit(
        3000, MINUTE, "an office of 50 behind one address, one read a second each"
    ),
    (Cost.READ, Subject.PERSON): Limit(
        1200, MINUTE, "a console with every view open reads 2 a second; a script, 20"
    ),
    (Cost.READ, Subject.TENANT): Limit(
        12000, MINUTE, "200 a second: a tenth of what one api process answers"
    ),
    (Cost.WRITE, Subject.ADDRESS): Limit(1500, MINUTE, "the same office, an action every two seconds each"),
    (Cost.WRITE, Subject.PERSON): Limit(600, MINUTE, "ten actions a second: nobody's hands, most scripts"),
    (Cost.WRITE, Subject.TENANT): Limit(6000, MINUTE, "100 a second: what the workflows of one worker take"),
    (Cost.EXPORT, Subject.PERSON): Limit(10, HOUR, "bulk reading is how stolen accounts are used (S18)"),
    (Cost.EXPORT, Subject.TENANT): Limit(30, HOUR, "the same by several accounts"),
    (Cost.AUTH, Subject.ADDRESS): Limit(120, MINUTE, "each costs a password hash, 20 ms of a core"),
    (Cost.AUTH, Subject.PERSON): Limit(60, MINUTE, "second factors and passwords are not to be guessed"),
    (Cost.WIDGET, Subject.ADDRESS): Limit(6000, MINUTE, "visitors of a mobile operator share few addresses"),
    (Cost.WIDGET, Subject.PERSON): Limit(
        900, MINUTE, "a message limit of its own is below it; polls come every 5 s"
    ),
}
NAMED = re.compile(r"([a-z]+)\.([a-z]+)=([1-9][0-9]{0,8})", re.ASCII)


class Limits:
    """The table as a deployment has it: `OMNI_RATE_LIMITS` is `read.person=2400,export.tenant=100`."""

    def __init__(self, changes: str = "") -> None:
        """Take the changes up.

        Raises:
            Invalid: one of them names no limit (code `rate_limits_invalid`).
        """
        self._rules = {
            by: RateLimit(f"{by[0]}-{by[1]}", each.count, each.window) for by, each in LIMITS.items()
        }
        for change in filter(None, (part.strip() for part in changes.split(","))):
            named = NAMED.fullmatch(change)
            by = (named[1], named[2]) if named else None
            if named is None or by not in self._rules:
                known = ", ".join(f"{cost}.{subject}" for cost, subject in LIMITS)
                raise Invalid(
                    f"OMNI_RATE_LIMITS has '{change[:80]}': write NAME=NUMBER, a name of {known}.",
                    code="rate_limits_invalid",
                )
            rule = self._rules[by]
            self._rules[by] = RateLimit(rule.name, int(named[3]), rule.window)

    def mark(self, cost: Cost, subject: Subject, who: str) -> Iterator[Mark]:
        """The mark of a subject in a class; nothing where the class has no limit for it."""
        rule = self._rules.get((cost, subject))
        if rule is not None:
            yield Mark(rule, who)


def cost_of(method: str, path: str) -> Cost | None:
    """The class of a request; None for what is no request of the API."""
    if not path.startswith(API) or method == "OPTIONS":
        return None
    if path.startswith("/api/v1/widget/"):
        return Cost.WIDGET
    if path.startswith("/api/v1/auth/") and method != "GET":
        return Cost.AUTH
    last = path.rstrip("/").rpartition("/")[2]
    if path.startswith("/api/v1/scenarios/"):
        exports = False  # a document, no customer's data
    else:
        exports = last == "export" or last.startswith("export.") or (last == "exports" and method == "POST")
    if exports:
        return Cost.EXPORT
    return Cost.READ if method in ("GET", "HEAD") else Cost.WRITE


async def count_person(
    request: Request, permits: PermitOffice, limits: Limits, tenant_id: UUID, who: UUID
) -> None:
    """Count a request of a person or key whose credential is good, once.

    Raises:
        TooManyRequests: he, or his tenant, has asked too often.
    """
    cost = cost_of(request.method, request.url.path)
    if cost is None or request.scope.get(COUNTED):
        return
    marks = [
        *limits.mark(cost, Subject.PERSON, f"{tenant_id}/{who}"),
        *limits.mark(cost, Subject.TENANT, str(tenant_id)),
    ]
    if marks:
        rooms = await permits.require(*marks)
        # The tenant's own is left out: what colleagues do is no business of each of them.
        note_room(request.scope, *rooms[:1])
    request.scope[COUNTED] = True


class AddressLimits:
    """Wraps the app: counts who is not known yet, in this process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with 429."""
        cost = cost_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if cost is not None:
            send = telling(scope, send)
            at = scope["app"].state.services
            try:
                note_room(scope, *await _count(at.local_limiter, list(_marks(at.limits, cost, scope))))
            except TooManyRequests as refused:
                answer = problem(
                    429, refused.code, refused.detail, retry_after=refused.retry_after, room=refused.room
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _marks(limits: Limits, cost: Cost, scope: Scope) -> Iterator[Mark]:
    client: Any = scope.get("client")
    address = client[0] if client else ""
    if not _is_loopback(address):
        yield from limits.mark(cost, Subject.ADDRESS, address_subject(address))
    if cost == Cost.WIDGET:
        token = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        if token is not None:
            yield from limits.mark(cost, Subject.PERSON, hashlib.sha256(token).hexdigest()[:32])


def _is_loopback(address: str) -> bool:
    """From this very machine: by its owner, or by a proxy that nobody told us of and that speaks for everybody."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def _count(limiter: Limiter, marks: list[Mark]) -> tuple[Room, ...]:
    return await require(limiter, *marks) if marks else ()
