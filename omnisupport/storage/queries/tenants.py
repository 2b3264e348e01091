"""Making a tenant, with its key, its widget and its first owner."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM, Actor
from omnisupport.domain.people import parse_address as parse_address
from omnisupport.errors import Conflict, Invalid
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.audit import record
from omnisupport.storage.keys import new_tenant_key
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Department, Tenant, TenantSlug, User, UserTenant

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
RESERVED = frozenset(
    {"api", "assets", "console", "conversations", "docs", "events", "files", "form", "healthz", "identify"}
    | {"loader", "messages", "readyz", "seen", "sessions", "widget", "ws", "ws-ticket", "www"}
)
"""Names that stand in addresses where a slug could: a widget of that name would not be found."""


@dataclass(frozen=True)
class NewPerson:
    """A person to put into a tenant; the password is hashed already.

    `verified`: whoever adds him answers for the address; one who registers himself proves it by mail.
    """

    email: str
    name: str
    password_hash: str
    role: str
    locale: str = "ru"
    verified: bool = True


Finish = Callable[[AsyncSession, UUID, UUID], Awaitable[None]]
"""What goes with a new tenant: the transaction, the tenant's id, the owner's."""


class Tenants:
    """Tenants of the deployment."""

    def __init__(self, database: Database, master: MasterKey) -> None:
        self._database = database
        self._master = master

    async def find(self, slug: str) -> UUID | None:
        """The tenant of a slug."""
        async with self._database.session(None) as session:
            found = await session.get(TenantSlug, slug)
        return found.tenant_id if found else None

    async def knows(self, email: str) -> bool:
        """A person with this address can sign in already."""
        async with self._database.session(None) as session:
            found = await session.exec(select(User.id).where(User.email == parse_address(email)))
        return found.first() is not None

    async def create(
        self,
        slug: str,
        name: str,
        *,
        owner: NewPerson,
        locale: str = "ru",
        settings: Mapping[str, Any] | None = None,
        only_new: bool = False,
        finish: Finish | None = None,
        actor: Actor = SYSTEM,
    ) -> UUID:
        """A tenant with its data key, a widget channel, a support department and its owner, in one transaction.

        `finish` is its last step: when it fails, nothing was made.

        Raises:
            Invalid: the slug has other characters than a-z, 0-9 and hyphens (code `slug_invalid`), or the owner's
                address is none (code `email_invalid`).
            Conflict: the slug is taken (code `slug_taken`) or stands for something else (code `slug_reserved`);
                `only_new`: somebody has the owner's address already (code `address_known`).
        """
        check_slug(slug)
        parse_address(owner.email)
        if await self.find(slug) is not None:
            raise _taken(slug)
        tenant_id = uuid4()
        try:
            async with self._database.session(tenant_id) as session:
                session.add(TenantSlug(slug=slug, tenant_id=tenant_id))
                session.add(
                    Tenant(
                        tenant_id=tenant_id,
                        slug=slug,
                        name=name,
                        locale=locale,
                        settings=dict(settings or {}),
                    )
                )
                await session.flush()
                session.add(new_tenant_key(self._master, tenant_id))
                session.add(_widget(tenant_id))
                session.add(_support(tenant_id))
                after = {"slug": slug, "name": name}
                record(session, tenant_id, actor, "tenant.created", target=("tenant", tenant_id), after=after)
                user_id = await _put(session, tenant_id, owner, actor, only_new=only_new)
                if finish is not None:
                    await session.flush()
                    await finish(session, tenant_id, user_id)
        except IntegrityError as twice:
            if "user_email" in str(twice.orig):
                raise _known() from twice
            raise _taken(slug) from twice
        return tenant_id

    async def add_person(self, tenant_id: UUID, person: NewPerson, *, actor: Actor = SYSTEM) -> UUID:
        """Put a person into a tenant; one who exists already keeps name and password."""
        async with self._database.session(tenant_id) as session:
            return await _put(session, tenant_id, person, actor)


def check_slug(slug: str) -> None:
    """Refuse what cannot be a slug.

    Raises:
        Invalid: other characters than a-z, 0-9 and inner hyphens, or too long (code `slug_invalid`).
        Conflict: it stands for something else (code `slug_reserved`).
    """
    if not SLUG.fullmatch(slug):
        raise Invalid(
            f"'{slug}' cannot be a slug: use a-z, 0-9 and hyphens, 63 characters at most.",
            code="slug_invalid",
        )
    if slug in RESERVED:
        raise Conflict(
            f"'{slug}' is a name of the product's own addresses. Choose another slug.",
            code="slug_reserved",
        )


async def _put(
    session: AsyncSession, tenant_id: UUID, person: NewPerson, actor: Actor, *, only_new: bool = False
) -> UUID:
    email = parse_address(person.email)
    user = (await session.exec(select(User).where(User.email == email))).first()
    if user is not None and only_new:
        raise _known()
    if user is None:
        user = User(
            id=uuid4(),
            email=email,
            name=person.name,
            password_hash=person.password_hash,
            locale=person.locale,
            email_verified_at=datetime.now(UTC) if person.verified else None,
            password_changed_at=datetime.now(UTC),
        )
        session.add(user)
        await session.flush()
    if await session.get(UserTenant, (user.id, tenant_id)) is None:
        session.add(UserTenant(user_id=user.id, tenant_id=tenant_id, role=person.role))
        after = {"role": person.role}
        record(session, tenant_id, actor, "member.added", target=("member", user.id), after=after)
    return user.id


def _taken(slug: str) -> Conflict:
    return Conflict(f"The slug '{slug}' is taken.", code="slug_taken")


def _known() -> Conflict:
    return Conflict("Somebody has this address already.", code="address_known")


def _widget(tenant_id: UUID) -> Channel:
    return Channel(tenant_id=tenant_id, id=uuid4(), type="widget", provider="widget", name="Widget")


def _support(tenant_id: UUID) -> Department:
    """The department that system scenarios hand off to until a tenant has made its own."""
    days = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return Department(
        tenant_id=tenant_id,
        id=uuid4(),
        key="support",
        name={"ru": "Поддержка", "en": "Support"},
        timezone="Europe/Moscow",
        hours=days,
    )
