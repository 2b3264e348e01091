"""What is between two tenants: asks as the one, and judges each answer by what only the other may read."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import httpx2

from omnisupport.settings import Settings
from tests.security.probes.askers import Asker
from tests.security.probes.operations import Request
from tests.support.accounts import forget_limits

AT_ONCE = 24
ATTEMPTS = 4


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: str
    is_replay: bool


@dataclass
class Wall:
    """The side of it that asks. `words` and `ids` are of the other side; `findings` are the holes."""

    http: httpx2.AsyncClient
    settings: Settings
    words: frozenset[str]
    ids: frozenset[str]
    probes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._words = re.compile(b"|".join(re.escape(word.encode()) for word in sorted(self.words)))
        self._ids = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

    async def ask(self, who: Asker, request: Request, headers: dict[str, str] | None = None) -> Answer:
        """One request; a limit that it meets is lifted."""
        sent = request.headers | who.headers | (headers or {})
        for _ in range(ATTEMPTS):
            answer = await self.http.request(
                request.method,
                request.target,
                params=request.query,
                json=request.body if request.content is None else None,
                content=request.content,
                headers=sent,
            )
            if answer.status_code != 429:
                break
            await forget_limits(self.settings)
        shown = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        return Answer(answer.status_code, answer.content, shown, "idempotency-replayed" in answer.headers)

    async def probe(
        self,
        kind: str,
        who: Asker,
        request: Request,
        *,
        sent: Collection[str] = (),
        headers: dict[str, str] | None = None,
        echoes: bool = False,
    ) -> Answer:
        """Ask, and look through the answer. `sent` is what of the other tenant the request itself names;

        `echoes`: the answer repeats what was said earlier, ids too.
        """
        answer = await self.ask(who, request, headers)
        self.probes[kind] += 1
        what = f"{who.name}: {request.method} {request.target}"
        self.judge(kind, what, answer, sent, echoes=echoes)
        if who.is_live and b"access_token_expired" in answer.body:
            self.found(kind, what, "came too late: nothing was probed", answer)
        return answer

    def judge(
        self, kind: str, what: str, answer: Answer, sent: Collection[str] = (), *, echoes: bool = False
    ) -> None:
        """Find what is not for this side, and what no answer may be."""
        text = answer.headers.encode() + b"\n" + answer.body
        for value in sent:
            for shape in {value, quote(value, safe=""), json.dumps(value)[1:-1]}:
                text = text.replace(shape.encode(), b"")
        shown = {word.decode() for word in self._words.findall(text)}
        if not echoes:
            shown |= {each.decode() for each in self._ids.findall(text)} & self.ids
        if shown:
            first = min(shown, key=lambda word: text.find(word.encode()))
            at = text.find(first.encode())
            around = text[max(at - 200, 0) : at + 200]
            self.found(kind, what, f"shows {sorted(shown)[:3]} in {around!r}", answer)
        if answer.status >= 500 and b"unavailable" not in answer.body:
            self.found(kind, what, "breaks", answer)
        if answer.status == 429:
            self.found(kind, what, "was limited: nothing was probed", answer)

    def same(self, foreign: Answer, absent: Answer, values: tuple[str, str]) -> bool:
        """Whether what is foreign is answered as what is absent."""
        return foreign.status == absent.status and _shape(foreign, values[0]) == _shape(absent, values[1])

    def found(self, kind: str, what: str, why: str, answer: Answer) -> None:
        """Note a hole."""
        self.findings.append(f"[{kind}] {what} {why}: {answer.status} {answer.body[:300]!r}")


@asynccontextmanager
async def wall(
    url: str, settings: Settings, words: frozenset[str], ids: frozenset[str]
) -> AsyncIterator[Wall]:
    """A wall at the api of an address."""
    nothing = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits, cookies=nothing) as http:
        yield Wall(http, settings, words, ids)


async def at_once(tasks: Iterable[Callable[[], Awaitable[Any]]]) -> None:
    """Run many, a few at a time."""
    waiting = iter(list(tasks))

    async def work() -> None:
        for task in waiting:
            await task()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())


def _shape(answer: Answer, value: str) -> Any:
    """A refusal word for word but for the id; of what was done, the fields."""
    text = answer.body.decode("utf-8", "replace")
    if answer.status >= 400:
        return text.replace(value, "<id>").replace(quote(value, safe=""), "<id>")
    try:
        return _fields(json.loads(text))
    except ValueError:
        return text.replace(value, "<id>") if len(text) < 10_000 else ""


def _fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _fields(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_fields(item) for item in value[:1]]
    return type(value).__name__
