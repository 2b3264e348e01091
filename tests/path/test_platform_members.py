"""Members of a tenant as the platform sees them: whom an admin would help."""

from __future__ import annotations

import pytest

from omnisupport.settings import Settings
from tests.path.test_platform import admin, ask, database, person, tenant
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant, add_person

__all__ = ["admin", "database", "tenant"]


async def test_members_come_by_address_page_by_page(
    admin: Operator, settings: Settings, tenant: TestTenant
) -> None:
    anna = await add_person(settings, tenant, role="operator")
    await run(
        settings,
        tenant.id,
        "insert into member (tenant_id, user_id, disabled_at) select ut.tenant_id, u.id, now()"
        f" from \"user\" u join user_tenant ut on ut.user_id = u.id where u.email = '{anna.email}'"
        " on conflict (tenant_id, user_id) do update set disabled_at = now()",
    )
    found, cursor = [], ""
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        answer = await ask(admin, "GET", f"/tenants/{tenant.id}/members", params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if not cursor:
            break
    shown = {each["email"]: (each["role"], each["disabled"]) for each in found}
    assert shown == {tenant.email: ("owner", False), anna.email: ("operator", True)}
    assert [each["email"] for each in found] == sorted(shown)
    broken = await ask(admin, "GET", f"/tenants/{tenant.id}/members", params={"cursor": "x"})
    assert broken.status_code == 422


@pytest.mark.parametrize(("role", "status"), [("manager", 404), ("referral", 403), ("user", 403)])
async def test_who_does_not_see_a_tenant_sees_no_member_of_it(
    product: Product, settings: Settings, tenant: TestTenant, role: str, status: int
) -> None:
    async with Operator(product.url, await person(product, settings, role)) as who:
        assert (await ask(who, "GET", f"/tenants/{tenant.id}/members")).status_code == status
