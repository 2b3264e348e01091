"""Connections, calendars, tags and events of a tenant, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from omnisupport.domain.tools import Operation
from omnisupport.net.sealing import Sealer
from omnisupport.settings import Settings
from omnisupport.storage.access.connections import names_connection
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.connections import PURPOSE, Connections
from omnisupport.storage.queries.customer_facts import CustomerFacts
from omnisupport.storage.queries.resources import TenantResources
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, Conversation, Customer
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

NEW_CONNECTION = {
    "key": "orders",
    "name": "Заказы",
    "base_url": "https://orders.example.com/v1/",
    "auth": {"kind": "bearer", "token": "canary-secret"},
}
GET_ORDER: dict[str, Any] = {
    "key": "get_order",
    "description": "Что с заказом",
    "path": "/orders/{number}",
    "parameters": [
        {"name": "number", "in": "path", "required": True},
        {
            "name": "who",
            "type": "string",
            "description": "",
            "required": False,
            "in": "query",
            "source": "customer.external_id",
        },
    ],
}
CALENDAR = {
    "key": "holidays",
    "name": {"ru": "Праздники", "en": "Holidays"},
    "timezone": "Europe/Moscow",
    "hours": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
CALLS_ORDERS = """
omni: scenario/v1
id: caller
kind: dialog
name: {ru: Звонок, en: Caller}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: any, type: keyword, any: [заказ]}
on_error: {next: done}
start: ask
nodes:
  ask:
    type: http
    connection: orders
    request: {method: GET, path: /orders}
    next: said
    exits: {error: said, timeout: said}
  said: {type: message, text: {ru: Смотрю., en: Looking.}, next: done}
  done: {type: end, outcome: quiet}
"""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant whose settings are changed."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def stranger(product: Product, settings: Settings) -> AsyncIterator[Operator]:
    """The owner of another tenant."""
    async with Operator(product.url, await make_tenant(settings, ECHO)) as owner:
        yield owner


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The tenant's owner."""
    async with Operator(product.url, tenant) as owner:
        yield owner


async def audit_of(settings: Settings, tenant: TestTenant, kind: str) -> list[Audit]:
    database = Database(settings.database_url or "", pool_size=1)
    try:
        async with database.session(tenant.id) as session:
            rows = await session.exec(select(Audit).where(Audit.target_kind == kind).order_by(col(Audit.id)))
            return list(rows.all())
    finally:
        await database.close()


