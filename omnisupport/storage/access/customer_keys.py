"""Customers by what other systems name them: an external id, an address, a phone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.storage.tables import Customer, CustomerTerm

Key = tuple[str, str]
"""`external_id`, `email` or `phone`, and its value."""


async def find_customers(
    session: AsyncSession, tenant_id: UUID, keys: Collection[Key], *, lock: bool = False
) -> dict[Key, list[Customer]]:
    """Customers by what names them, each in the form that is kept; `lock` them, in the order of ids.

    By address and phone only customers are found whom people made or who are verified: what a visitor says of himself
    gives him nothing of another. An external id of who was merged finds who remains of him.
    """
    found: dict[Key, list[Customer]] = {}
    by_id = {value for name, value in keys if name == "external_id"}
    wanted = (
        select(Customer)
        .where(
            Customer.tenant_id == tenant_id,
            col(Customer.external_id).in_(by_id),
            col(Customer.merged_into).is_(None),
        )
        .order_by(col(Customer.id))
    )
    rows = await session.exec(wanted.with_for_update() if lock else wanted)
    for customer in rows.all():
        found.setdefault(("external_id", customer.external_id or ""), []).append(customer)
    missing = by_id - {name for _, name in found}
    for customer, merged_id in await _merged(session, tenant_id, missing, lock=lock):
        found.setdefault(("external_id", merged_id), []).append(customer)
    terms = {_term(*key): key for key in keys if key[0] != "external_id"}
    named = (
        select(Customer, CustomerTerm.term)
        .join(
            CustomerTerm,
            (col(CustomerTerm.tenant_id) == Customer.tenant_id)
            & (col(CustomerTerm.customer_id) == Customer.id),
        )
        .where(
            CustomerTerm.tenant_id == tenant_id,
            col(CustomerTerm.term).in_(terms),
            col(Customer.verified) | col(Customer.created_by).is_not(None),
        )
        .order_by(col(Customer.id))
    )
    lines = await session.exec(named.with_for_update(of=Customer) if lock else named)
    for customer, term in lines.all():
        found.setdefault(terms[term], []).append(customer)
    return found


async def _merged(
    session: AsyncSession, tenant_id: UUID, external_ids: set[str], *, lock: bool
) -> Sequence[tuple[Customer, str]]:
    """Who remains of customers with these external ids that were merged: another system still names the old one."""
    if not external_ids:
        return []
    source = aliased(Customer)
    wanted = (
        select(Customer, source.external_id)
        .join(
            source, (col(source.tenant_id) == Customer.tenant_id) & (col(source.merged_into) == Customer.id)
        )
        .where(
            Customer.tenant_id == tenant_id,
            col(source.external_id).in_(external_ids),
            col(source.merged_into).is_not(None),
            col(Customer.merged_into).is_(None),
        )
        .order_by(col(Customer.id))
    )
    rows = await session.exec(wanted.with_for_update(of=Customer) if lock else wanted)
    return [(customer, str(external_id)) for customer, external_id in rows.all()]


def _term(name: str, value: str) -> str:
    return f"e:{value.lower()}" if name == "email" else f"p:{value.removeprefix('+')}"
