"""Customers at the console's API, and what the audit log tells of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from omnisupport.domain.permissions import Scope
from omnisupport.settings import Settings
from omnisupport.storage.audit import fill_details
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, CustomRole
from tests.support.operator import Operator
from tests.support.tenants import TestTenant, add_person


async def make(operator: Operator, **values: Any) -> dict[str, Any]:
    """A customer made by hand."""
    answer = await operator.request("POST", "/customers", json=values)
    assert answer.status_code == 201, answer.text
    customer: dict[str, Any] = answer.json()["customer"]
    return customer


async def read(operator: Operator, customer_id: str) -> dict[str, Any]:
    """A customer as he is now."""
    answer = await operator.request("GET", f"/customers/{customer_id}")
    assert answer.status_code == 200, answer.text
    customer: dict[str, Any] = answer.json()["customer"]
    return customer


async def save(operator: Operator, customer: dict[str, Any], **values: Any) -> Any:
    """Write values over what was read; the raw answer."""
    return await with_match(
        operator, "PATCH", f"/customers/{customer['id']}", f'"{customer["revision"]}"', json=values
    )


async def with_match(operator: Operator, method: str, path: str, if_match: str, **options: Any) -> Any:
    """A request with If-Match."""
    headers = {"Authorization": f"Bearer {operator._token}", "If-Match": if_match}
    return await operator._http.request(method, path, headers=headers, **options)


async def names(operator: Operator, **filters: Any) -> list[str | None]:
    """Names of a page of the list."""
    answer = await operator.request("GET", "/customers", params=filters)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


@asynccontextmanager
async def door(settings: Settings) -> AsyncIterator[Database]:
    """The database as the app sees it."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def audit_of(settings: Settings, tenant: TestTenant, target: str) -> Sequence[Audit]:
    """What the audit log tells of a thing, the oldest first."""
    async with door(settings) as database, database.session(tenant.id) as session:
        rows = await session.exec(
            select(Audit)
            .where(Audit.tenant_id == tenant.id, Audit.target_id == target)
            .order_by(col(Audit.id))
        )
        return await fill_details(session, tenant.id, rows.all())


async def add_scoped(
    settings: Settings, tenant: TestTenant, scope: Scope, permissions: Sequence[str]
) -> TestTenant:
    """The tenant as a person signs in who has a role of its own with a narrow scope."""
    key = f"r-{uuid4().hex[:8]}"
    async with door(settings) as database, database.session(tenant.id) as session:
        session.add(
            CustomRole(
                tenant_id=tenant.id, key=key, name=key, permissions=list(permissions), scope=scope.value
            )
        )
    return await add_person(settings, tenant, role=key)


async def user_id(operator: Operator) -> UUID:
    """Who an operator is."""
    return UUID((await operator.request("GET", "/me")).json()["user"]["id"])
