"""Members of a tenant for the people of the platform: whom they would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import and_, col, select

from omnisupport.storage.access.platform import Reach, access_tenant
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Member, User, UserTenant


@dataclass(frozen=True)
class MemberView:
    """A member as the platform sees him."""

    id: UUID
    name: str
    email: str
    role: str
    disabled: bool


async def list_tenant_members(
    database: Database, reach: Reach, tenant_id: UUID, *, after: str | None, limit: int
) -> Sequence[MemberView]:
    """Members by e-mail address, from behind `after`.

    Raises:
        NotFound: there is no such tenant, or it is not one of his.
    """
    await access_tenant(database, reach, tenant_id)
    query = (
        select(User, UserTenant.role, Member.disabled_at)
        .join(UserTenant, col(UserTenant.user_id) == User.id)
        .outerjoin(
            Member, and_(col(Member.tenant_id) == UserTenant.tenant_id, col(Member.user_id) == User.id)
        )
        .where(UserTenant.tenant_id == tenant_id)
        .order_by(col(User.email))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(User.email) > after)
    async with database.session(tenant_id) as session:
        found = (await session.exec(query)).all()
    return [
        MemberView(user.id, user.name, user.email, role, bool(user.disabled_at or disabled_at))
        for user, role, disabled_at in found
    ]