async def made(owner: Operator, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await owner.request("POST", path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(next(iter(answer.json().values())))


# --- connections ------------------------------------------------------------------------------------------


async def test_a_connection_is_made_changed_and_taken_away_and_its_secret_never_comes_out(
    owner: Operator, settings: Settings, tenant: TestTenant
) -> None:
    connection = await made(owner, "/settings/connections", NEW_CONNECTION)
    path = f"/settings/connections/{connection['id']}"
    assert connection["base_url"] == "https://orders.example.com/v1"
    assert connection["auth"] == {"kind": "bearer", "headers": ["Authorization"]}
    renamed = await owner.request("PATCH", path, json={"name": "Orders"})
    assert renamed.json()["connection"]["name"] == "Orders"
    database = Database(settings.database_url or "", pool_size=1)
    sealer = Sealer(parse_master_key(settings.master_key).derive(PURPOSE))
    target = await Connections(database, sealer).connection(tenant.id, "orders")
    await database.close()
    assert target.headers == {"Authorization": "Bearer canary-secret"}
    listed = await owner.request("GET", "/settings/connections")
    assert "canary" not in listed.text + renamed.text
    assert (await owner.request("DELETE", path)).status_code == 204
    assert (await owner.request("GET", path)).status_code == 404
    lines = await audit_of(settings, tenant, "connection")
    assert [line.action for line in lines] == [
        "connection.created",
        "connection.changed",
        "connection.deleted",
    ]
    assert lines[1].before == {"name": "Заказы"} and lines[1].after == {"name": "Orders"}
    assert "canary" not in str([line.after for line in lines])


async def test_what_assistants_may_read_is_kept_with_a_connection(
    owner: Operator, settings: Settings, tenant: TestTenant
) -> None:
    body = NEW_CONNECTION | {"key": "readable", "operations": [GET_ORDER]}
    connection = await made(owner, "/settings/connections", body)
    path = f"/settings/connections/{connection['id']}"
    plain = {"type": "string", "description": "", "required": True, "in": "path", "source": "model"}
    whole = GET_ORDER | {"parameters": [plain | {"name": "number"}, GET_ORDER["parameters"][1]]}
    assert connection["operations"] == [whole]
    renamed = await owner.request("PATCH", path, json={"name": "Orders"})
    assert renamed.json()["connection"]["operations"] == [whole]
    database = Database(settings.database_url or "", pool_size=1)
    known = await Connections(database, Sealer([bytes(32)])).operations(tenant.id)
    names = await TenantResources(database).names(tenant.id)
    await database.close()
    assert known["readable.get_order"] == Operation.from_dict(whole)
    assert "readable.get_order" in names.operations
    emptied = await owner.request("PATCH", path, json={"operations": []})
    assert emptied.json()["connection"]["operations"] == []
    line = (await audit_of(settings, tenant, "connection"))[-1]
    assert (line.before, line.after) == ({"operations": [whole]}, {"operations": []})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "Get"}, "key"),
        ({"path": "https://evil.example/{number}"}, "path"),
        ({"path": "/orders/{number}?a=1"}, "path"),
        ({"path": "/orders/../{number}"}, "path"),
        ({"path": "/orders"}, None),
        ({"path": "/orders/{number}/{other}"}, None),
        ({"description": "x" * 501}, "description"),
        ({"method": "POST"}, "method"),
        ({"parameters": [{"name": "number", "in": "path"}]}, "parameters"),
        ({"parameters": [{"name": "number", "in": "body", "required": True}]}, "parameters"),
        ({"parameters": [{"name": "number", "in": "path", "required": True, "source": "url"}]}, "parameters"),
        ({"parameters": [{"name": "number", "in": "path", "required": True}] * 2}, None),
        ({"parameters": [{"name": f"p{each}"} for each in range(11)], "path": "/orders"}, "parameters"),
    ],
)
async def test_an_operation_that_could_go_elsewhere_is_refused(
    owner: Operator, wrong: dict[str, Any], field: str | None
) -> None:
    body = NEW_CONNECTION | {"key": "wrong", "operations": [GET_ORDER | wrong]}
    refused = await owner.request("POST", "/settings/connections", json=body)
    assert refused.status_code == 422, refused.text
    assert field is None or field in refused.text


@pytest.mark.parametrize(
    "operations", [[GET_ORDER] * 2, [GET_ORDER | {"key": f"get_{each}"} for each in range(21)]]
)
async def test_operations_have_each_a_key_and_are_not_too_many(
    owner: Operator, operations: list[dict[str, Any]]
) -> None:
    body = NEW_CONNECTION | {"key": "wrong", "operations": operations}
    assert (await owner.request("POST", "/settings/connections", json=body)).status_code == 422


def test_a_connection_whose_operation_is_an_assistants_tool_is_in_use() -> None:
    node = {"nodes": {"talk": {"type": "ai_reply", "tools": ["orders.get_order"]}}}
    assert names_connection(node, "orders")
    assert not names_connection(node, "order")


async def test_beside_his_id_nothing_is_told_of_a_customer_who_is_not_verified(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, ECHO)
    database = Database(settings.database_url or "", pool_size=1)
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.identify(email="victim@example.com")
        await visitor.send("Привет")
    async with database.session(tenant.id) as session:
        talk = (await session.exec(select(Conversation).where(Conversation.tenant_id == tenant.id))).one()
    facts = CustomerFacts(database)
    own = {"customer.id": str(talk.customer_id)}
    unknown = {"customer.external_id": None, "customer.email": None, "customer.phone": None}
    assert await facts.facts(tenant.id, is_run=False, thing_id=talk.id) == own | unknown
    async with database.session(tenant.id) as session:
        customer = await session.get_one(Customer, (tenant.id, talk.customer_id))
        customer.verified, customer.external_id = True, "u5"
        session.add(customer)
    known = unknown | {"customer.external_id": "u5", "customer.email": "victim@example.com"}
    assert await facts.facts(tenant.id, is_run=False, thing_id=talk.id) == own | known
    assert await facts.facts(tenant.id, is_run=True, thing_id=talk.id) == {}
    assert await facts.facts(tenant.id, is_run=False, thing_id=uuid4()) == {}
    await database.close()


