"""Who of the team has the console open: in Redis only, and forgotten by itself when nobody says it again."""

from __future__ import annotations

import time
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

LASTS_S = 45
"""A process that died is forgotten after this."""
SAID_EVERY_S = 15
"""How often an open console says it again."""


class Presence:
    """One sorted set a tenant: a user's id, and until when it counts."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def here(self, tenant_id: UUID, user_id: UUID) -> None:
        """An operator has the console open."""
        try:
            await self._redis.zadd(_key(tenant_id), {str(user_id): time.time() + LASTS_S})
            await self._redis.expire(_key(tenant_id), LASTS_S * 2)
        except (RedisError, OSError):
            return  # a hint like all that lives here: it is said again in a moment

    async def gone(self, tenant_id: UUID, user_id: UUID) -> None:
        """He closed the last one."""
        try:
            await self._redis.zrem(_key(tenant_id), str(user_id))
        except (RedisError, OSError):
            return  # forgotten by itself

    async def online(self, tenant_id: UUID) -> set[UUID]:
        """Everybody who is here now; nobody while Redis is away."""
        try:
            found = await self._redis.zrangebyscore(_key(tenant_id), time.time(), "+inf")
        except (RedisError, OSError):
            return set()
        return {UUID(member.decode()) for member in found if isinstance(member, bytes)}


def _key(tenant_id: UUID) -> str:
    return f"omni:online:{tenant_id}"
