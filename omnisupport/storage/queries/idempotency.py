"""Answers of POSTs that named an Idempotency-Key: claimed before the work, kept for a day after it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import Delete, Update, delete, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from omnisupport.net.sealing import Place
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Idempotency

PURPOSE = "idempotent-answers"
"""For `derive_key`: seals answers, which may hold tokens, with a key made of the tenant's."""
KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=6)
"""A claim that is not renewed for so long is that of a process that died: the next request takes it over."""
SWEEP_ONE_IN = 50
SWEPT_AT_ONCE = 500


class Standing(Enum):
    """How a key stands when a request comes with it."""

    CLAIMED = "claimed"
    """It is this request's now."""
    UNDER_WAY = "under_way"
    REUSED = "reused"
    """Another request had it."""
    ANSWERED = "answered"


@dataclass(frozen=True)
class Asked:
    """One request with its key: whose it is (`caller`, a digest), in which tenant, and the digest of what it asks."""

    tenant_id: UUID
    caller: bytes
    key: str
    request_hash: bytes


class IdempotentAnswers:
    """Keys of every tenant, one tenant at a time; tenant 0 is for callers without a credential."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, asked: Asked) -> tuple[Standing, bytes | None]:
        """Take a key, or tell how it stands, with the sealed answer where there is one."""
        now = datetime.now(UTC)
        fresh = {"request_hash": asked.request_hash, "status": None, "answer": None, "created_at": now}
        async with self._database.session(asked.tenant_id) as session:
            if secrets.randbelow(SWEEP_ONE_IN) == 0:
                await session.exec(_sweep(asked.tenant_id, now))
            # The other request's hash is compared before its lease: a key is for one request, whatever became of it.
            taken = insert(Idempotency).values(
                tenant_id=asked.tenant_id, caller=asked.caller, key=asked.key, **fresh
            )
            claimed = await session.exec(
                taken.on_conflict_do_update(
                    index_elements=["tenant_id", "caller", "key"],
                    set_=fresh,
                    where=or_(
                        col(Idempotency.created_at) < now - KEPT,
                        col(Idempotency.status).is_(None)
                        & (col(Idempotency.request_hash) == asked.request_hash)
                        & (col(Idempotency.created_at) < now - LEASE),
                    ),
                ).returning(col(Idempotency.key))
            )
            if claimed.first() is not None:
                return Standing.CLAIMED, None
            row = await session.get(Idempotency, (asked.tenant_id, asked.caller, asked.key))
        if row is None:  # given up a moment ago
            return Standing.UNDER_WAY, None
        if row.request_hash != asked.request_hash:
            return Standing.REUSED, None
        return (Standing.UNDER_WAY, None) if row.answer is None else (Standing.ANSWERED, row.answer)

    async def renew(self, asked: Asked) -> None:
        """Its request is still at work."""
        async with self._database.session(asked.tenant_id) as session:
            await session.exec(_mine(asked).values(created_at=datetime.now(UTC)))

    async def keep(self, asked: Asked, status: int, sealed: bytes) -> None:
        """The answer, for a day."""
        async with self._database.session(asked.tenant_id) as session:
            await session.exec(
                _mine(asked).values(status=status, answer=sealed, created_at=datetime.now(UTC))
            )

    async def give_up(self, asked: Asked) -> None:
        """There is no answer worth keeping: the key is free."""
        async with self._database.session(asked.tenant_id) as session:
            await session.exec(
                delete(Idempotency).where(
                    col(Idempotency.tenant_id) == asked.tenant_id,
                    col(Idempotency.caller) == asked.caller,
                    col(Idempotency.key) == asked.key,
                    col(Idempotency.status).is_(None),
                )
            )


def place_of(tenant_id: UUID, caller: bytes, key: str) -> Place:
    """Where an answer is sealed for."""
    return Place(tenant_id, PURPOSE, f"{caller.hex()}/{key}")


def _mine(asked: Asked) -> Update:
    return update(Idempotency).where(
        col(Idempotency.tenant_id) == asked.tenant_id,
        col(Idempotency.caller) == asked.caller,
        col(Idempotency.key) == asked.key,
        col(Idempotency.status).is_(None),
    )


def _sweep(tenant_id: UUID, now: datetime) -> Delete:
    """Now and then a claim takes the tenant's old answers away; a job of its own would see across tenants."""
    old = (
        select(col(Idempotency.caller), col(Idempotency.key))
        .where(col(Idempotency.tenant_id) == tenant_id, col(Idempotency.created_at) < now - KEPT)
        .limit(SWEPT_AT_ONCE)
    )
    return delete(Idempotency).where(
        col(Idempotency.tenant_id) == tenant_id,
        tuple_(col(Idempotency.caller), col(Idempotency.key)).in_(old),
    )
