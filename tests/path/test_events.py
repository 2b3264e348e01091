"""Events of other systems: whom they are of, by what those systems know him by."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.domain.permissions import Permission, Scope
from omnisupport.settings import Settings
from tests.support.customers import add_scoped, make, save
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def tell(operator: Operator, event_id: str, customer: Any) -> Any:
    """The raw answer."""
    body = {"id": event_id, "name": "order.paid", "customer": customer, "data": {"amount": 990}}
    return await operator.request("POST", "/events", json=body)


async def test_an_event_finds_its_customer_by_what_the_sender_knows(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        anna = await make(owner, external_id="crm-1", email="anna@shop.example", phone="+79161234567")
        for number, known in enumerate(
            (
                anna["id"],
                {"external_id": "crm-1"},
                {"email": "Anna@Shop.example"},
                {"phone": "8 (916) 123-45-67"},
            )
        ):
            for _ in range(2):
                answer = await tell(owner, f"e{number}", known)
                assert answer.status_code == 202, (known, answer.text)
                assert answer.json()["event"]["customer_id"] == anna["id"]
        found = (await owner.request("GET", "/events", params={"customer": anna["id"]})).json()["items"]
        assert {each["id"] for each in found} == {"e0", "e1", "e2", "e3"}


async def test_who_is_not_known_is_refused_in_words_and_nothing_is_kept(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, other) as stranger,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        foreign = await make(stranger, external_id="crm-1", email="anna@shop.example")
        await visitor.send("раз")
        await visitor.identify(email="anna@shop.example")  # says the visitor, and nobody else
        for known in (foreign["id"], {"external_id": "crm-1"}, {"email": "anna@shop.example"}):
            refused = await tell(owner, "e", known)
            assert (refused.status_code, refused.json()["code"]) == (404, "customer_not_found"), known
        for _ in range(2):
            await make(owner, phone="+79161234567")
        refused = await tell(owner, "e", {"phone": "+79161234567"})
        assert (refused.status_code, refused.json()["code"]) == (409, "customer_ambiguous")
        assert (await owner.request("GET", "/events")).json()["items"] == []


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"email": "a@b.example", "phone": "+79161234567"},
        {"email": "no address"},
        {"phone": "12"},
        {"external_id": ""},
        {"external_id": "a\x00"},
        {"external_id": "a\u202eb"},
        {"external_id": "x" * 201},
        {"name": "Анна"},
        {"email": 7},
        "crm-1",
        7,
    ],
)
async def test_what_nobody_can_be_known_by_is_named(product: Product, tenant: TestTenant, known: Any) -> None:
    async with Operator(product.url, tenant) as owner:
        refused = await tell(owner, "e", known)
        assert (refused.status_code, bool(refused.json()["errors"])) == (422, True), refused.text


async def told_of(operator: Operator, customer_id: str) -> set[str]:
    """The ids of a customer's events."""
    page = await operator.request("GET", "/events", params={"customer": customer_id})
    return {each["id"] for each in page.json()["items"]}


async def test_an_event_of_who_was_merged_is_of_who_remains_also_when_it_is_told_again(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        old, new = await make(owner, external_id="crm-1"), await make(owner, external_id="crm-2")
        assert (await tell(owner, "before", old["id"])).status_code == 202
        await owner.request("POST", f"/customers/{old['id']}/merge", json={"into": new["id"]})
        for known in (old["id"], {"external_id": "crm-1"}):
            assert (await tell(owner, "after", known)).json()["event"]["customer_id"] == new["id"]
            again = await tell(owner, "before", known)
            assert again.status_code == 202, again.text
        assert await told_of(owner, new["id"]) == {"before", "after"}
        await owner.request("POST", f"/customers/{old['id']}/merge/undo")
        assert await told_of(owner, old["id"]) == {"before"}
        assert await told_of(owner, new["id"]) == {"after"}


async def test_a_narrow_role_sees_the_events_of_the_customers_it_reaches(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    words = (Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE)
    narrow = await add_scoped(settings, tenant, Scope.OWN, words)
    async with Operator(product.url, tenant) as owner, Operator(product.url, narrow) as oleg:
        foreign, his = await make(owner, name="Анна"), await make(oleg, name="Пётр")
        older = await make(owner, name="Пётр раньше")
        for event_id, customer_id in (("foreign", foreign["id"]), ("his", his["id"]), ("nobodys", None)):
            assert (await tell(owner, event_id, customer_id)).status_code == 202
        assert (await tell(owner, "older", older["id"])).status_code == 202
        await owner.request("POST", f"/customers/{older['id']}/merge", json={"into": his["id"]})
        everything = (await oleg.request("GET", "/events")).json()["items"]
        assert {each["id"] for each in everything} == {"his", "older"}, "who was merged into him is he"
        assert await told_of(oleg, his["id"]) == {"his", "older"}
        assert await told_of(oleg, foreign["id"]) == set()
        assert await told_of(owner, foreign["id"]) == {"foreign"}


async def test_a_wrong_customer_is_named_as_the_sender_names_him(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        two = {"email": "a@example.com", "phone": "+79990000000"}
        answer = await tell(owner, "twice", two)
        assert answer.status_code == 422
        assert "customer" in {each["field"] for each in answer.json()["errors"]}
        assert "[" not in answer.text.replace('"errors":[', "")


async def test_a_change_of_a_customer_by_people_is_an_event_and_one_that_changes_nothing_is_none(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        customer = await make(owner, name="Анна")
        renamed = (await save(owner, customer, name="Анна Краснова", locale="en")).json()["customer"]
        assert (await save(owner, renamed, name="Анна Краснова")).status_code == 200
        items = (await owner.request("GET", "/events", params={"customer": customer["id"]})).json()["items"]
    assert [(each["name"], each["data"]) for each in items] == [
        ("customer.updated", {"changed": ["locale", "name"]})
    ]
