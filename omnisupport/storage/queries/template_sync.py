"""Templates of a channel as its provider lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport.domain.template import Template
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, MessageTemplate


class TemplateSync:
    """Channels of every tenant, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, tenant_id: UUID, channel_id: UUID, listed: Sequence[Template]) -> None:
        """What is listed is what there is: known ones are changed in place, others added or taken away."""
        now = datetime.now(UTC)
        wanted = {each.provider_id: each for each in listed}
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(MessageTemplate)
                .where(MessageTemplate.tenant_id == tenant_id, MessageTemplate.channel_id == channel_id)
                .with_for_update()
            )
            for row in rows.all():
                found = wanted.pop(row.provider_id, None)
                if found is None:
                    await session.delete(row)
                else:
                    row.sqlmodel_update(_columns(found) | {"synced_at": now})
                    session.add(row)
            for each in wanted.values():
                columns = _columns(each) | {"synced_at": now}
                session.add(
                    MessageTemplate(tenant_id=tenant_id, id=uuid4(), channel_id=channel_id, **columns)
                )
        await self.told(tenant_id, channel_id, {"synced_at": now.isoformat(), "problem": None})

    async def told(self, tenant_id: UUID, channel_id: UUID, state: dict[str, Any]) -> None:
        """How it stands: {synced_at, problem}; what is not given stays."""
        async with self._database.session(tenant_id) as session:
            row = await session.get(Channel, (tenant_id, channel_id), with_for_update=True)
            if row is not None:
                row.health = {**row.health, "templates": {**row.health.get("templates", {}), **state}}
                session.add(row)


def _columns(found: Template) -> dict[str, Any]:
    return {
        "provider_id": found.provider_id,
        "sent_as": found.sent_as,
        "name": found.name,
        "language": found.language,
        "category": found.category,
        "status": found.status,
        "sendable": found.can_be_sent,
        "body": found.text,
        "holes": list(found.holes),
        "named": found.named,
        "header": found.header,
        "header_text": found.header_text,
        "footer": found.footer,
        "buttons": list(found.buttons),
    }
