"""The scope of a role in questions of our own making; the hot functions take it themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import cast, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.reach import Reach


async def reaches_customer(
    session: AsyncSession, tenant_id: UUID, customer_id: UUID, reach: Reach | None
) -> bool:
    """Whether somebody reaches a customer: through one of his conversations; without a reach everybody."""
    if reach is None:
        return True
    scope = cast(reach.to_dict(), JSONB)
    return bool((await session.exec(select(func.reaches_customer(tenant_id, customer_id, scope)))).one())
