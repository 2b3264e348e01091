"""`RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers-10 has them: how often one may ask."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

from omnisupport.auth.limits import Room

ROOM = "omnisupport.room"
"""In the scope of a request: where the limit that it was counted by is left for the answer to tell."""


def rate_headers(room: Room) -> Mapping[str, str]:
    """The two headers for one limit: `q` hits in `w` seconds; `r` are left, and in `t` seconds there are more."""
    rule = room.rule
    return {
        "RateLimit-Policy": f'"{rule.name}";q={rule.limit};w={math.ceil(rule.window)}',
        "RateLimit": f'"{rule.name}";r={room.remaining};t={max(1, math.ceil(room.reset))}',
    }


def note_room(scope: MutableMapping[str, Any], *rooms: Room) -> None:
    """Leave for the answer the limit that is nearest of these, and of those that were left before."""
    held: list[Room] | None = scope.get(ROOM)
    if held is not None:
        held[:] = sorted([*held, *rooms], key=lambda room: room.remaining / room.rule.limit)[:1]


def telling(scope: Scope, send: Send) -> Send:
    """A `send` that adds the headers to the answer of a request, unless it has them already."""
    held: list[Room] = []
    scope[ROOM] = held

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start" and held:
            headers = MutableHeaders(scope=message)
            for name, value in rate_headers(held[0]).items():
                headers.setdefault(name, value)
        await send(message)

    return tell
