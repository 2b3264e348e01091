"""What published scenarios name stays: it is not taken away under them without a word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from omnisupport.settings import Settings
from omnisupport.storage.tables import Scenario
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import database_of
from tests.support.team import audit_of, make, refused
from tests.support.tenants import TestTenant, make_tenant, publish

NAMES_ALL = """
omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: Всё, en: All}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
triggers:
  - {{id: any, type: message, match: any}}
on_error: {{next: done}}
start: hours
nodes:
  hours: {{type: business_hours, calendar: {calendar}, exits: {{open: mark, closed: mark}}}}
  mark: {{type: tag, add: [vip], next: people}}
  people: {{type: handoff, target: {{department: sales, skills: [german]}}, wait_for: none, next: done}}
  done: {{type: end, outcome: quiet}}
"""


async def things_of(owner: Operator) -> dict[str, str]:
    """One of each kind; noun to path."""
    name = {"ru": "Х", "en": "X"}
    sales = await make(owner, "/team/departments", "department", key="sales", name=name)
    hours = await make(owner, "/team/departments", "department", key="hours", name=name)
    german = await make(owner, "/team/skills", "skill", key="german", name="Немецкий")
    calendar = await make(
        owner, "/settings/calendars", "calendar", key="year", name=name, timezone="Europe/Moscow", hours={}
    )
    await make(owner, "/settings/tags", "tag", key="vip", name="VIP")
    return {
        "sales": f"/team/departments/{sales['id']}",
        "hours": f"/team/departments/{hours['id']}",
        "german": f"/team/skills/{german['id']}",
        "year": f"/settings/calendars/{calendar['id']}",
        "vip": "/settings/tags/vip",
    }


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own, without scenarios."""
    return await make_tenant(settings)


async def name_all(settings: Settings, tenant: TestTenant, **what: Any) -> None:
    async with database_of(settings) as database:
        await publish(database, tenant.id, NAMES_ALL.format(**what))


async def test_what_a_published_scenario_names_is_refused_with_its_name_until_it_names_it_no_more(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        paths = await things_of(owner)
        await name_all(settings, tenant, id="one", calendar="year")
        await name_all(settings, tenant, id="two", calendar="hours")
        for key, path in paths.items():
            answer = await owner.request("DELETE", path)
            assert (answer.status_code, answer.json()["code"]) == (409, "in_use"), key
            named = {"year": "one", "hours": "two"}.get(key, "one, two")
            assert f"'{key}': {named}." in answer.json()["detail"]
            assert (await owner.request("GET", path)).status_code == 200 or key == "vip", key
        moved = {"move_to": paths["hours"].split("/")[-1]}
        assert await refused(owner, "DELETE", paths["sales"], params=moved) == (409, "in_use")
        assert [each["key"] for each in (await owner.request("GET", "/settings/tags")).json()["items"]] == [
            "vip"
        ]
        for noun in ("department", "skill", "calendar", "tag"):
            assert not await audit_of(settings, tenant, f"{noun}.deleted")
        async with database_of(settings) as database, database.session(tenant.id) as session:
            rows = await session.exec(select(Scenario).where(Scenario.tenant_id == tenant.id))
            for scenario in rows.all():
                scenario.live_version = None
        for key, path in paths.items():
            assert (await owner.request("DELETE", path)).status_code == 204, key


async def test_a_draft_and_another_tenants_scenario_hold_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    await name_all(settings, other, id="theirs", calendar="year")
    async with Operator(product.url, tenant) as owner:
        paths = await things_of(owner)
        for key, path in paths.items():
            assert (await owner.request("DELETE", path)).status_code == 204, key
