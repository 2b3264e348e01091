"""How fast an account may send, shared by every worker: slots in Redis, handed out in order."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from omnisupport.observability import get_logger

log = get_logger(__name__)

# KEYS: the account's next slot and its pause; what is kept of the account's slots for this send; then, where chats have
# a limit, the same three of the chat. ARGV: what is soon, and the farthest slot that is given, then for the account and
# for the chat the interval and the head start that a burst has; all in milliseconds.
#
# Returns how long to wait, and 1 if the send may leave then, 0 if it has to ask again then; -1: no slot was given.
# A slot that is not soon is kept for the send that it was given to: who waits asks twice and no more often. It is void
# where a pause was laid over it, or where it was missed. Where it is the chat that holds a send up, the account's line
# goes on without it: it gets a slot of the account when its chat's is due.
RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local soon, farthest = tonumber(ARGV[1]), tonumber(ARGV[2])
local function after(pause, from) return math.max(from, now + redis.call('PTTL', pause)) end
local function of(key) return tonumber(redis.call('GET', key) or '0') end
local function is_good(kept, free) return kept >= free or (free == now and kept >= now - 1000) end
local function keep(key, slot)
  redis.call('SET', key, string.format('%.3f', slot), 'PX', math.ceil(slot - now + 2000))
end
local function take(key, slot, first, interval, ahead)
  local taken = math.max(first, slot - ahead) + interval
  redis.call('SET', key, string.format('%.3f', taken), 'PX', math.ceil(taken - now + interval + ahead + 1000))
end

local open = after(KEYS[2], now)
local free = KEYS[4] and after(KEYS[5], open) or open
local slot = of(KEYS[3])
if not is_good(slot, free) then
  local first = math.max(of(KEYS[1]), open - tonumber(ARGV[4]))
  slot = math.max(first, open)
  if KEYS[4] then
    local chat, ahead = of(KEYS[6]), tonumber(ARGV[6])
    local is_kept, start = is_good(chat, free), math.max(of(KEYS[4]), free - ahead)
    if not is_kept then chat = math.max(start, free) end
    if math.max(slot, chat) - now > farthest then return {math.ceil(math.max(slot, chat) - now), -1} end
    if not is_kept then take(KEYS[4], chat, start, tonumber(ARGV[5]), ahead) end
    if chat > slot + 20 then
      keep(KEYS[6], chat)
      return {math.ceil(chat - now), 0}
    end
    redis.call('DEL', KEYS[6])
    slot = math.max(slot, chat)
  end
  if slot - now > farthest then return {math.ceil(slot - now), -1} end
  take(KEYS[1], slot, first, tonumber(ARGV[3]), tonumber(ARGV[4]))
end
slot = math.max(slot, now)
if slot - now > soon then
  keep(KEYS[3], slot)
  return {math.ceil(slot - now), 0}
end
redis.call('DEL', KEYS[3])
return {math.ceil(slot - now), 1}
"""

# KEYS: a pause. ARGV: how long nothing leaves, in milliseconds. A shorter one does not end a longer one.
PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""

# KEYS: the messages of a chat in this hour. ARGV: the message, how many there may be. Says whether it is one of these.
ADMIT = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 3700)
return 1
"""

SHARE = 0.97
"""Of what a provider allows: so that no second has more than its limit, with what follows."""
AT_ONCE_MS = 10
"""What an account may send ahead of its even pace, so that a late timer costs nothing."""
LATE_S = 0.02
"""Who comes later than this to his slot has missed it: behind it others leave on time, and that second had too many."""
TRIES = 5
"""So often a missed slot is given anew; on a processor that is always late a send leaves all the same."""
FARTHEST_S = 3600.0
"""Beyond, a send is not given a slot and asks again."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When a send has its turn: in `wait_s`, for certain if it `is_taken`; else it asks again then."""

    wait_s: float
    is_taken: bool


class SendPacer:
    """Slots of accounts and of their chats. Without Redis nothing waits: the provider's own refusal is heeded then."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._reserve = redis.register_script(RESERVE)
        self._pause = redis.register_script(PAUSE)
        self._admit = redis.register_script(ADMIT)

    async def turn(
        self,
        channel_id: UUID,
        chat: str,
        send: str,
        *,
        account: float,
        per_chat: float | None,
        burst: int,
        patience_s: float,
    ) -> float:
        """Wait until `send` may leave, `patience_s` at most. 0: it may, now; else the seconds after which to ask again.

        The limits are those of `reserve`.
        """
        missed = 0
        while True:
            began = time.monotonic()
            slot = await self.reserve(
                channel_id, chat, send, account=account, per_chat=per_chat, burst=burst, soon_s=patience_s
            )
            if slot.wait_s > patience_s or (patience_s <= 0 and not slot.is_taken):
                return max(slot.wait_s, 0.001)
            await asyncio.sleep(slot.wait_s)
            is_late = slot.wait_s > 0 and time.monotonic() > began + slot.wait_s + LATE_S
            if slot.is_taken and (not is_late or missed == TRIES):
                return 0.0
            missed += slot.is_taken
            patience_s -= 0 if slot.is_taken else slot.wait_s

    async def reserve(
        self,
        channel_id: UUID,
        chat: str,
        send: str,
        *,
        account: float,
        per_chat: float | None,
        burst: int,
        soon_s: float,
    ) -> Slot:
        """The next slot for `send`. One within `soon_s` is taken: the caller waits, and sends. A later one is kept.

        `account` and `per_chat` are sends a second; `burst` is how many may go into one chat at once.
        """
        limits = [(_key(channel_id), 1000 / (account * SHARE), 1)]
        if per_chat is not None:
            limits.append((_key(channel_id, chat), 1000 / (per_chat * SHARE), burst))
        keys, args = [], [soon_s * 1000, FARTHEST_S * 1000]
        for key, interval, at_once in limits:
            keys += [key, f"{key}:pause", f"{key}:{_digest(send)}"]
            args += [interval, max((at_once - 1) * interval, min(AT_ONCE_MS, interval))]
        try:
            wait_ms, given = await self._reserve(keys=keys, args=args)
        except RedisError as away:
            log.warning("pacing_lost", reason=str(away))
            return Slot(0.0, is_taken=True)
        return Slot(wait_ms / 1000, is_taken=given == 1)

    async def pause(self, channel_id: UUID, chat: str | None, seconds: float) -> None:
        """Let nothing leave for so long: of the account, or into one chat."""
        try:
            await self._pause(keys=[f"{_key(channel_id, chat)}:pause"], args=[max(1, int(seconds * 1000))])
        except RedisError as away:
            log.warning("pacing_lost", reason=str(away))

    async def admit(self, channel_id: UUID, chat: str, message_id: str, most: int) -> bool:
        """Whether a message is among the first so many of its chat in this hour of the clock; a repeat counts once."""
        hour = int(time.time() // 3600)
        try:
            return bool(await self._admit(keys=[f"{_key(channel_id, chat)}:{hour}"], args=[message_id, most]))
        except RedisError as away:
            log.warning("pacing_lost", reason=str(away))
            return True


def _key(channel_id: UUID, chat: str | None = None) -> str:
    # A chat is somebody's number or address: only its digest stands in Redis (S19).
    return f"omni:pace:{channel_id}" + (f":{_digest(chat)}" if chat is not None else "")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24]
