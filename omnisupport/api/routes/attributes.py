"""Custom attributes of customers and conversations: their definitions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.openapi import may_answer
from omnisupport.api.schemas.attributes import (
    AttributeChanges,
    AttributeEnvelope,
    Attributes,
    NewAttribute,
)
from omnisupport.domain.attribute import Subject
from omnisupport.domain.permissions import Permission
from omnisupport.storage import tables
from omnisupport.storage.access import attributes as access

router = APIRouter(prefix="/api/v1/settings/attributes", tags=["settings"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.SETTINGS_MANAGE))]


@router.get("", response_model=Attributes)
async def list_attributes(who: Reader, at: ServicesDep, subject: Subject | None = None) -> dict[str, Any]:
    """Every attribute, or those of one subject; there are at most a hundred of each."""
    found = await access.list_attributes(at.database, who.tenant_id, subject)
    return {"items": [_attribute(each) for each in found]}


@router.post("", status_code=201, response_model=AttributeEnvelope)
async def create_attribute(body: NewAttribute, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make an attribute."""
    made = await access.create_attribute(at.database, who.tenant_id, who.actor, body.model_dump())
    return {"attribute": _attribute(made)}


@router.get("/{attribute_id}", response_model=AttributeEnvelope)
async def get_attribute(attribute_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One attribute."""
    return {"attribute": _attribute(await access.access_attribute(at.database, who.tenant_id, attribute_id))}


@router.patch("/{attribute_id}", response_model=AttributeEnvelope)
async def change_attribute(
    attribute_id: UUID, body: AttributeChanges, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change name, options or whether it is required; values that customers have stay."""
    values = body.model_dump(exclude_none=True)
    written = await access.change_attribute(at.database, who.tenant_id, who.actor, attribute_id, values)
    return {"attribute": _attribute(written)}


@router.delete("/{attribute_id}", status_code=204, openapi_extra=may_answer(409))
async def delete_attribute(attribute_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Delete an attribute; refused while a customer has a value of it."""
    await access.delete_attribute(at.database, who.tenant_id, who.actor, attribute_id)
    return Response(status_code=204)


def _attribute(found: tables.Attribute) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "subject": found.subject,
        "key": found.key,
        "name": found.name,
        "kind": found.kind,
        "options": found.options,
        "required": found.required,
        "created_at": found.created_at.isoformat(),
        "updated_at": found.updated_at.isoformat(),
    }
