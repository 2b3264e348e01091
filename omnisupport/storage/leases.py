"""Which worker watches which channel: a lease each in Redis, which ends by itself when nobody renews it."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.observability import get_logger

log = get_logger(__name__)

LEASE_S = 30
"""A worker that died is succeeded after this."""
WANTED_S = 1200
"""A channel that no look has named for so long is watched no more: its tenant is gone, or its row."""
_WANTED = "omni:watch:wanted"

# KEYS: leases. ARGV: whose, for how many milliseconds. Prolongs those that are his; gives the places of the others.
RENEW = """
local lost = {}
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
  else
    table.insert(lost, i)
  end
end
return lost
"""
# KEYS: one lease. ARGV: whose.
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end"


class Leases:
    """Of one worker. Without Redis nobody takes a new watch: channels are looked at every few minutes all the same."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._me = uuid4().hex
        self._renew = redis.register_script(RENEW)
        self._release = redis.register_script(RELEASE)

    async def want(self, tenant_id: UUID, channel_id: UUID) -> None:
        """Have a channel watched by one of the workers; said again at every look."""
        try:
            await self._redis.hset(_WANTED, str(channel_id), f"{tenant_id} {time.time():.0f}")
        except (RedisError, OSError) as away:
            log.warning("watch_not_wanted", channel_id=str(channel_id), reason=str(away))

    async def give_up(self, channel_id: UUID) -> None:
        """Have it watched no more; whoever does so now lets go at his next renewal."""
        try:
            await self._redis.hdel(_WANTED, str(channel_id))
            await self._redis.delete(_lease(channel_id))
        except (RedisError, OSError) as away:
            log.warning("watch_not_given_up", channel_id=str(channel_id), reason=str(away))

    async def take(self, most: int) -> Sequence[tuple[UUID, UUID]]:
        """Tenant and channel of at most so many that are wanted and that nobody watches; now this worker does."""
        taken: list[tuple[UUID, UUID]] = []
        try:
            wanted = cast(dict[bytes, bytes], await self._redis.hgetall(_WANTED))
            for name, written in wanted.items():
                tenant, _, at = written.decode().partition(" ")
                channel_id = UUID(name.decode())
                if float(at) < time.time() - WANTED_S:
                    await self._redis.hdel(_WANTED, name)
                elif len(taken) < most and await self._redis.set(
                    _lease(channel_id), self._me, nx=True, px=LEASE_S * 1000
                ):
                    taken.append((UUID(tenant), channel_id))
        except (RedisError, OSError) as away:
            log.warning("leases_lost", reason=str(away))
        return taken

    async def renew(self, channels: Collection[UUID]) -> Collection[UUID]:
        """Keep these; gives those that are this worker's no more. While Redis is away nobody else takes one."""
        held = list(channels)
        if not held:
            return ()
        try:
            lost = await self._renew(keys=[_lease(each) for each in held], args=[self._me, LEASE_S * 1000])
        except (RedisError, OSError) as away:
            log.warning("leases_lost", reason=str(away))
            return ()
        return [held[place - 1] for place in lost]

    async def release(self, channel_id: UUID) -> None:
        """Let another worker have it at once."""
        try:
            await self._release(keys=[_lease(channel_id)], args=[self._me])
        except (RedisError, OSError) as away:
            log.warning("lease_not_released", channel_id=str(channel_id), reason=str(away))


def _lease(channel_id: UUID) -> str:
    return f"omni:watch:{channel_id}"
