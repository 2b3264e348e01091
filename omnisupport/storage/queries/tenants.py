"""Making a tenant, with its key, its widget and its first owner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport.domain.actor import SYSTEM, Actor
from omnisupport.errors import Conflict, Invalid
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.audit import record
from omnisupport.storage.keys import new_tenant_key
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Department, Tenant, TenantSlug, User, UserTenant

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
RESERVED = frozenset(
    {"api", "assets", "console", "docs", "healthz", "identify", "loader", "messages", "readyz", "sessions"}
    | {"widget", "ws", "ws-ticket", "www"}
)
"""Names that stand in addresses where a slug could: a widget of that name would not be found."""
ADDRESS = re.compile(r"(?=[^@]{1,64}@)[^\s@\x00-\x1f\x7f<>,;:\"]+@[\w-]+(?:\.[\w-]+)*")
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class NewPerson:
    """A person to put into a tenant; the password is hashed already."""

    email: str
    name: str
    password_hash: str
    role: str


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

    async def create(self, slug: str, name: str, *, owner: NewPerson, actor: Actor = SYSTEM) -> UUID:
        """A tenant with its data key, a widget channel, a support department and its owner.

        Raises:
            Invalid: the slug has other characters than a-z, 0-9 and hyphens (code `slug_invalid`), or the owner's
                address is none (code `email_invalid`).
            Conflict: the slug is taken (code `slug_taken`) or stands for something else (code `slug_reserved`).
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
        parse_address(owner.email)
        if await self.find(slug) is not None:
            raise Conflict(f"The slug '{slug}' is taken.", code="slug_taken")
        tenant_id = uuid4()
        async with self._database.session(tenant_id) as session:
            session.add(TenantSlug(slug=slug, tenant_id=tenant_id))
            session.add(Tenant(tenant_id=tenant_id, slug=slug, name=name))
            await session.flush()
            session.add(new_tenant_key(self._master, tenant_id))
            session.add(Channel(tenant_id=tenant_id, id=uuid4(), type="widget", name="Widget"))
            session.add(_support(tenant_id))
            after = {"slug": slug, "name": name}
            record(session, tenant_id, actor, "tenant.created", target=("tenant", tenant_id), after=after)
        await self.add_person(tenant_id, owner, actor=actor)
        return tenant_id

    async def add_person(self, tenant_id: UUID, person: NewPerson, *, actor: Actor = SYSTEM) -> UUID:
        """Put a person into a tenant; one who exists already keeps name and password."""
        email = parse_address(person.email)
        async with self._database.session(tenant_id) as session:
            user = (await session.exec(select(User).where(User.email == email))).first()
            if user is None:
                user = User(id=uuid4(), email=email, name=person.name, password_hash=person.password_hash)
                session.add(user)
                await session.flush()
            if await session.get(UserTenant, (user.id, tenant_id)) is None:
                session.add(UserTenant(user_id=user.id, tenant_id=tenant_id, role=person.role))
                after = {"role": person.role}
                record(session, tenant_id, actor, "member.added", target=("member", user.id), after=after)
            return user.id


def parse_address(email: str) -> str:
    """An e-mail address as it is kept and compared.

    Raises:
        Invalid: it is none (code `email_invalid`).
    """
    address = email.strip().lower()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Invalid(
            f"'{address[:80]}' is not an e-mail address: write one such as me@example.com.",
            code="email_invalid",
        )
    return address


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
