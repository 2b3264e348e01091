"""Visitors of the widget: their identity, token and conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from omnisupport.domain.actor import SYSTEM
from omnisupport.storage.access.customers import columns_of, tell_change, write_values
from omnisupport.storage.queries.tenants import SLUG
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Customer, Identity, Tenant, TenantSlug

TOKEN_LIFE = timedelta(days=365)
PAGES_KEPT = 20
FIND = "select find_visitor($1, $2)"
BUTTON = "select find_button($1, $2, $3)"
CONSENT_SOURCE = "widget"


@dataclass(frozen=True)
class WidgetHome:
    """The tenant and the widget channel that a slug leads to."""

    tenant: Tenant
    channel: Channel


class Visitors:
    """Visitors of every tenant, one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def home(self, slug: str) -> WidgetHome | None:
        """Where a slug leads; None for an unknown or closed tenant, or one without a widget."""
        if not SLUG.fullmatch(slug):
            return None
        async with self._database.session(None) as session:
            found = await session.get(TenantSlug, slug)
        if found is None:
            return None
        async with self._database.session(found.tenant_id) as session:
            tenant = await session.get(Tenant, found.tenant_id)
            channel = (await session.exec(_widget(found.tenant_id))).first()
        if tenant is None or tenant.status != "active" or channel is None:
            return None
        return WidgetHome(tenant, channel)

    async def widget(self, tenant_id: UUID) -> Channel | None:
        """A tenant's widget, unless it was taken away."""
        async with self._database.session(tenant_id) as session:
            return (await session.exec(_widget(tenant_id))).first()

    async def look_up(self, tenant_id: UUID, token_hash: bytes) -> dict[str, Any]:
        """{identity_id, customer_id, channel_id, name, locale, conversation_id} of a live token, or {error}."""
        found: dict[str, Any] = await self._database.call(FIND, tenant_id, token_hash)
        return found

    async def find(self, tenant_id: UUID, token_hash: bytes) -> dict[str, Any] | None:
        """The same; None for a token that does not count."""
        found = await self.look_up(tenant_id, token_hash)
        return None if "error" in found else found

    async def label_of(self, tenant_id: UUID, token_hash: bytes, button: str) -> str | None:
        """The label of a button that was shown to this visitor."""
        label: str | None = await self._database.call(BUTTON, tenant_id, token_hash, button)
        return label

    async def resume(self, tenant_id: UUID, token_hash: bytes, page: dict[str, str] | None) -> None:
        """Slide a token's life, and remember the page."""
        now = datetime.now(UTC)
        async with self._database.session(tenant_id) as session:
            identity = (
                await session.exec(
                    select(Identity).where(Identity.tenant_id == tenant_id, Identity.token_hash == token_hash)
                )
            ).one()
            identity.last_seen_at = now
            identity.expires_at = now + TOKEN_LIFE
            if page is not None and (not identity.pages or identity.pages[-1] != page):
                identity.pages = [*identity.pages, page][-PAGES_KEPT:]
            session.add(identity)

    async def create(
        self, home: WidgetHome, token_hash: bytes, *, locale: str, page: dict[str, str] | None
    ) -> None:
        """A new visitor: customer and identity; no conversation."""
        tenant_id = home.tenant.tenant_id
        async with self._database.session(tenant_id) as session:
            customer = Customer(tenant_id=tenant_id, id=uuid4(), locale=locale)
            session.add(customer)
            await session.flush()
            session.add(
                Identity(
                    tenant_id=tenant_id,
                    id=uuid4(),
                    channel_id=home.channel.id,
                    customer_id=customer.id,
                    external_id=str(uuid4()),
                    token_hash=token_hash,
                    expires_at=datetime.now(UTC) + TOKEN_LIFE,
                    pages=[page] if page else [],
                )
            )

    async def fill(self, tenant_id: UUID, customer_id: UUID, fields: dict[str, str]) -> None:
        """Fill what is not verified; never merges with another customer."""
        if not fields:
            return
        async with self._database.session(tenant_id) as session:
            await session.exec(
                update(Customer)
                .where(
                    col(Customer.tenant_id) == tenant_id,
                    col(Customer.id) == customer_id,
                    col(Customer.verified).is_(False),
                )
                .values(**fields)
            )

    async def consent(self, tenant_id: UUID, customer_id: UUID, purpose: str) -> None:
        """Write down what he has agreed to by a form; the audit log keeps when."""
        async with self._database.session(tenant_id) as session:
            found = await session.get_one(Customer, (tenant_id, customer_id), with_for_update=True)
            before = columns_of(found)
            granted = {purpose: {"status": "granted", "source": CONSENT_SOURCE}}
            write_values(found, {"consents": granted}, {})
            session.add(found)
            await session.flush()
            await session.refresh(found)
            tell_change(session, SYSTEM, found, before)

    async def set_locale(self, tenant_id: UUID, customer_id: UUID, locale: str) -> None:
        """Speak another language from now on."""
        async with self._database.session(tenant_id) as session:
            await session.exec(
                update(Customer)
                .where(col(Customer.tenant_id) == tenant_id, col(Customer.id) == customer_id)
                .values(locale=locale)
            )


def _widget(tenant_id: UUID) -> SelectOfScalar[Channel]:
    return select(Channel).where(
        Channel.tenant_id == tenant_id, Channel.type == "widget", Channel.status == "active"
    )
