"""Templates that a channel has approved: found by whoever wants to send one, and asked for anew."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from omnisupport.api.cursors import read_cursor, write_cursor
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas import templates as schemas
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import templates as access
from omnisupport.storage.tables import MessageTemplate

router = APIRouter(prefix="/api/v1/channels", tags=["channels"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.CONNECTIONS_MANAGE))]
Word = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.get("/{channel_id}/templates", response_model=schemas.TemplatePage)
async def list_templates(
    channel_id: UUID,
    who: Reader,
    at: ServicesDep,
    language: Word = None,
    status: Word = None,
    q: Word = None,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    """Templates of a channel by name, as its provider listed them last; `q` stands in the name or in the text."""
    channel, rows = await access.list_templates(
        at.database,
        who.tenant_id,
        channel_id,
        language=language,
        status=status,
        q=q,
        after=read_cursor(cursor, lambda name, item: (name, UUID(item))),
        limit=limit,
    )
    following = write_cursor(rows[-1].name, str(rows[-1].id)) if len(rows) == limit else None
    return {"items": [_out(row) for row in rows], "next_cursor": following, **access.synced(channel)}


@router.post("/{channel_id}/templates/sync", status_code=202, response_model=schemas.TemplateSyncState)
async def sync_templates(channel_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Have the provider asked now; the answer says how it stood before."""
    channel = await access.want_templates(at.database, who.tenant_id, channel_id)
    await at.bell.ring_channel(who.tenant_id, channel_id)
    return access.synced(channel)


def _out(row: MessageTemplate) -> dict[str, Any]:
    kinds = ("text", "image", "video", "document", "location")
    return {
        "id": str(row.id),
        "name": row.name,
        "language": row.language,
        "category": row.category,
        "status": row.status,
        "sendable": row.sendable,
        "body": row.body,
        "parameters": row.holes,
        "header": row.header if row.header in kinds else None,
        "header_text": row.header_text,
        "footer": row.footer,
        "buttons": row.buttons,
        "synced_at": row.synced_at.isoformat(),
    }
