"""API keys: a person's own, and those of the tenant."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query

from omnisupport.api.deps import Person, ServicesDep, check_fresh, check_oneself, oneself, requires, signed_in
from omnisupport.api.schemas.keys import Keys, MadeKey, NewKey
from omnisupport.api.services import Services
from omnisupport.api.team import refusals_told
from omnisupport.auth.policy import MOST_PERSONAL_KEYS, MOST_TENANT_KEYS
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.people import parse_name
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Invalid
from omnisupport.storage.access import keys as access
from omnisupport.storage.tables import ApiKey

router = APIRouter(prefix="/api/v1", tags=["keys"])

SignedIn = Annotated[Person, Depends(signed_in)]
Oneself = Annotated[Person, Depends(oneself)]
Manager = Annotated[Person, Depends(requires(Permission.API_KEYS_MANAGE))]
FreshManager = Annotated[Person, Depends(requires(Permission.API_KEYS_MANAGE, fresh=True))]
Maker = Annotated[Person, Depends(requires(Permission.API_KEYS_MANAGE, fresh=True, whole=True))]
"""A key of the tenant itself reaches all of it, so nobody of a narrower scope makes one."""
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=200)]
REFUSALS: dict[int | str, dict[str, Any]] = {409: {}}


@router.get("/auth/keys", response_model=Keys)
async def list_own_keys(
    who: SignedIn, at: ServicesDep, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """One's own keys in this tenant."""
    return await _page(at, who, who.user_id, limit, cursor)


@router.post("/auth/keys", status_code=201, response_model=MadeKey, responses=REFUSALS)
async def create_own_key(body: NewKey, who: Oneself, at: ServicesDep) -> dict[str, Any]:
    """Make a personal key. It acts as its person: it may do what its scopes say and he may, at each request.

    Asks for a password of the last ten minutes (`POST /auth/reauthenticate`).
    """
    check_fresh(who)
    return await _make(at, who, body, who.user_id, MOST_PERSONAL_KEYS)


@router.delete("/auth/keys/{key_id}", status_code=204)
async def revoke_own_key(key_id: UUID, who: Oneself, at: ServicesDep) -> None:
    """Revoke one of one's own keys; within seconds it opens nothing."""
    await access.revoke_key(at.database, who.tenant_id, who.actor, key_id, user_id=who.user_id)
    at.api_keys.forget()


@router.get("/keys", response_model=Keys)
async def list_keys(
    who: Manager, at: ServicesDep, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """Every key of the tenant, personal ones too."""
    return await _page(at, who, None, limit, cursor)


@router.post("/keys", status_code=201, response_model=MadeKey, responses=REFUSALS)
async def create_key(body: NewKey, who: Maker, at: ServicesDep) -> dict[str, Any]:
    """Make a key of the tenant itself, which stays when its maker goes. It may do no more than its maker may now."""
    await check_oneself(who, at)
    return await _make(at, who, body, None, MOST_TENANT_KEYS)


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: UUID, who: FreshManager, at: ServicesDep) -> None:
    """Revoke any key of the tenant; within seconds it opens nothing."""
    await check_oneself(who, at)
    await access.revoke_key(at.database, who.tenant_id, who.actor, key_id, user_id=None)
    at.api_keys.forget()


async def _make(at: Services, who: Person, body: NewKey, user_id: UUID | None, most: int) -> dict[str, Any]:
    token, digest = new_token(TokenKind.API_KEY, who.tenant_id)
    key = access.NewKey(
        name=parse_name(body.name),
        user_id=user_id,
        scopes=body.scopes,
        expires_at=body.expires_at,
        digest=digest,
        hint=token[-access.HINT_CHARS :],
    )
    async with refusals_told(at, who, "api_key.created", ("api_key", key.name)):
        made = await access.create_key(at.database, who.tenant_id, who.actor, who.permissions, key, most=most)
    return {"key": _line(made), "token": token}


async def _page(
    at: Services, who: Person, user_id: UUID | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    found = await access.list_keys(
        at.database, who.tenant_id, user_id=user_id, limit=limit, before=_read_cursor(cursor)
    )
    return {
        "items": [_line(each) for each in found],
        "next_cursor": _cursor(found[-1]) if len(found) == limit else None,
    }


def _line(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "user_id": key.user_id,
        "scopes": key.scopes,
        "hint": key.hint,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    }


def _cursor(key: ApiKey) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([key.created_at, str(key.id)])).decode()


def _read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    try:
        at, key_id = orjson.loads(base64.urlsafe_b64decode(cursor))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError
        return moment, UUID(key_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as wrong:
        raise Invalid("This is not a cursor of ours.", field="cursor") from wrong
