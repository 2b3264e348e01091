"""Connections: outside services that scenarios call."""

from __future__ import annotations

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas import settings as schemas
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import connections as access
from omnisupport.storage.access.connections import Secrets
from omnisupport.storage.tables import Connection

router = APIRouter(prefix="/api/v1/settings/connections", tags=["settings"])

Reader = Annotated[Person, Depends(requires(Permission.SETTINGS_READ))]
Manager = Annotated[Person, Depends(requires(Permission.CONNECTIONS_MANAGE, fresh=True))]


@router.get("", response_model=schemas.ConnectionList)
async def list_connections(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Every connection, by key."""
    return {"items": [_out(each) for each in await access.list_connections(at.database, who.tenant_id)]}


@router.post("", status_code=201, response_model=schemas.ConnectionEnvelope)
async def create_connection(body: schemas.NewConnection, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a connection; its secrets are sealed and never shown."""
    made = await access.create_connection(
        at.database,
        at.connection_sealer,
        who.tenant_id,
        who.actor,
        key=body.key,
        name=body.name,
        base_url=body.base_url,
        secrets=secrets_of(body.auth),
        operations=[each.model_dump(by_alias=True) for each in body.operations],
    )
    return {"connection": _out(made)}


@router.get("/{connection_id}", response_model=schemas.ConnectionEnvelope)
async def get_connection(connection_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One connection."""
    return {"connection": _out(await access.access_connection(at.database, who.tenant_id, connection_id))}


@router.patch("/{connection_id}", response_model=schemas.ConnectionEnvelope)
async def change_connection(
    connection_id: UUID, body: schemas.ConnectionChange, who: Manager, at: ServicesDep
) -> dict[str, Any]:
    """Change what is given. Calls under way keep what they began with."""
    found = await access.change_connection(
        at.database,
        at.connection_sealer,
        who.tenant_id,
        who.actor,
        connection_id,
        name=body.name,
        base_url=body.base_url,
        secrets=None if body.auth is None else secrets_of(body.auth),
        operations=None
        if body.operations is None
        else [each.model_dump(by_alias=True) for each in body.operations],
    )
    return {"connection": _out(found)}


@router.post("/{connection_id}/signing-secret", response_model=schemas.SigningSecret)
async def renew_signing(connection_id: UUID, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make what the service signs its calls with, shown this once; the one before it is good until the next."""
    secret, place = await access.renew_signing(
        at.database, at.connection_sealer, who.tenant_id, who.actor, connection_id
    )
    return {"secret": secret, "url": f"{at.public_origin}/api/v1/hooks/{place}"}


@router.delete("/{connection_id}", status_code=204)
async def delete_connection(connection_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Take a connection away that no published scenario calls."""
    await access.delete_connection(at.database, who.tenant_id, who.actor, connection_id)
    return Response(status_code=204)


def secrets_of(
    auth: schemas.NoAuth | schemas.BearerAuth | schemas.BasicAuth | schemas.HeaderAuth,
) -> Secrets:
    """The headers that a connection signs in with, and what people may see of them."""
    match auth:
        case schemas.BearerAuth():
            headers = {"Authorization": f"Bearer {auth.token}"}
        case schemas.BasicAuth():
            pair = base64.b64encode(f"{auth.username}:{auth.password}".encode()).decode()
            headers = {"Authorization": f"Basic {pair}"}
        case schemas.HeaderAuth():
            headers = dict(auth.headers)
        case _:
            headers = {}
    return Secrets(auth={"kind": auth.kind, "headers": sorted(headers)}, headers=headers)


def _out(row: Connection) -> dict[str, Any]:
    # A connection of the command line, or of an older release, names no headers.
    kind = row.auth.get("kind", "none")
    return {
        "id": str(row.id),
        "key": row.key,
        "name": row.name or row.key,
        "base_url": row.base_url,
        "auth": {
            "kind": "headers" if kind == "none" and row.secret is not None else kind,
            "headers": row.auth.get("headers", []),
        },
        "operations": row.operations,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
