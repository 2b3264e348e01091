"""Redis as a hint: what was committed is told here, and nothing is lost when nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from omnisupport.observability import get_logger

log = get_logger(__name__)

SUBSCRIBE_AGAIN_S = 0.5
COMMITTED = ("message", "commit")
"""Kinds of hints that tell of a commit; the others are frames for sockets."""


def channel_of(tenant_id: UUID | str) -> str:
    """The pub/sub channel of a tenant: the tenant's id is in the name, so a frame cannot stray (S19)."""
    return f"omni:{tenant_id}"


def connect(url: str, *, blocking: bool = False) -> Redis:
    """A client that gives up quickly: a hint is not worth a wait. A `blocking` one may listen for long."""
    # A listener must hear of a loss at once: what it missed has to be read.
    retry: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)} if blocking else {}
    return Redis.from_url(
        url,
        socket_timeout=None if blocking else 1.0,
        socket_connect_timeout=1.0,
        health_check_interval=15,
        **retry,
    )


async def tenants_that_changed(url: str) -> AsyncIterator[UUID]:
    """The tenant of every hint of the deployment that tells of a commit, for as long as it is read."""
    async for tenant_id, hint in every_hint(url):
        if hint.get("k") in COMMITTED:
            yield tenant_id


async def every_hint(url: str) -> AsyncIterator[tuple[UUID, dict[str, Any]]]:
    """Every hint of the deployment with its tenant, for as long as it is read."""
    while True:
        client = connect(url, blocking=True)
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.psubscribe(channel_of("*"))
                async for frame in pubsub.listen():
                    tenant_id = UUID(frame["channel"].decode().removeprefix(channel_of("")))
                    yield tenant_id, orjson.loads(frame["data"])
        except (RedisError, OSError) as lost:
            log.warning("hints_lost", reason=str(lost))
            await asyncio.sleep(SUBSCRIBE_AGAIN_S)
        finally:
            await client.aclose()


class Hints:
    """Publishes hints; a lost one costs a client its next resync, never a message."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def publish(
        self, tenant_id: UUID | str, kind: str, conversation_id: UUID | str, **data: Any
    ) -> None:
        """Tell the tenant's listeners that something of a conversation changed. Never raises."""
        frame = orjson.dumps({"k": kind, "c": str(conversation_id), **data})
        try:
            await self._redis.publish(channel_of(tenant_id), frame)
        except (RedisError, OSError) as lost:
            log.warning("hint_lost", kind=kind, conversation_id=str(conversation_id), reason=str(lost))