async def test_secrets_do_not_follow_to_another_address(owner: Operator) -> None:
    connection = await made(owner, "/settings/connections", NEW_CONNECTION | {"key": "moving"})
    path = f"/settings/connections/{connection['id']}"
    there = {"base_url": "https://elsewhere.example.com"}
    refused = await owner.request("PATCH", path, json=there)
    assert (refused.status_code, refused.json()["code"]) == (409, "secrets_required")
    assert (await owner.request("GET", path)).json()["connection"]["base_url"].startswith("https://orders")
    again = await owner.request("PATCH", path, json=there | {"auth": {"kind": "none"}})
    assert again.json()["connection"]["auth"] == {"kind": "none", "headers": []}


async def test_a_connection_that_a_published_scenario_calls_stays(owner: Operator) -> None:
    connection = await made(owner, "/settings/connections", NEW_CONNECTION)
    scenario = await owner.request("POST", "/scenarios", json={"document": CALLS_ORDERS})
    scenario_id = scenario.json()["scenario"]["id"]
    published = await owner.request("POST", f"/scenarios/{scenario_id}/publish")
    assert published.status_code == 200, published.text
    refused = await owner.request("DELETE", f"/settings/connections/{connection['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "connection_in_use")
    assert "caller" in refused.json()["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "ftp://orders.example.com"},
        {"base_url": "https://user:secret@orders.example.com"},
        {"base_url": "https://orders.example.com/?key=1"},
        {"base_url": "https://orders.example.com:99999"},
        {"base_url": "orders"},
        {"base_url": "https://orders.example.com/\u0000"},
        {"key": "With Spaces"},
        {"key": "x" * 64},
        {"name": ""},
        {"name": "\u0000"},
        {"auth": {"kind": "bearer", "token": "one\r\nX-Other: two"}},
        {"auth": {"kind": "headers", "headers": {"Host": "other"}}},
        {"auth": {"kind": "headers", "headers": {"X-Key": "1", "x-key": "2"}}},
        {"auth": {"kind": "headers", "headers": {}}},
        {"auth": {"kind": "basic", "username": "a:b", "password": "c"}},
        {"auth": {"kind": "magic"}},
        {"secret": "x"},
    ],
)
async def test_a_connection_that_cannot_be_is_refused(owner: Operator, change: dict[str, Any]) -> None:
    before = (await owner.request("GET", "/settings/connections")).json()
    answer = await owner.request(
        "POST", "/settings/connections", json=NEW_CONNECTION | {"key": "bad"} | change
    )
    assert answer.status_code == 422 and answer.json()["errors"], answer.text
    assert (await owner.request("GET", "/settings/connections")).json() == before


async def test_the_same_key_twice_is_refused(owner: Operator) -> None:
    await made(owner, "/settings/connections", NEW_CONNECTION | {"key": "twice"})
    answer = await owner.request("POST", "/settings/connections", json=NEW_CONNECTION | {"key": "twice"})
    assert (answer.status_code, answer.json()["code"]) == (409, "connection_exists")


# --- calendars --------------------------------------------------------------------------------------------


