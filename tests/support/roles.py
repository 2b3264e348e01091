"""Custom roles, and people in departments, written as the product's own routes write them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from sqlmodel import select

from omnisupport.domain.permissions import Permission, Role, permissions_of
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import CustomRole, Department, MemberDepartment, User
from tests.support.tenants import TestTenant, add_person


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[Database]:
    """The app role's door, for a moment."""
    database = Database(settings.database_url or "", pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def add_department(settings: Settings, tenant: TestTenant, key: str) -> UUID:
    """A department that is always closed."""
    made = Department(
        tenant_id=tenant.id, id=uuid4(), key=key, name={"ru": key}, timezone="Europe/Moscow", hours={}
    )
    async with database_of(settings) as database, database.session(tenant.id) as session:
        session.add(made)
    return made.id


async def add_scoped(
    settings: Settings,
    tenant: TestTenant,
    scope: str,
    *,
    departments: Collection[UUID] = (),
    permissions: Collection[Permission] = permissions_of(Role.OPERATOR),
    name: str = "Дина",
) -> TestTenant:
    """A person with a custom role of this scope, in these departments."""
    key = f"{scope}-{uuid4().hex[:6]}"
    async with database_of(settings) as database:
        async with database.session(tenant.id) as session:
            words = [each.value for each in permissions]
            session.add(CustomRole(tenant_id=tenant.id, key=key, name=key, permissions=words, scope=scope))
        person = await add_person(settings, tenant, role=key, name=name)
        await place(database, person, departments)
    return person


async def place(database: Database, person: TestTenant, departments: Collection[UUID]) -> None:
    """Put a person into departments."""
    async with database.session(person.id) as session:
        user = (await session.exec(select(User).where(User.email == person.email))).one()
        for each in departments:
            session.add(MemberDepartment(tenant_id=person.id, user_id=user.id, department_id=each))
