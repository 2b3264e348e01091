"""One-time codes of scenarios: sent a few times to an address, tried a few times, used once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, func, select

from omnisupport.errors import Conflict
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ScenarioCode, Tenant

PURPOSE = "scenario-codes"
"""For `MasterKey.derive`: the keys of codes serve nothing else."""
TRIES = 5
"""Of one code, whatever the scenario's own attempts are."""
SENT_AT_MOST = 5
SENT_WITHIN = timedelta(minutes=10)
"""To one address: a scenario that asks again and again fills nobody's mailbox."""
KEPT = timedelta(days=1)

Send = Callable[[str, str], Awaitable[Any]]
"""Hands a code over, with the name of the workspace."""


class Codes:
    """Codes of every tenant, one tenant at a time. Keys: the first makes, any compares (rotation)."""

    def __init__(self, database: Database, keys: Sequence[bytes]) -> None:
        self._database = database
        self._keys = tuple(keys)

    async def make(
        self, tenant_id: UUID, code_id: UUID, *, length: int, ttl: timedelta, address: str, send: Send
    ) -> None:
        """Make a code, once by its id, and let it be sent; what cannot be sent is not made.

        Raises:
            Conflict: too many were sent to this address (code `code_too_often`).
        """
        code, whose = self._code(code_id, length), _mac(self._keys[-1], "address", address.lower())
        async with self._database.session(tenant_id) as session:
            now = datetime.now(UTC)
            await session.exec(delete(ScenarioCode).where(col(ScenarioCode.expires_at) < now - KEPT))
            made = insert(ScenarioCode).values(
                tenant_id=tenant_id,
                id=code_id,
                digest=_mac(self._keys[0], "digest", f"{code_id}:{code}"),
                address=whose,
                expires_at=now + ttl,
            )
            await session.exec(made.on_conflict_do_nothing())
            sent = await session.exec(
                select(func.count())
                .select_from(ScenarioCode)
                .where(
                    ScenarioCode.tenant_id == tenant_id,
                    ScenarioCode.address == whose,
                    col(ScenarioCode.created_at) > sa.func.now() - SENT_WITHIN,
                )
            )
            if sent.one() > SENT_AT_MOST:
                raise Conflict("Too many codes were sent to this address.", code="code_too_often")
            tenant = await session.get_one(Tenant, tenant_id)
            await send(code, tenant.name)

    async def check(self, tenant_id: UUID, code_id: UUID, text: str, at: int) -> str:
        """`ok` for the right code, by one turn only (`at`, epoch milliseconds); `wrong`; `expired` for one that
        is too old, was used, or was tried too often."""
        async with self._database.session(tenant_id) as session:
            found = await session.get(ScenarioCode, (tenant_id, code_id), with_for_update=True)
            if found is None:
                return "expired"
            good = [
                hmac.compare_digest(_mac(key, "digest", f"{code_id}:{text}"), found.digest)
                for key in self._keys
            ]
            if found.used_at is not None:  # a turn that was cut off asks again
                return "ok" if found.used_at == at and any(good) else "expired"
            if found.expires_at < datetime.now(UTC) or found.tries >= TRIES:
                return "expired"
            if any(good):
                found.used_at = at
            else:
                found.tries += 1
            session.add(found)
            return "ok" if any(good) else "wrong"

    def _code(self, code_id: UUID, length: int) -> str:
        """The code of an id: asked for again it is the same, and nobody without the key can tell it."""
        number = int.from_bytes(_mac(self._keys[0], "code", str(code_id)))
        return str(number % 10**length).zfill(length)


def _mac(key: bytes, use: str, text: str) -> bytes:
    return hmac.new(key, f"{use}:{text}".encode(), hashlib.sha256).digest()