async def test_a_holiday_closes_a_department_that_keeps_the_calendar(
    owner: Operator, settings: Settings, tenant: TestTenant
) -> None:
    calendar = await made(owner, "/settings/calendars", CALENDAR)
    path = f"/settings/calendars/{calendar['id']}"
    assert calendar["open"] is True
    department = (await owner.request("GET", "/team/departments")).json()["items"][0]
    kept = await owner.request("PATCH", path, json={"department_ids": [department["id"]]})
    assert kept.json()["calendar"]["departments"] == [{"id": department["id"], "key": department["key"]}]
    assert (await owner.request("GET", "/team/departments")).json()["items"][0]["open"] is True
    from datetime import datetime
    from zoneinfo import ZoneInfo

    today = datetime.now(ZoneInfo("Europe/Moscow")).date().isoformat()
    closed = await owner.request("PATCH", path, json={"holidays": [{"date": today, "name": "Ремонт"}]})
    assert closed.json()["calendar"]["open"] is False
    assert (await owner.request("GET", "/team/departments")).json()["items"][0]["open"] is False
    refused = await owner.request("DELETE", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "calendar_in_use")
    await owner.request("PATCH", path, json={"department_ids": []})
    assert (await owner.request("DELETE", path)).status_code == 204
    actions = [line.action for line in await audit_of(settings, tenant, "calendar")]
    assert actions == ["calendar.created", *["calendar.changed"] * 3, "calendar.deleted"]


@pytest.mark.parametrize(
    "change",
    [
        {"timezone": "Mars/Olympus"},
        {"hours": {"mon": [["18:00", "09:00"]]}},
        {"hours": {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}},
        {"hours": {"mon": [["9", "12"]]}},
        {"hours": {"someday": []}},
        {"name": {}},
        {"name": {"fr": "Fêtes"}},
        {"holidays": [{"date": "2027-02-30", "name": "x"}]},
        {"holidays": [{"date": "2027-01-01", "name": "x"}, {"date": "2027-01-01", "name": "y"}]},
    ],
)
async def test_a_calendar_that_cannot_be_is_refused(owner: Operator, change: dict[str, Any]) -> None:
    answer = await owner.request("POST", "/settings/calendars", json=CALENDAR | {"key": "bad"} | change)
    assert answer.status_code == 422 and answer.json()["errors"], answer.text


async def test_a_calendar_does_not_take_the_key_of_a_department(owner: Operator) -> None:
    answer = await owner.request("POST", "/settings/calendars", json=CALENDAR | {"key": "support"})
    assert (answer.status_code, answer.json()["code"]) == (409, "calendar_exists")


# --- tags -------------------------------------------------------------------------------------------------


async def test_a_tag_is_offered_changed_and_withdrawn(
    owner: Operator, settings: Settings, tenant: TestTenant
) -> None:
    assert await made(owner, "/settings/tags", {"key": "vip", "name": "VIP", "color": "violet"}) == {
        "key": "vip",
        "name": "VIP",
        "color": "violet",
    }
    twice = await owner.request("POST", "/settings/tags", json={"key": "vip", "name": "Other"})
    assert (twice.status_code, twice.json()["code"]) == (409, "tag_exists")
    changed = await owner.request("PATCH", "/settings/tags/vip", json={"color": "red"})
    assert changed.json()["tag"] == {"key": "vip", "name": "VIP", "color": "red"}
    assert (await owner.request("DELETE", "/settings/tags/vip")).status_code == 204
    assert (await owner.request("DELETE", "/settings/tags/vip")).status_code == 404
    assert [line.action for line in await audit_of(settings, tenant, "tag")] == [
        "tag.created",
        "tag.changed",
        "tag.deleted",
    ]


# --- events -----------------------------------------------------------------------------------------------


async def test_an_event_is_taken_once(owner: Operator) -> None:
    event = {"id": "order-4711-paid", "name": "order.paid", "data": {"amount": 990}}
    first = await owner.request("POST", "/events", json=event)
    again = await owner.request("POST", "/events", json=event)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    other = await owner.request("POST", "/events", json=event | {"data": {"amount": 1}})
    assert (other.status_code, other.json()["code"]) == (409, "event_differs")


