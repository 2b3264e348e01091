"""API keys by the digest of their token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from omnisupport.domain.permissions import Permission, Scope, grant_of
from omnisupport.domain.two_factor import REQUIRE_TWO_FACTOR, needs_second_factor
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ApiKey, Tenant

REMEMBERED_S = 3.0
"""As for sessions: a key that another process revoked is refused within 5 s."""
MOST_REMEMBERED = 10_000
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class LiveKey:
    """A key that may be used now, with what it may do: its scopes, and no more than its person may."""

    tenant_id: UUID
    id: UUID
    name: str
    user_id: UUID | None
    email: str
    locale: str
    permissions: frozenset[Permission]
    scope: Scope
    departments: frozenset[UUID]
    two_factor_required: bool = False
    """Its person owes the tenant a second factor."""


class ApiKeys:
    """Live keys only: revoked and expired ones, a closed tenant's and a former member's are as if they never were."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[tuple[UUID, bytes], tuple[float, LiveKey]] = {}

    async def of_token(self, tenant_id: UUID, digest: bytes) -> LiveKey | None:
        """By the digest of the token."""
        remembered = self._remembered.get((tenant_id, digest))
        if remembered is not None and monotonic() - remembered[0] < REMEMBERED_S:
            return remembered[1]
        found = await self._find(tenant_id, digest)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        if found is not None:
            self._remembered[tenant_id, digest] = (monotonic(), found)
        return found

    def forget(self) -> None:
        """A key was revoked or changed: read anew."""
        self._remembered.clear()

    async def _find(self, tenant_id: UUID, digest: bytes) -> LiveKey | None:
        now = datetime.now(UTC)
        async with self._database.session(tenant_id) as session:
            found = (
                await session.exec(
                    select(
                        ApiKey,
                        Tenant.locale,
                        Tenant.settings,
                        func.member_json(tenant_id, ApiKey.user_id, type_=JSONB),
                    )
                    .join(Tenant, col(Tenant.tenant_id) == ApiKey.tenant_id)
                    .where(
                        ApiKey.tenant_id == tenant_id,
                        ApiKey.token_hash == digest,
                        Tenant.status == "active",
                        col(ApiKey.revoked_at).is_(None),
                        (col(ApiKey.expires_at).is_(None)) | (col(ApiKey.expires_at) > now),
                    )
                )
            ).first()
            if found is None:
                return None
            key, locale, settings, member = found
            if key.user_id is not None and member is None:
                return None
            if key.last_used_at is None or now - key.last_used_at >= TOUCH_EVERY:
                await session.exec(
                    update(ApiKey)
                    .where(col(ApiKey.tenant_id) == tenant_id, col(ApiKey.id) == key.id)
                    .values(last_used_at=now)
                )
        scopes = grant_of("", key.scopes, Scope.ALL).permissions
        if member is None:
            return LiveKey(tenant_id, key.id, key.name, None, "", locale, scopes, Scope.ALL, frozenset())
        grant = grant_of(member["role"], member["permissions"], member["scope"])
        return LiveKey(
            tenant_id=tenant_id,
            id=key.id,
            name=member["name"],
            user_id=key.user_id,
            email=member["email"],
            locale=member["locale"],
            permissions=scopes & grant.permissions,
            scope=grant.scope,
            departments=frozenset(UUID(each) for each in member["departments"]),
            two_factor_required=not member["two_factor"]
            and needs_second_factor(settings.get(REQUIRE_TWO_FACTOR), member["role"]),
        )
