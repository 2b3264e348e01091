"""Test messages of channels: when their recipient wrote last, and the line in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import select

from omnisupport.domain.actor import Actor
from omnisupport.domain.sample import SampleSent
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Identity

SHOWN = 3
"""Characters at the end of an address that the log keeps: it outlives what a customer wants erased."""


async def read_last_in(
    database: Database, tenant_id: UUID, channel_id: UUID, address: str
) -> datetime | None:
    """When the customer of an address wrote last; None: nobody has written from there."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Identity.last_in_at).where(
                Identity.tenant_id == tenant_id,
                Identity.channel_id == channel_id,
                Identity.external_id == address,
            )
        )
        return rows.first()


async def record_sample(
    database: Database, tenant_id: UUID, actor: Actor, channel_id: UUID, address: str, sent: SampleSent
) -> None:
    """Write down that one was sent, and how it ended."""
    told = {"to": f"…{address[-SHOWN:]}", "status": sent.status.value, "code": sent.code}
    async with database.session(tenant_id) as session:
        record(session, tenant_id, actor, "channel.tested", target=("channel", channel_id), after=told)
