"""The default department: where a handoff goes that names none, and whose hours count when a scenario names none."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from omnisupport.settings import Settings
from omnisupport.storage.tables import Channel
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product
from tests.support.roles import add_department, add_scoped, database_of
from tests.support.tenants import TestTenant, make_tenant
from tests.support.visitor import Visitor

HANDS_OFF = """
omni: scenario/v1
id: hands_off
kind: dialog
name: {ru: Передать, en: Hand off}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: any, type: message, match: any}
start: people
nodes:
  people: {type: handoff, TARGET queue_timeout: 15m, exits: {closed: done, queue_timeout: done}}
  done: {type: end, outcome: quiet}
"""


async def test_a_handoff_without_a_department_goes_to_the_default_one_and_is_in_its_reach(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, HANDS_OFF.replace("TARGET ", ""))
    ours, theirs = [await add_department(settings, tenant, key) for key in ("ours", "theirs")]
    dina_signs_in = await add_scoped(settings, tenant, "departments", departments=[ours])
    async with Operator(product.url, tenant) as owner, Operator(product.url, dina_signs_in) as dina:
        await owner.request("PATCH", f"/team/departments/{theirs}", json={"default": True})
        conversation_id = await handed_off(product, tenant)
        assert (await owner.conversation(conversation_id))["department"]["id"] == str(theirs)
        # The workflow has it from its own commit: nobody beyond the department slips in before it reads the row anew.
        stranger = await dina.request("POST", f"/conversations/{conversation_id}/take-over", json={})
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
        async with database_of(settings) as database, database.session(tenant.id) as session:
            (channel,) = (await session.exec(select(Channel).where(Channel.tenant_id == tenant.id))).all()
            channel.settings = {**channel.settings, "default_department": "ours"}
        assert (await dina.conversation(await handed_off(product, tenant)))["department"]["id"] == str(ours)


async def test_a_handoff_to_a_named_department_goes_there_and_one_without_any_default_nowhere(
    product: Product, settings: Settings
) -> None:
    named = await make_tenant(settings, HANDS_OFF.replace("TARGET", "target: {department: theirs},"))
    theirs = await add_department(settings, named, "theirs")
    async with Operator(product.url, named) as owner:
        (support,) = [
            each["id"]
            for each in (await owner.request("GET", "/team/departments")).json()["items"]
            if each["key"] == "support"
        ]
        await owner.request("PATCH", f"/team/departments/{support}", json={"default": True})
        found = await owner.conversation(await handed_off(product, named))
        assert found["department"]["id"] == str(theirs)
        await owner.request("PATCH", f"/team/departments/{support}", json={"default": False})
    nowhere = await make_tenant(settings, HANDS_OFF.replace("TARGET ", ""))
    async with Operator(product.url, nowhere) as owner:
        (support,) = [
            each["id"] for each in (await owner.request("GET", "/team/departments")).json()["items"]
        ]
        await owner.request("PATCH", f"/team/departments/{support}", json={"default": False})
        assert (await owner.conversation(await handed_off(product, nowhere)))["department"] is None


async def handed_off(product: Product, tenant: TestTenant) -> str:
    """A conversation that the scenario has given to people."""
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as owner:
        await visitor.connect()
        await visitor.send("раз")
        async with asyncio.timeout(PATIENCE_S):
            while True:
                lines = await owner.conversations(controller="operator", assigned_to="none")
                if found := [line for line in lines if line["id"] == visitor.conversation_id]:
                    return str(found[0]["id"])
                await asyncio.sleep(0.05)


HOURS = """
omni: scenario/v1
id: hours
kind: dialog
name: {ru: Часы, en: Hours}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: any, type: message, match: any}
on_error: {next: none}
start: ask
nodes:
  ask: {type: business_hours, exits: {open: open, closed: closed}}
  open: {type: message, content: [{text: {ru: открыто, en: open}}], next: done}
  closed: {type: message, content: [{text: {ru: закрыто, en: closed}}], next: done}
  none: {type: message, content: [{text: {ru: неизвестно, en: unknown}}], next: done}
  done: {type: end, outcome: quiet}
"""
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


async def test_a_scenario_that_names_no_calendar_asks_for_the_default_departments_hours(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, HOURS)
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        path = f"/team/departments/{await add_department(settings, tenant, 'sales')}"
        await owner.request("PATCH", path, json={"default": True, "hours": ALWAYS})
        assert (await visitor.ask("раз"))[0]["text"] == "открыто"
        await owner.request("PATCH", path, json={"hours": {}})
        assert (await visitor.ask("два"))[0]["text"] == "закрыто"
        await owner.request("PATCH", path, json={"default": False})
        assert (await visitor.ask("три"))[0]["text"] == "неизвестно"