async def test_events_are_listed_newest_first_page_by_page(owner: Operator) -> None:
    for number in range(3):
        await owner.request("POST", "/events", json={"id": f"p{number}", "name": "page.seen"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"name": "page.seen", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await owner.request("GET", "/events", params=query)).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["cursor"]
    assert seen == ["p2", "p1", "p0"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"customer": str(uuid4())}, 404),
        ({"id": ""}, 422),
        ({"id": "with space"}, 422),
        ({"name": "9lives"}, 422),
        ({"data": {"text": "\u0000"}}, 422),
        ({"data": {"text": "x" * 40_000}}, 422),
        ({"data": [1]}, 422),
        ({"tenant": "other"}, 422),
    ],
)
async def test_an_event_that_cannot_be_is_refused(
    owner: Operator, change: dict[str, Any], status: int
) -> None:
    answer = await owner.request("POST", "/events", json={"id": "bad", "name": "bad"} | change)
    assert answer.status_code == status, answer.text


async def test_a_page_tells_of_its_own_visitor_only(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    event = {"id": "seen-1", "name": "page.told", "data": {"path": "/tea"}}
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, tenant.slug) as other:
        for each in (visitor, visitor, other):
            answer = await each._http.post("/api/v1/widget/events", json=event, headers=each.headers)
            assert answer.status_code == 202, answer.text
        anonymous = await visitor._http.post("/api/v1/widget/events", json=event)
        assert anonymous.status_code == 401
        for _ in range(130):
            answer = await visitor._http.post("/api/v1/widget/events", json=event, headers=visitor.headers)
        assert answer.status_code == 429
    told = (await owner.request("GET", "/events", params={"name": "page.told"})).json()["items"]
    assert [each["source"] for each in told] == ["widget", "widget"]
    assert len({each["customer_id"] for each in told}) == 2
    mine = await owner.request("POST", "/events", json={"id": "seen-1", "name": "order.paid"})
    assert mine.status_code == 202, "a visitor has not taken this id"


async def test_a_bad_cursor_is_refused(owner: Operator) -> None:
    answer = await owner.request("GET", "/events", params={"cursor": "bm8="})
    assert answer.status_code == 422


# --- the wall ---------------------------------------------------------------------------------------------


async def test_another_tenants_settings_are_not_there(owner: Operator, stranger: Operator) -> None:
    connection = await made(owner, "/settings/connections", NEW_CONNECTION | {"key": "walled"})
    calendar = await made(owner, "/settings/calendars", CALENDAR | {"key": "walled"})
    await made(owner, "/settings/tags", {"key": "walled", "name": "canary-tag"})
    await owner.request("POST", "/events", json={"id": "walled", "name": "canary.event"})
    for path in (f"/settings/connections/{connection['id']}", f"/settings/calendars/{calendar['id']}"):
        absent = path.rsplit("/", 1)[0] + f"/{uuid4()}"
        for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
            foreign = await stranger.request(method, path, json=body)
            nobody = await stranger.request(method, absent, json=body)
            assert (foreign.status_code, foreign.text) == (404, nobody.text)
    assert (await stranger.request("PATCH", "/settings/tags/walled", json={"name": "x"})).status_code == 404
    for path in ("/settings/connections", "/settings/calendars", "/settings/tags", "/events"):
        assert (await stranger.request("GET", path)).json()["items"] == []
    department = (await owner.request("GET", "/team/departments")).json()["items"][0]["id"]
    own = await made(stranger, "/settings/calendars", CALENDAR)
    taken = await stranger.request(
        "PATCH", f"/settings/calendars/{own['id']}", json={"department_ids": [department]}
    )
    assert (taken.status_code, taken.json()["code"]) == (404, "department_not_found")


async def test_an_operator_reads_settings_and_changes_none(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        assert (await operator.request("GET", "/settings/tags")).status_code == 200
        refused = await operator.request("POST", "/settings/tags", json={"key": "mine", "name": "x"})
        assert refused.status_code == 403
    lines = await audit_of(settings, tenant, "permission")
    assert (lines[-1].action, lines[-1].outcome, lines[-1].target_id) == (
        "authorization.refused",
        "refused",
        "settings.manage",
    )
