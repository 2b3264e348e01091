"""Single-use tickets for WebSockets: a browser cannot send a header with a handshake (S7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.auth.tokens import TokenKind, invalid, new_token, parse_token
from omnisupport.errors import Unavailable

LIFE_S = 30


async def issue(redis: Redis, tenant_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """{ticket, expires_in}; the body is what the socket will be for."""
    ticket, digest = new_token(TokenKind.TICKET, tenant_id)
    try:
        await redis.set(f"ticket:{digest.hex()}", orjson.dumps(body), ex=LIFE_S)
    except (RedisError, OSError) as away:
        raise Unavailable("Live updates are away for a moment.", code="realtime_unavailable") from away
    return {"ticket": ticket, "expires_in": LIFE_S}


async def redeem(redis: Redis, ticket: str) -> tuple[UUID, dict[str, Any]]:
    """What a ticket was issued for; it is gone afterwards.

    Raises:
        Unauthenticated: unknown, expired or used (code `ticket_invalid`).
    """
    tenant_id, digest = parse_token(TokenKind.TICKET, ticket)
    try:
        body = await redis.getdel(f"ticket:{digest.hex()}")
    except (RedisError, OSError) as away:
        raise Unavailable("Live updates are away for a moment.", code="realtime_unavailable") from away
    if body is None:
        raise invalid(TokenKind.TICKET)
    found: dict[str, Any] = orjson.loads(body)
    return tenant_id, found
