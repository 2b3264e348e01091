"""Tags that a tenant offers for conversations and customers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas import settings as schemas
from omnisupport.api.team import tell_team
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import tags as access
from omnisupport.storage.tables import TagRow

router = APIRouter(prefix="/api/v1/settings/tags", tags=["settings"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.SETTINGS_MANAGE))]


@router.get("", response_model=schemas.TagList)
async def list_tags(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every tag, by key."""
    return {"items": [_out(each) for each in await access.list_tags(at.database, who.tenant_id)]}


@router.post("", status_code=201, response_model=schemas.TagEnvelope)
async def create_tag(body: schemas.NewTag, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Offer a tag."""
    made = await access.create_tag(
        at.database, who.tenant_id, who.actor, key=body.key, name=body.name, color=body.color
    )
    await tell_team(at, who.tenant_id, "tags", made.key)
    return {"tag": _out(made)}


@router.patch("/{key}", response_model=schemas.TagEnvelope)
async def change_tag(
    key: schemas.SettingKey, body: schemas.TagChange, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change a tag's name or colour; the key stays."""
    found = await access.change_tag(
        at.database, who.tenant_id, who.actor, key, name=body.name, color=body.color
    )
    await tell_team(at, who.tenant_id, "tags", key)
    return {"tag": _out(found)}


@router.delete("/{key}", status_code=204)
async def delete_tag(key: schemas.SettingKey, who: Manager, at: ServicesDep) -> Response:
    """Offer a tag no more; what holds it keeps it."""
    await access.delete_tag(at.database, who.tenant_id, who.actor, key)
    await tell_team(at, who.tenant_id, "tags", key)
    return Response(status_code=204)


def _out(row: TagRow) -> dict[str, Any]:
    return {"key": row.key, "name": row.name, "color": row.color}
