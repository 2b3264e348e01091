"""Which of the workers shows a sign: the first that asks."""

from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.observability import get_logger

log = get_logger(__name__)


class SignTurns:
    """Turns of every tenant, for some seconds each."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def take(self, tenant_id: UUID, name: str, seconds: float) -> bool:
        """Whether it is this process's turn; nobody else's for so long. Without Redis it is nobody's."""
        try:
            taken = await self._redis.set(
                f"omni:{tenant_id}:sign:{name}", b"", nx=True, px=int(seconds * 1000)
            )
        except (RedisError, OSError) as away:
            log.warning("signs_lost", reason=str(away))
            return False
        return bool(taken)
