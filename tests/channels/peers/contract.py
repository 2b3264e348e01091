"""Prism between an adapter and our double of its provider: it holds each request against the vendor's own description.

As a proxy and not as a mock, because its own answers are the description's examples, on which no adapter gets further.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import httpx2

from omnisupport.channels import registry
from omnisupport.channels.base import Adapter
from omnisupport.channels.transport import Transport
from tests.channels.conformance import Kit
from tests.channels.peers.made import made, node, npm
from tests.channels.peers.running import START_S, running

_LISTENS = re.compile(r"listening on (http://[0-9.:]+)")
UNKNOWN = "Selected route not found"


@dataclass(frozen=True)
class Seen:
    """A call, and what the description says against it."""

    method: str
    path: str
    wrong: tuple[str, ...]
    is_described: bool


class Watched(Transport):
    """A transport that keeps what prism said of each request."""

    def __init__(self, usual: Transport) -> None:
        super().__init__(**{each.name: getattr(usual, each.name) for each in fields(usual) if each.init})
        self.call_s = START_S  # it is not the adapter's patience that is tried here
        self.seen: list[Seen] = []

    async def call(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """One request."""
        answer = await super().call(method, url, **options)
        told = answer.headers.get("sl-violations", "[]")
        path = answer.request.url.path
        if told.startswith("Too many"):  # prism cuts what does not fit into a header
            self.seen.append(Seen(method, path, (told,), is_described=True))
            return answer
        found = [each for each in json.loads(told) if each["location"][0] == "request"]
        wrong = [each for each in found if each["severity"] == "Error"]
        words = tuple(f"{'.'.join(map(str, each['location']))} {each['message']}" for each in wrong)
        self.seen.append(Seen(method, path, words, all(each["message"] != UNKNOWN for each in found)))
        return answer


class Contract:
    """An adapter whose requests go through prism; `wrong` is what the vendor's description says against them."""

    def __init__(self, kit: Kit, url: str) -> None:
        self.transport = Watched(kit.transport(url))
        self.elsewhere = ""
        """Where files lie that are not ours."""
        self.adapter: Adapter = registry.outbound_of(kit.folder, self.transport)

    @property
    def wrong(self) -> list[str]:
        """What is wrong, with the call that it is wrong in."""
        return [f"{each.method} {each.path}: {why}" for each in self.transport.seen for why in each.wrong]

    @property
    def calls(self) -> set[str]:
        """Calls that the description knows."""
        return {f"{each.method} {each.path}" for each in self.transport.seen if each.is_described}

    @property
    def not_described(self) -> set[str]:
        """Calls that it does not know: the vendor tells of them elsewhere."""
        return {f"{each.method} {each.path}" for each in self.transport.seen if not each.is_described}


def narrowed(whole: dict[str, Any], paths: Collection[str]) -> dict[str, Any]:
    """A description of these paths only, with what they refer to: prism takes half a minute to read a whole one."""
    found = {"openapi": whole["openapi"], "info": {"title": "x", "version": "1"}, "components": {}}
    found |= {name: whole[name] for name in ("security",) if name in whole}
    found["paths"] = {path: whole["paths"][path] for path in paths}
    found["components"]["securitySchemes"] = whole["components"]["securitySchemes"]
    wanted = [found["paths"]]
    while wanted:
        for ref in _refs(wanted.pop()):
            _, kind, name = ref.removeprefix("#/").split("/")
            kept = found["components"].setdefault(kind, {})
            if name not in kept:
                kept[name] = whole["components"][kind][name]
                wanted.append(kept[name])
    return found


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for each in node.values():
            yield from _refs(each)
    elif isinstance(node, list):
        for each in node:
            yield from _refs(each)
    elif isinstance(node, str) and node.startswith("#/components/"):  # of a discriminator as well
        yield node


@asynccontextmanager
async def prism(description: Path, upstream: str) -> AsyncIterator[str]:
    """Its address, while it listens."""
    home = await asyncio.to_thread(made, "prism", npm)
    command = [node(), "node_modules/@stoplight/prism-cli/dist/index.js"]
    command += ["proxy", str(description), upstream, "--host", "127.0.0.1", "--port", "0"]
    async with running(command, home, _LISTENS) as url:
        yield url
