"""Visitors whom the company's own server has signed: one person, whichever browser he comes with.

The browser's own identity leads (`bound_to`) to the one that bears the company's id of the person. The first browser
of a person becomes that one itself, so that what he has written before signing in stays his.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.storage.queries.signed_customers import signed_customer
from omnisupport.storage.queries.visitors import TOKEN_LIFE
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, Identity

PREFIX = "user:"
"""Before the company's id in `identity.external_id`: a browser's own is random and has none."""
ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


class SignedVisitors:
    """Signed visitors of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bind(
        self, tenant_id: UUID, token_hash: bytes, subject: str, fields: dict[str, str]
    ) -> UUID | None:
        """Make the browser of a token the person's; returns his customer's id, or None for a token of nobody.

        `fields` (name, email, phone) are signed: they go over what was there. The company's id becomes the
        customer's `external_id`, and a customer who has it already, from an import for one, is the person's from now
        on. What another person has written in this browser stays that person's.
        """
        try:
            return await self._bind(tenant_id, token_hash, subject, fields)
        except IntegrityError:  # somebody gave the company's id to a customer at this moment: he is found now
            return await self._bind(tenant_id, token_hash, subject, fields)

    async def _bind(
        self, tenant_id: UUID, token_hash: bytes, subject: str, fields: dict[str, str]
    ) -> UUID | None:
        external_id = PREFIX + subject
        async with self._database.session(tenant_id) as session:
            await session.exec(ONE_AT_A_TIME, params={"name": f"{tenant_id}/{external_id}"})  # type: ignore[call-overload]
            browser = (
                await session.exec(
                    select(Identity)
                    .where(Identity.tenant_id == tenant_id, Identity.token_hash == token_hash)
                    .with_for_update()
                )
            ).first()
            if browser is None:
                return None
            person = await _person(session, browser, external_id)
            browser.bound_to = None if person.id == browser.id else person.id
            person.expires_at = datetime.now(UTC) + TOKEN_LIFE
            session.add_all([browser, person])
            customer = await signed_customer(session, person, subject)
            customer.verified = True
            for name, value in fields.items():
                setattr(customer, name, value)
            session.add(customer)
            return customer.id


async def _person(session: AsyncSession, browser: Identity, external_id: str) -> Identity:
    """The identity that bears the company's id: there already, or this browser's own, or a new one."""
    where: dict[str, Any] = {
        "tenant_id": browser.tenant_id,
        "channel_id": browser.channel_id,
        "external_id": external_id,
    }
    found = (await session.exec(select(Identity).filter_by(**where))).first()
    if found is not None:
        return found
    if browser.bound_to is None and not browser.external_id.startswith(PREFIX):
        browser.external_id = external_id
        return browser
    shown = await session.get(Customer, (browser.tenant_id, browser.customer_id))
    customer = Customer(
        tenant_id=browser.tenant_id, id=uuid4(), locale=shown.locale if shown is not None else "ru"
    )
    session.add(customer)
    await session.flush()
    made = Identity(**where, id=uuid4(), customer_id=customer.id)
    session.add(made)
    await session.flush()
    return made
