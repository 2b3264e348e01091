"""How fast an account may send, shared by every worker: slots in Redis, handed out in order."""

from __future__ import annotations

import hashlib
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.observability import get_logger

log = get_logger(__name__)

# KEYS: one for each limit. ARGV: the longest wait that is still reserved, then for each limit its interval and the head
# start that a burst has, all in milliseconds. Returns how long to wait; negative: nothing was reserved.
RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local wait = 0
local slots = {}
for i, key in ipairs(KEYS) do
  local ahead = tonumber(ARGV[i * 2 + 1])
  local slot = math.max(tonumber(redis.call('GET', key) or '0'), now - ahead)
  slots[i] = slot
  wait = math.max(wait, slot - now)
end
if wait > tonumber(ARGV[1]) then return -math.ceil(wait) end
for i, key in ipairs(KEYS) do
  local interval, ahead = tonumber(ARGV[i * 2]), tonumber(ARGV[i * 2 + 1])
  local taken = math.max(slots[i], now + wait - ahead) + interval
  redis.call('SET', key, string.format('%.3f', taken), 'PX', math.ceil(taken - now + interval + ahead + 1000))
end
return math.ceil(wait)
"""

# KEYS: one limit. ARGV: until when nothing leaves, in milliseconds from now, and the head start of a burst.
PAUSE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local slot = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now + tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.3f', slot), 'PX', math.ceil(slot - now + 60000))
"""

AT_ONCE_MS = 20
"""What an account may send ahead of its even pace, so that a late timer costs nothing."""


class SendPacer:
    """Slots of accounts and of their chats. Without Redis nothing waits: the provider's own refusal is heeded then."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._reserve = redis.register_script(RESERVE)
        self._pause = redis.register_script(PAUSE)

    async def reserve(
        self,
        channel_id: UUID,
        chat: str,
        *,
        account: float,
        per_chat: float | None,
        burst: int,
        at_most_s: float,
    ) -> float:
        """Take the next slot: how many seconds to wait for it. Negative: none within `at_most_s`, ask again later.

        `account` and `per_chat` are sends a second; `burst` is how many may go into one chat at once.
        """
        keys, args = [_key(channel_id)], [at_most_s * 1000, 1000 / account, min(AT_ONCE_MS, 1000 / account)]
        if per_chat is not None:
            keys.append(_key(channel_id, chat))
            args += [1000 / per_chat, (burst - 1) * 1000 / per_chat]
        try:
            return float(await self._reserve(keys=keys, args=args)) / 1000
        except RedisError as away:
            log.warning("pacing_lost", reason=str(away))
            return 0.0

    async def pause(self, channel_id: UUID, chat: str | None, seconds: float) -> None:
        """Let nothing leave for so long: of the account, or into one chat."""
        try:
            await self._pause(keys=[_key(channel_id, chat)], args=[seconds * 1000, 0])
        except RedisError as away:
            log.warning("pacing_lost", reason=str(away))


def _key(channel_id: UUID, chat: str | None = None) -> str:
    # A chat is somebody's number or address: only its digest stands in Redis (S19).
    digest = f":{hashlib.sha256(chat.encode()).hexdigest()[:24]}" if chat is not None else ""
    return f"omni:pace:{channel_id}{digest}"
