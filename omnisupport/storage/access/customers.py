"""Customers for a person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from omnisupport.domain.reach import Reach
from omnisupport.errors import NotFound
from omnisupport.storage.access.reach import reaches_customer
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Customer, Identity


async def access_customer(
    database: Database, tenant_id: UUID, customer_id: UUID, reach: Reach | None = None
) -> tuple[Customer, Sequence[tuple[Identity, str]]]:
    """A customer, and his identities with the type of their channel.

    Raises:
        NotFound: absent, another tenant's, or of no conversation in reach.
    """
    async with database.session(tenant_id) as session:
        customer = await session.get(Customer, (tenant_id, customer_id))
        if customer is None or not await reaches_customer(session, tenant_id, customer_id, reach):
            raise NotFound("There is no such customer.")
        identities = await session.exec(
            select(Identity, Channel.type)
            .join(
                Channel,
                (col(Channel.tenant_id) == Identity.tenant_id) & (col(Channel.id) == Identity.channel_id),
            )
            .where(Identity.tenant_id == tenant_id, Identity.customer_id == customer_id)
        )
        return customer, [(identity, str(kind)) for identity, kind in identities.all()]
