"""API keys for a person: his own, and those of the tenant for who manages them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Conflict, Forbidden, Invalid, NotFound
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ApiKey, Tenant

HINT_CHARS = 4


@dataclass(frozen=True)
class NewKey:
    """A key to make. `user_id` None: the tenant's own. `hint` is the end of the token, to tell keys apart."""

    name: str
    user_id: UUID | None
    scopes: Collection[Permission]
    expires_at: datetime | None
    digest: bytes
    hint: str


async def list_keys(
    database: Database,
    tenant_id: UUID,
    *,
    user_id: UUID | None,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> Sequence[ApiKey]:
    """Keys that were not revoked, newest first: of a person, or (None) all of the tenant."""
    query = select(ApiKey).where(ApiKey.tenant_id == tenant_id, col(ApiKey.revoked_at).is_(None))
    if user_id is not None:
        query = query.where(ApiKey.user_id == user_id)
    if before is not None:
        moment, key_id = before
        same_moment = and_(col(ApiKey.created_at) == moment, col(ApiKey.id) < key_id)
        query = query.where(or_(col(ApiKey.created_at) < moment, same_moment))
    async with database.session(tenant_id) as session:
        newest_first = (col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
        return (await session.exec(query.order_by(*newest_first).limit(limit))).all()


async def create_key(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    granted: Collection[Permission],
    key: NewKey,
    *,
    most: int,
) -> ApiKey:
    """Make a key that may do no more than its maker, whose permissions are `granted`.

    Raises:
        Forbidden: a scope that the maker does not have (code `scope_exceeds`).
        Invalid: it would be over already (code `expiry_past`).
        Conflict: there are `most` live ones (code `keys_limit`).
    """
    now = datetime.now(UTC)
    beyond = sorted(each.value for each in key.scopes if each not in granted)
    if beyond:
        raise Forbidden(
            f"A key may do no more than you: {', '.join(beyond)}.", code="scope_exceeds", field="scopes"
        )
    if key.expires_at is not None and key.expires_at <= now:
        raise Invalid("The key would have expired already.", code="expiry_past", field="expires_at")
    made = ApiKey(
        tenant_id=tenant_id,
        id=uuid4(),
        user_id=key.user_id,
        name=key.name,
        scopes=sorted(each.value for each in set(key.scopes)),
        token_hash=key.digest,
        hint=key.hint,
        created_by=actor.id,
        created_at=now,
        expires_at=key.expires_at,
    )
    async with database.session(tenant_id) as session:
        # One at a time, so that two do not both find the last place.
        await session.exec(
            select(Tenant.tenant_id).where(Tenant.tenant_id == tenant_id).with_for_update(key_share=True)
        )
        living = (
            ApiKey.tenant_id == tenant_id,
            col(ApiKey.user_id).is_not_distinct_from(key.user_id),
            col(ApiKey.revoked_at).is_(None),
            or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > now),
        )
        if (await session.exec(select(func.count()).select_from(ApiKey).where(*living))).one() >= most:
            raise Conflict(f"There are {most} keys already. Revoke one first.", code="keys_limit")
        session.add(made)
        record(
            session,
            tenant_id,
            actor,
            "api_key.created",
            target=("api_key", made.id),
            after={
                "name": made.name,
                "scopes": made.scopes,
                "personal": made.user_id is not None,
                "expires_at": made.expires_at.isoformat() if made.expires_at else None,
            },
        )
    return made


async def revoke_key(
    database: Database, tenant_id: UUID, actor: Actor, key_id: UUID, *, user_id: UUID | None
) -> None:
    """Revoke a key: of a person, or (None) any of the tenant.

    Raises:
        NotFound: there is none alive with this id for him.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(ApiKey, (tenant_id, key_id), with_for_update=True)
        if found is None or found.revoked_at is not None or user_id not in (None, found.user_id):
            raise NotFound("There is no such key.")
        found.revoked_at = datetime.now(UTC)
        session.add(found)
        record(
            session,
            tenant_id,
            actor,
            "api_key.revoked",
            target=("api_key", key_id),
            before={"name": found.name},
        )
