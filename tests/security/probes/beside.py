"""What the document does not tell of: cursors, keys and tickets of the other tenant, sockets, sealed payloads."""

from __future__ import annotations

import asyncio
import base64
import json
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import websockets
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from omnisupport.settings import Settings
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.session import Database
from omnisupport.temporal import TenantCodec
from tests.security.probes.askers import Asker, bearer, renumbered
from tests.security.probes.generated import HASHES, Generated
from tests.security.probes.operations import Operation, Request
from tests.security.probes.wall import Answer, at_once
from tests.support.desk import Desk, ticket_of

PACE_S = 0.07
"""Between frames: a socket that says more than 20 a second is closed."""
CODEC = "/api/v1/codec/decode"
TICKET_REFUSED = 4401


async def cursors(by: Generated) -> None:
    """Every cursor of the other tenant at every list."""
    await at_once(
        partial(_cursor, by, who, operation, cursor)
        for operation in by.operations
        if "cursor" in operation.query
        for cursor in by.other.cursors.values()
        for who in by.askers[:3]
    )


async def _cursor(by: Generated, who: Asker, operation: Operation, cursor: str) -> None:
    request = by.request(operation)
    request.query["cursor"] = cursor
    answer = await by.wall.probe("foreign cursor", who, request, sent=[cursor])
    if answer.status not in (200, 403, 404, 422):
        by.wall.found("foreign cursor", f"{who.name}: {operation}", "is neither a page nor refused", answer)


async def keys(by: Generated) -> None:
    """Every Idempotency-Key that the other's owner has used: here each is free, for whoever asks first."""
    found = {(operation.method, operation.path): operation for operation in by.operations}
    tasks = []
    for method, path, _, key in by.other.asked:
        named = by.other.witness.description._operation(method, path)
        assert named is not None, path
        operation = found[method, named[0]]
        asking = [who for who in by.askers if who.is_live or who.name == "anonymous"]
        tasks += [partial(_key, by, who, operation, key) for who in asking]
    await at_once(tasks)


async def _key(by: Generated, who: Asker, operation: Operation, key: str) -> None:
    request = by.request(operation)
    for place in operation.places:
        if place.where == "path":
            request = request.put(place, str(uuid4()))
    answer = await by.wall.probe("foreign Idempotency-Key", who, request, headers={"Idempotency-Key": key})
    if answer.is_replay or b"idempotency_key_reused" in answer.body:
        by.wall.found("foreign Idempotency-Key", f"{who.name}: {operation}", "is known", answer)


async def credentials(by: Generated) -> None:
    """One's own credentials with the other's number in them, and a token that nobody signed."""
    number = by.other.tenant.id
    own = by.own
    forged = {
        "personal key": bearer(renumbered(own.keys["personal"], number)),
        "visitor": bearer(renumbered(own.visitor.token, number)),
        "unsigned token": bearer(_unsigned(own.owner._token, number)),
        "resigned token": bearer(_resigned(own.owner._token, number)),
    }
    browser = next(who for who in by.askers if who.name == "owner in a browser").headers
    name, _, value = browser["Cookie"].partition("=")
    forged["session"] = browser | {"Cookie": f"{name}={renumbered(value, number)}"}
    await at_once(
        partial(_forged, by, Asker(f"forged {kind}", headers, is_live=False), operation)
        for kind, headers in forged.items()
        for operation in by.operations
        if not operation.path.endswith(HASHES)
    )
    for kind, headers in forged.items():
        answer = await by.wall.ask(Asker(kind, headers), Request("GET", "/api/v1/me"))
        if answer.status != 401:
            by.wall.found("forged credential", f"{kind}: GET /api/v1/me", "is let in", answer)


async def _forged(by: Generated, who: Asker, operation: Operation) -> None:
    request = by.request(operation)
    sent = []
    for place in operation.places:
        if (
            place.where == "path"
            and place.noun in by.other.ids
            and place.noun not in ("slug", "invitation_token")
        ):
            sent.append(by.other.own(place.noun))
            request = request.put(place, sent[-1])
    await by.wall.probe("forged credential", who, request, sent=sent)


def _claims(token: str, number: UUID) -> tuple[str, str, str]:
    head, claims, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return head, _coded(told | {"tid": str(number)}), signature


def _coded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(token: str, number: UUID) -> str:
    return f"{_coded({'alg': 'none', 'typ': 'at+jwt'})}.{_claims(token, number)[1]}."


def _resigned(token: str, number: UUID) -> str:
    return ".".join(_claims(token, number))


