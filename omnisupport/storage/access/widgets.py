"""The widget of a tenant, for a person: connected once, taken away, and connected again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.errors import Conflict
from omnisupport.storage.access.channels import told_of
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Tenant


async def connect_widget(
    database: Database, tenant_id: UUID, actor: Actor, *, name: str, settings: dict[str, Any]
) -> Channel:
    """The tenant's widget; one that was taken away is it again, with its visitors and their conversations.

    Raises:
        Conflict: it is there (code `widget_connected`).
    """
    async with database.session(tenant_id) as session:
        # One at a time: a tenant has no second widget.
        await session.exec(select(Tenant).where(Tenant.tenant_id == tenant_id).with_for_update())
        found = (
            await session.exec(
                select(Channel)
                .where(Channel.tenant_id == tenant_id, Channel.type == "widget")
                .order_by((col(Channel.status) == "active").desc(), col(Channel.created_at))
            )
        ).first()
        if found is not None and found.status == "active":
            raise Conflict(
                f"The workspace has its widget: change it by PATCH /api/v1/channels/widget/{found.id}.",
                code="widget_connected",
            )
        made = found or Channel(tenant_id=tenant_id, id=uuid4(), type="widget", provider="widget", name=name)
        made.name, made.status, made.settings = name, "active", settings
        made.updated_at = datetime.now(UTC)
        session.add(made)
        record(
            session,
            tenant_id,
            actor,
            "channel.connected",
            target=("channel", made.id),
            after=told_of(made),
        )
        await session.flush()
        await session.refresh(made)
    return made
