"""What a narrow scope does not reach beside conversations: events, holds, erasures, exports, what webhooks tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.domain.permissions import Permission
from omnisupport.settings import Settings
from tests.support.accounts import by_key
from tests.support.customers import make, user_id, with_match
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_scoped
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@dataclass
class Office:
    """An owner with a customer of his own making, and somebody who may everything within `own`."""

    owner: Operator
    oleg: Operator
    theirs: dict[str, Any]
    own: dict[str, Any]


@pytest.fixture
async def office(product: Product, settings: Settings) -> AsyncIterator[Office]:
    tenant = await make_tenant(settings, ECHO)
    narrow = await add_scoped(settings, tenant, "own", permissions=list(Permission))
    async with Operator(product.url, tenant) as owner, Operator(product.url, narrow) as oleg:
        for each in (owner, oleg):
            await prove(each, tenant)
        theirs = await make(owner, name="Анна", email="anna@shop.example")
        yield Office(owner, oleg, theirs, await make(oleg, name="Борис"))


async def prove(operator: Operator, tenant: TestTenant) -> None:
    answer = await operator.request("POST", "/auth/reauthenticate", json={"password": tenant.password})
    assert answer.status_code == 204, answer.text


async def tell(operator: Operator, event_id: str, customer: Any) -> Any:
    body = {"id": event_id, "name": "order.paid", "customer": customer, "data": {}}
    return await operator.request("POST", "/events", json=body)


async def listed(operator: Operator, path: str, **params: Any) -> set[str]:
    answer = await operator.request("GET", path, params=params)
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json()["items"]}


async def test_events_are_those_of_customers_in_reach(office: Office) -> None:
    merged = await make(office.oleg, name="Борис Б.")
    for event_id, customer in (
        ("theirs", office.theirs["id"]),
        ("own", office.own["id"]),
        ("merged", merged["id"]),
        ("nobody's", None),
    ):
        assert (await tell(office.owner, event_id, customer)).status_code == 202
    path = f"/customers/{office.own['id']}/merge"
    joined = await office.oleg.request("POST", path, json={"other_id": merged["id"]})
    assert joined.status_code == 200, joined.text
    assert await listed(office.owner, "/events") == {"theirs", "own", "merged", "nobody's"}
    assert await listed(office.oleg, "/events") == {"own", "merged"}
    assert await listed(office.oleg, "/events", customer=office.own["id"]) == {"own", "merged"}
    assert await listed(office.oleg, "/events", customer=office.theirs["id"]) == set()


@pytest.mark.parametrize("known_by", ["id", "email"])
async def test_an_event_finds_nobody_out_of_reach(office: Office, known_by: str) -> None:
    theirs = office.theirs["id"] if known_by == "id" else {"email": "anna@shop.example"}
    nobody = str(uuid4()) if known_by == "id" else {"email": "nobody@shop.example"}
    refused, absent = await tell(office.oleg, "e", theirs), await tell(office.oleg, "e", nobody)
    assert (refused.status_code, refused.json()["code"]) == (404, "customer_not_found")
    assert refused.json() == absent.json()
    assert (await tell(office.oleg, "e", office.own["id"])).status_code == 202
    assert await listed(office.owner, "/events") == {"e"}


async def test_a_hold_is_of_who_reaches_its_customer(office: Office) -> None:
    ids = {}
    for name, by, customer in (
        ("theirs", office.owner, office.theirs["id"]),
        ("own", office.oleg, office.own["id"]),
    ):
        made = await by.request("POST", "/privacy/holds", json={"customer_id": customer, "reason": "суд"})
        assert made.status_code == 201, made.text
        ids[name] = made.json()["id"]
    assert await listed(office.owner, "/privacy/holds") == set(ids.values())
    assert await listed(office.oleg, "/privacy/holds") == {ids["own"]}
    refused = await office.oleg.request("DELETE", f"/privacy/holds/{ids['theirs']}")
    absent = await office.oleg.request("DELETE", f"/privacy/holds/{uuid4()}")
    assert (refused.status_code, refused.json()) == (404, absent.json())
    assert await listed(office.owner, "/privacy/holds") == set(ids.values())
    assert (await office.oleg.request("DELETE", f"/privacy/holds/{ids['own']}")).status_code == 204


async def test_an_erasure_is_of_who_asked_for_it_where_the_customer_was_in_reach(office: Office) -> None:
    ids = {}
    for name, by, customer in (
        ("theirs", office.owner, office.theirs["id"]),
        ("own", office.oleg, office.own["id"]),
    ):
        made = await by.request("POST", "/privacy/erasures", json={"customer_id": customer})
        assert made.status_code == 202, made.text
        ids[name] = made.json()["id"]
    assert await listed(office.owner, "/privacy/erasures") == set(ids.values())
    assert await listed(office.oleg, "/privacy/erasures") == {ids["own"]}
    refused = await office.oleg.request("GET", f"/privacy/erasures/{ids['theirs']}")
    absent = await office.oleg.request("GET", f"/privacy/erasures/{uuid4()}")
    assert (refused.status_code, refused.json()) == (404, absent.json())
    assert (await office.oleg.request("GET", f"/privacy/erasures/{ids['own']}")).status_code == 200


async def test_a_bundle_has_all_of_a_customer_so_it_is_for_who_reaches_all(office: Office) -> None:
    asked = await office.owner.request("POST", f"/customers/{office.theirs['id']}/export")
    assert asked.status_code == 202, asked.text
    for path, body in (
        (f"/customers/{office.own['id']}/export", None),
        (f"/customers/{office.theirs['id']}/export", None),
        ("/privacy/exports", {"kind": "customer", "customer_id": office.own["id"]}),
        ("/privacy/exports", {"kind": "tenant"}),
    ):
        refused = await office.oleg.request("POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_narrow"), path
    assert await listed(office.oleg, "/privacy/exports") == set()
    for method, at in (("GET", ""), ("POST", "/link"), ("DELETE", "")):
        answer = await office.oleg.request(method, f"/privacy/exports/{asked.json()['id']}{at}")
        assert answer.status_code == 404, (method, at)


async def test_a_webhook_is_told_of_everything_so_it_is_for_who_reaches_all(office: Office) -> None:
    body = {"name": "CRM", "url": "https://crm.example/in", "events": ["conversation.created"]}
    made = await office.owner.request("POST", "/settings/webhooks", json=body)
    assert made.status_code == 201, made.text
    path = f"/settings/webhooks/{made.json()['webhook']['id']}"
    for method, at, sent in (
        ("GET", "/settings/webhooks", None),
        ("POST", "/settings/webhooks", body),
        ("GET", path, None),
        ("PATCH", path, {"url": "https://elsewhere.example/in"}),
        ("POST", f"{path}/secret", None),
        ("DELETE", path, None),
        ("GET", f"{path}/deliveries", None),
        ("POST", f"{path}/deliveries/{uuid4()}/redeliver", None),
        ("POST", f"{path}/test", None),
    ):
        refused = await office.oleg.request(method, at, json=sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_narrow"), (method, at)
    lines = (await office.owner.request("GET", "/audit", params={"outcome": "refused"})).json()["items"]
    assert (lines[0]["target"]["kind"], lines[0]["target"]["id"]) == ("permission", "webhooks.manage")


async def test_nobody_widens_his_reach_by_a_key_of_the_workspace(product: Product, office: Office) -> None:
    body = {"name": "мост", "scopes": ["customers.read"]}
    refused = await office.oleg.request("POST", "/keys", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_narrow")
    assert (await office.owner.request("GET", "/keys")).json()["items"] == []
    made = await office.oleg.request("POST", "/auth/keys", json=body)
    assert made.status_code == 201, made.text
    async with by_key(product.url, made.json()["token"]) as program:
        found = (await program.get("/customers")).json()["items"]
        assert [each["id"] for each in found] == [office.own["id"]]


async def test_a_department_is_not_moved_into_ones_reach(office: Office) -> None:
    for name in ("Ours", "Theirs"):
        body = {"name": {"en": name}, "hours": {}}
        made = await office.owner.request("POST", "/team/departments", json=body)
        assert made.status_code == 201, made.text
    path = f"/team/departments/{made.json()['department']['id']}"
    refused = await office.oleg.request("DELETE", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_narrow")
    assert (await office.owner.request("DELETE", path)).status_code == 204


async def test_nobody_out_of_reach_is_merged_found_as_a_twin_erased_or_held(office: Office) -> None:
    own, theirs = office.own["id"], office.theirs["id"]
    twin = await make(office.oleg, name="Анна", email="anna@shop.example")
    others = await make(office.owner, name="Вера")
    joined = await office.owner.request("POST", f"/customers/{theirs}/merge", json={"other_id": others["id"]})
    assert joined.status_code == 200, joined.text
    duplicates = f"/customers/{twin['id']}/duplicates"
    found = (await office.owner.request("GET", duplicates)).json()["items"]
    assert [each["customer"]["id"] for each in found] == [theirs]
    assert (await office.oleg.request("GET", duplicates)).json()["items"] == []
    for path, body in (
        (f"/customers/{own}/merge", {"other_id": theirs}),
        (f"/customers/{theirs}/merge", {"other_id": own}),
        (f"/customers/{theirs}/merge/undo", {}),
        (f"/customers/{others['id']}/merge/undo", {}),
        ("/privacy/erasures", {"customer_id": theirs}),
        ("/privacy/holds", {"customer_id": theirs, "reason": "суд"}),
    ):
        refused = await office.oleg.request("POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), (path, refused.text)
    undone = await office.owner.request("POST", f"/customers/{theirs}/merge/undo", json={})
    assert undone.status_code == 200, undone.text


async def test_of_a_customer_in_reach_the_conversations_in_reach_are_shown(
    product: Product, office: Office
) -> None:
    async with (
        Visitor(product.url, office.owner.tenant.slug) as one,
        Visitor(product.url, office.owner.tenant.slug) as two,
    ):
        ids = []
        for visitor in (one, two):
            await visitor.connect()
            await visitor.ask("раз")
            ids.append(visitor.conversation_id or "")
    customers = [(await office.owner.conversation(each))["customer"]["id"] for each in ids]
    path = f"/customers/{customers[0]}"
    joined = await office.owner.request("POST", f"{path}/merge", json={"other_id": customers[1]})
    assert joined.status_code == 200, joined.text
    await office.owner.act(ids[0], "take-over")
    await office.owner.act(ids[0], "assign", user_id=str(await user_id(office.oleg)), force=True)
    whole = joined.json()["customer"]["id"]
    assert await listed(office.owner, f"/customers/{whole}/conversations") == set(ids)
    assert await listed(office.oleg, f"/customers/{whole}/conversations") == {ids[0]}
    taken = (await office.oleg.request("GET", f"/customers/{whole}/export")).json()
    assert [each["id"] for each in taken["conversations"]] == [ids[0]]
    assert {each["conversation_id"] for each in taken["messages"]} <= {ids[0]}


async def test_terms_end_things_of_everybody_so_they_are_set_by_who_reaches_all(office: Office) -> None:
    before = await office.owner.request("GET", "/privacy/retention")
    wanted = before.json() | {"customers": 1}
    refused = await with_match(office.oleg, "PUT", "/privacy/retention", before.headers["etag"], json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_too_narrow")
    assert (await office.owner.request("GET", "/privacy/retention")).json() == before.json()
