"""The probes that the document itself gives: each operation, each place of an id, each asker, each way to smuggle."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from uuid import uuid4

from omnisupport.auth.tokens import TokenKind, new_token
from tests.security.probes.askers import Asker, renumbered
from tests.security.probes.operations import Operation, Place, Request
from tests.security.probes.wall import Answer, Wall, at_once
from tests.security.probes.workspace import Workspace

Task = Callable[[], Awaitable[None]]

ENDS = frozenset({"POST /api/v1/auth/logout", "DELETE /api/v1/auth/sessions"})
"""End what asks: only who is let in no more asks them here."""
HASHES = ("/auth/login", "/auth/register", "/auth/change-password", "/auth/forgot-password", "/accept")
"""Cost a password hash, 20 ms of a core: asked by the owner only."""
DOORS = frozenset({"slug"})
"""Open to everybody by design: the public widget of a tenant."""
ECHOES = ("/api/v1/audit", "/api/v1/events")
"""Hold what was said to this tenant: ids that it has named itself come back."""
TARGETS = {
    "customer": "customer_id",
    "conversation": "conversation_id",
    "member": "user_id",
    "role": "role_key",
}
OTHER_NOUNS = 10
NO_FILTERS = frozenset({"cursor", "limit", "after", "reason"})
"""Search for nothing: a reason is written down, and comes back in the audit log of the one who gave it."""


def foreign_of(noun: str, own: Workspace, other: Workspace) -> list[str]:
    """Values of the other tenant for a noun. Credentials and links are forged: who has a whole one may use it."""
    match noun:
        case "target":
            return [f"{kind}:{other.own(its)}" for kind, its in TARGETS.items()]
        case "link" | "mail_link" | "bundle_link" | "callback_link":
            mine = own.links[noun][0]
            return [forged for link in other.links[noun] for forged in _forged_links(link, mine)]
        case "invitation_token":
            return [renumbered(token, own.tenant.id) for token in other.ids[noun]]
        case "visitor_token":
            return [*other.ids[noun], renumbered(other.own(noun), own.tenant.id)]
    return other.ids[noun]


def absent_of(noun: str, own: Workspace, like: str) -> str:
    """A value of a noun that nobody has."""
    match noun:
        case "target":
            return f"{like.partition(':')[0]}:{uuid4()}"
        case "link" | "mail_link" | "bundle_link" | "callback_link":
            return base64.urlsafe_b64encode(secrets.token_bytes(68)).decode()
        case "invitation_token":
            return new_token(TokenKind.INVITATION, own.tenant.id)[0]
        case "visitor_token":
            return new_token(TokenKind.VISITOR, own.tenant.id)[0]
    if noun.endswith("_key"):
        return f"absent-{secrets.token_hex(6)}"
    return str(uuid4())


def _forged_links(link: str, own: str) -> Iterator[str]:
    """A link to another's file: with one's own signature, in one's own tenant's name, for longer."""
    raw, mine = base64.urlsafe_b64decode(link), base64.urlsafe_b64decode(own)
    longer = raw[:32] + (2**32 - 1).to_bytes(4, "big") + raw[36:]
    for forged in (raw[:36] + mine[36:], mine[:16] + raw[16:], longer):
        yield base64.urlsafe_b64encode(forged).decode()


def nouns_of(operations: Iterable[Operation]) -> set[str]:
    """Every noun that some operation takes."""
    return {place.noun for operation in operations for place in operation.places} - DOORS


def may_ask(operation: Operation, who: Asker) -> bool:
    """Whether an asker is sent there at all."""
    if str(operation) in ENDS:
        return not who.is_live
    return who.name == "owner" or not operation.path.endswith(HASHES)


class Generated:
    """All of them, from one tenant at another."""

    def __init__(
        self,
        wall: Wall,
        own: Workspace,
        other: Workspace,
        operations: Sequence[Operation],
        askers: Sequence[Asker],
    ) -> None:
        self.wall, self.own, self.other = wall, own, other
        self.operations, self.askers = operations, askers

    def request(self, operation: Operation) -> Request:
        """A good request in one's own tenant."""
        return operation.request(self.own.own)

    async def lists(self) -> None:
        """Everything that is read without naming a foreign thing."""
        reading = [each for each in self.operations if each.method == "GET" or each.path.endswith("/export")]
        await at_once(
            partial(self._plain, "lists and own things", who, operation)
            for operation in reading
            for who in self.askers
        )

    async def _plain(self, kind: str, who: Asker, operation: Operation) -> None:
        await self.wall.probe(kind, who, self.request(operation))

    async def texts(self) -> None:
        """The other's own words as what is searched and filtered for."""
        mark = self.other.mark
        words = [(each, each) for each in (mark, self.other.own("email"), self.other.phone)]
        words += [(f"anna@{mark}.example", mark), (f"a_{mark}:{mark}", mark)]
        await at_once(
            partial(self._text, who, operation, name, word, sent)
            for operation in self.operations
            for name in sorted(operation.query - NO_FILTERS)
            for word, sent in words
            for who in self.askers[:2]
        )

    async def _text(self, who: Asker, operation: Operation, name: str, word: str, sent: str) -> None:
        request = self.request(operation)
        request.query[name] = word
        await self.wall.probe("texts in filters", who, request, sent=[sent])

    async def foreign(self) -> None:
        """Each place of an id × each id of the other × each asker, held against an absent id."""
        await at_once(
            partial(self._place, who, operation, place)
            for operation in self.operations
            for place in operation.places
            if place.noun not in DOORS
            for who in self.askers
            if may_ask(operation, who)
        )

    async def _place(self, who: Asker, operation: Operation, place: Place) -> None:
        values = foreign_of(place.noun, self.own, self.other)
        await self._held(f"foreign id in {place.where}", who, operation, place, values)

    async def other_nouns(self) -> None:
        """Ids of other kinds of things where an id of one kind belongs: of ten of them, each place of other ten."""
        every = {
            noun: ids[0]
            for noun, ids in sorted(self.other.ids.items())
            if noun.endswith("_id") and len(ids[0]) == 36
        }
        around, owner = [*every.values(), *every.values()], self.askers[0]
        places = [(each, place) for each in self.operations for place in each.places if place.noun in every]

        async def ask(number: int, operation: Operation, place: Place) -> None:
            start = number % len(every)
            values = around[start : start + OTHER_NOUNS]
            await self._held("id of another noun", owner, operation, place, values)

        await at_once(
            partial(ask, number, operation, place)
            for number, (operation, place) in enumerate(places)
            if may_ask(operation, owner)
        )

    async def families(self) -> None:
        """Where a path has two ids: both of the other, and each of the other under one's own."""
        for operation in self.operations:
            places = [each for each in operation.places if each.where == "path" and each.noun not in DOORS]
            if len(places) < 2:
                continue
            request = self.request(operation)
            for place in places:
                request = request.put(place, foreign_of(place.noun, self.own, self.other)[0])
            for who in self.askers:
                answer = await self.wall.probe(
                    "two foreign ids", who, request, sent=list(request.params.values())
                )
                if answer.status < 400:
                    self.wall.found("two foreign ids", str(request.target), "is answered", answer)

    async def _held(
        self, kind: str, who: Asker, operation: Operation, place: Place, values: Sequence[str]
    ) -> None:
        """Foreign values, and that each is answered as an absent one."""
        absent: dict[str, Answer] = {}
        for value in values:
            like = value.partition(":")[0] if place.noun == "target" else ""
            for attempt in range(3):
                nobody = absent_of(place.noun, self.own, value)
                if like not in absent or attempt:
                    absent[like] = await self.wall.ask(who, self.request(operation).put(place, nobody))
                    absent_value = nobody
                request = self.request(operation).put(place, value)
                answer = await self.wall.probe(
                    kind, who, request, sent=[value], echoes=operation.path.startswith(ECHOES)
                )
                if self.wall.same(answer, absent[like], (value, absent_value)):
                    break
            else:
                what = f"{who.name}: {operation} with a foreign {place.noun} in {place.name}"
                told = absent[like]
                self.wall.found(
                    kind,
                    what,
                    f"is told apart from an absent one ({told.status} {told.body[:200]!r})",
                    answer,
                )

    async def smuggled(self) -> None:
        """The other's number in headers, query and body, beside a foreign id where the operation takes one."""
        ways = list(smuggles(self.other))
        asking = [who for who in self.askers if who.name in SMUGGLERS]
        await at_once(
            partial(self._smuggle, who, operation, way)
            for operation in self.operations
            for way in ways
            for who in asking
            if may_ask(operation, who)
        )

    async def _smuggle(self, who: Asker, operation: Operation, way: Smuggle) -> None:
        request = self.request(operation)
        sent = list(way.values)
        for place in operation.places:
            if place.where == "path" and place.noun not in DOORS:
                value = foreign_of(place.noun, self.own, self.other)[0]
                request, sent = request.put(place, value), [*sent, value]
        named = len(sent) > len(way.values)
        request.query |= way.query
        if way.body and isinstance(request.body, dict):
            request.body |= way.body
        elif way.body:
            return
        echoes = operation.path.startswith(ECHOES)
        answer = await self.wall.probe(
            f"tenant in {way.name}", who, request, sent=sent, headers=way.headers, echoes=echoes
        )
        if named and answer.status < 400:
            self.wall.found(
                f"tenant in {way.name}", f"{who.name}: {operation}", "opens what is foreign", answer
            )


SMUGGLERS = ("owner", "operator of departments", "key of the workspace", "visitor", "anonymous")


class Smuggle:
    """A way to name another tenant beside the credential."""

    def __init__(
        self,
        name: str,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        body: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self.headers, self.query, self.body = headers or {}, query or {}, body or {}

    @property
    def values(self) -> list[str]:
        """What of the other tenant it says."""
        return [*self.headers.values(), *self.query.values(), *self.body.values()]


def smuggles(other: Workspace) -> Iterator[Smuggle]:
    """Every way that is tried."""
    number, slug = str(other.tenant.id), other.tenant.slug
    yield Smuggle(
        "headers",
        headers={
            "X-Tenant-Id": number,
            "X-Tenant": slug,
            "X-Org-Id": number,
            "Cookie": f"tenant_id={number}; tenant={slug}",
        },
    )
    hosts = {"Host": f"{slug}.example.com", "X-Forwarded-Host": f"{slug}.example.com"}
    yield Smuggle("Host", headers=hosts | {"X-Original-URL": f"/{slug}"})
    yield Smuggle("query", query={"tenant_id": number, "tenant": slug})
    yield Smuggle("body", body={"tenant_id": number})