async def payloads(by: Generated, settings: Settings) -> None:
    """What the other's workflows hold, sealed with the other's key, to the codec of the Temporal UI."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        ring = DatabaseKeyRing(database, parse_master_key(settings.master_key))
        plain = Payload(metadata={"encoding": b"json/plain"}, data=by.other.mark.encode())
        (sealed,) = await TenantCodec(ring, by.other.tenant.id).encode([plain])
        (own,) = await TenantCodec(ring, by.own.tenant.id).encode([plain])
    finally:
        await database.close()
    owner = by.askers[0]
    opened = await by.wall.ask(owner, _decoding(own))
    if opened.status != 200:
        by.wall.found("foreign payload", "its own", "does not open: the probe proves nothing", opened)
    absent = Payload(metadata=dict(sealed.metadata) | {"key": b"99"}, data=sealed.data)
    told: list[Answer] = []
    for payload in (sealed, absent):
        for who in by.askers:
            answer = await by.wall.probe("foreign payload", who, _decoding(payload))
            if answer.status < 400:
                by.wall.found("foreign payload", who.name, "is opened", answer)
            told += [answer] if who is owner else []
    if told[0].body != told[1].body:
        by.wall.found("foreign payload", "owner", "is told apart from one of no key", told[0])


def _decoding(payload: Payload) -> Request:
    return Request("POST", CODEC, body=json_format.MessageToDict(Payloads(payloads=[payload])))


async def consoles(by: Generated, url: str) -> None:
    """Frames of operators that name conversations, customers and people of the other."""
    things = [*by.other.ids["conversation_id"], *by.other.ids["customer_id"], *by.other.ids["user_id"]]
    feeds = ["1.1", "0.0"]
    for person, after in ((by.own.owner, feeds[0]), (by.own.scoped, feeds[1])):
        address = _address(
            url, "/api/v1/ws", await ticket_of(person), after=after, tenant_id=str(by.other.tenant.id)
        )
        async with websockets.connect(address, origin=url) as socket:  # type: ignore[arg-type]
            desk = Desk(socket)
            await desk.await_frame("welcome")
            for thing in things:
                for frame in (
                    {"type": "watch", "after": 0},
                    {"type": "typing", "on": True},
                    {"type": "seen", "seq": 1},
                    {"type": "watch", "after": 0, "tenant_id": str(by.other.tenant.id)},
                    {"type": "unwatch"},
                ):
                    await desk.say(**_said(by, "frame of a console", frame | {"conversation_id": thing}))
                    await asyncio.sleep(PACE_S)
            _hear(by, "frame of a console", await desk.settle())


async def visitors(by: Generated, url: str) -> None:
    """Frames of a visitor that name conversations of the other."""
    visitor = by.own.visitor
    answer = await visitor._http.post("/api/v1/widget/ws-ticket", headers=visitor.headers)
    one = by.other.own("conversation_id")
    more = {"conversation_id": one, "tenant_id": str(by.other.tenant.id), "slug": by.other.tenant.slug}
    async with websockets.connect(
        _address(url, "/api/v1/widget/ws", answer.json()["ticket"], **more)
    ) as socket:
        desk = Desk(socket)
        for thing in (*by.other.ids["conversation_id"], *by.other.ids["message_id"]):
            for kind in ("typing", "seen", "watch", "load", "open"):
                frame = {"type": kind, "conversation_id": thing, "seq": 1, "on": True, "after": 0}
                await desk.say(**_said(by, "frame of a visitor", frame))
                await asyncio.sleep(PACE_S)
        _hear(by, "frame of a visitor", await desk.settle())


async def tickets(by: Generated, url: str) -> None:
    """Tickets for the other kind of socket, and with the other's number in them, open none."""
    visitor = by.own.visitor

    async def of_visitor() -> str:
        answer = await visitor._http.post("/api/v1/widget/ws-ticket", headers=visitor.headers)
        return str(answer.json()["ticket"])

    number = by.other.tenant.id
    for path, ticket in (
        ("/api/v1/ws", await of_visitor()),
        ("/api/v1/widget/ws", await ticket_of(by.own.owner)),
        ("/api/v1/ws", renumbered(await ticket_of(by.own.owner), number)),
        ("/api/v1/widget/ws", renumbered(await of_visitor(), number)),
    ):
        by.wall.probes["foreign ticket"] += 1
        try:
            async with websockets.connect(_address(url, path, ticket), origin=url) as socket:  # type: ignore[arg-type]
                told = str(await asyncio.wait_for(socket.recv(), 3))
        except (websockets.WebSocketException, TimeoutError):
            continue
        by.wall.found("foreign ticket", path, "opens a socket", Answer(101, told.encode(), "", False))


def _address(url: str, path: str, ticket: str, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{url.replace('http', 'ws')}{path}?ticket={ticket}{query}"


def _said(by: Generated, kind: str, frame: dict[str, Any]) -> dict[str, Any]:
    by.wall.probes[kind] += 1
    named = dict(frame)
    named["kind"] = named.pop("type")
    return named


def _hear(by: Generated, kind: str, frames: list[dict[str, Any]]) -> None:
    for frame in frames:
        by.wall.judge(
            kind, "a socket hears", Answer(101, json.dumps(frame, ensure_ascii=False).encode(), "", False)
        )
