"""Members of a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from omnisupport.storage import tables
from omnisupport.storage.session import Database
from omnisupport.storage.tables import User, UserTenant


@dataclass(frozen=True)
class Member:
    """A person in one tenant."""

    id: UUID
    name: str
    email: str
    role: str


class Members:
    """Members of every tenant; the tables are without policy, so the tenant is in every question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, tenant_id: UUID) -> Sequence[Member]:
        """Every member, by name."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(User.id, User.name, User.email, UserTenant.role)
                .join(UserTenant, col(UserTenant.user_id) == User.id)
                .where(UserTenant.tenant_id == tenant_id)
                .order_by(User.name)
            )
            return [Member(*row) for row in rows.all()]

    async def find(self, tenant_id: UUID, user_id: UUID) -> Member | None:
        """One member of this tenant whom work can be given to: a disabled one is not found."""
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(User.id, User.name, User.email, UserTenant.role)
                .join(UserTenant, col(UserTenant.user_id) == User.id)
                .outerjoin(
                    tables.Member,
                    (col(tables.Member.user_id) == User.id)
                    & (col(tables.Member.tenant_id) == UserTenant.tenant_id),
                )
                .where(
                    UserTenant.tenant_id == tenant_id,
                    User.id == user_id,
                    col(User.disabled_at).is_(None),
                    col(tables.Member.disabled_at).is_(None),
                )
            )
            found = rows.first()
            return Member(*found) if found else None
