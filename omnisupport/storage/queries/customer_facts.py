"""What is known of the customer that a conversation, or a run without one, is about."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from omnisupport.storage.access.customers import who_remains
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Customer, ScenarioRun


class CustomerFacts:
    """Customers of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, tenant_id: UUID, *, is_run: bool, thing_id: UUID) -> dict[str, str | None]:
        """By the names of `domain/tools.py`; empty without a customer.

        What a visitor only says of himself must show him nothing of another: beside his id there is nothing of one
        who is not verified.
        """
        table = ScenarioRun if is_run else Conversation
        async with self._database.session(tenant_id) as session:
            rows = await session.exec(
                select(table.customer_id).where(table.tenant_id == tenant_id, table.id == thing_id)
            )
            customer_id = rows.first()
            if customer_id is None:
                return {}
            remains = await who_remains(session, tenant_id, customer_id)
            found = await session.get_one(Customer, (tenant_id, remains))
        proved = found.verified
        return {
            "customer.id": str(found.id),
            "customer.external_id": found.external_id if proved else None,
            "customer.email": found.email if proved else None,
            "customer.phone": found.phone if proved else None,
        }
