"""Templates of a channel for a person: found, asked for anew, and filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from omnisupport.domain.template import Template
from omnisupport.errors import Conflict, Invalid
from omnisupport.storage.access.channels import access_channel
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, MessageTemplate


async def list_templates(
    database: Database,
    tenant_id: UUID,
    channel_id: UUID,
    *,
    language: str | None,
    status: str | None,
    q: str | None,
    after: tuple[str, UUID] | None,
    limit: int,
) -> tuple[Channel, Sequence[MessageTemplate]]:
    """The channel, and its templates by name; `q` stands in the name or in the text.

    Raises:
        NotFound: the channel is absent, deleted, or another tenant's.
    """
    channel = await access_channel(database, tenant_id, channel_id)
    table = MessageTemplate
    wanted = select(table).where(table.tenant_id == tenant_id, table.channel_id == channel_id)
    if language is not None:
        wanted = wanted.where(table.language == language)
    if status is not None:
        wanted = wanted.where(table.status == status)
    if q:
        found = (col(table.name).icontains(q, autoescape=True), col(table.body).icontains(q, autoescape=True))
        wanted = wanted.where(sa.or_(*found))
    if after is not None:
        wanted = wanted.where(sa.tuple_(col(table.name), col(table.id)) > sa.tuple_(*map(sa.literal, after)))
    async with database.session(tenant_id) as session:
        rows = await session.exec(wanted.order_by(col(table.name), col(table.id)).limit(limit))
        return channel, rows.all()


async def want_templates(database: Database, tenant_id: UUID, channel_id: UUID) -> Channel:
    """Have the provider asked at the channel's next look.

    Raises:
        NotFound: the channel is absent, deleted, or another tenant's.
    """
    await access_channel(database, tenant_id, channel_id)
    async with database.session(tenant_id) as session:
        row = await session.get_one(Channel, (tenant_id, channel_id), with_for_update=True)
        row.health = {**row.health, "templates": {**row.health.get("templates", {}), "wanted": True}}
        session.add(row)
        return row


async def access_sendable(
    database: Database, tenant_id: UUID, channel_id: UUID, template_id: UUID
) -> Template:
    """A template that may be sent on this channel.

    Raises:
        Invalid: the channel has no such template (code `template_not_found`).
        Conflict: it is not approved, or wants what cannot be given (code `template_not_sendable`).
    """
    async with database.session(tenant_id) as session:
        row = await session.get(MessageTemplate, (tenant_id, template_id))
    if row is None or row.channel_id != channel_id:
        raise Invalid(
            "This channel has no such template. Have its templates listed anew.",
            code="template_not_found",
            field="content.template.id",
        )
    if not row.sendable:
        why = (
            "its heading or a button wants a value too" if row.status == "approved" else f"it is {row.status}"
        )
        raise Conflict(f"The template '{row.name}' cannot be sent: {why}.", code="template_not_sendable")
    return template_of(row)


def template_of(row: MessageTemplate) -> Template:
    """The row as the domain knows it."""
    return Template(
        name=row.name,
        language=row.language,
        status=row.status,
        category=row.category,
        text=row.body,
        holes=tuple(row.holes),
        named=row.named,
        header=row.header,
        header_text=row.header_text,
        footer=row.footer,
        buttons=tuple(row.buttons),
        wants_more=not row.sendable and row.status == "approved",
        provider_id=row.provider_id,
        sent_as=row.sent_as,
    )


def synced(channel: Channel) -> dict[str, Any]:
    """When the provider was asked last, and why it has not answered: {synced_at, problem}."""
    state = channel.health.get("templates") or {}
    return {"synced_at": state.get("synced_at"), "problem": state.get("problem")}
