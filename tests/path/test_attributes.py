"""Custom attributes: definitions, and the values of customers that are held to them."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.support.customers import audit_of, make, names, read, save
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant, add_person, make_tenant

NAMES = {"ru": "Поле", "en": "Field"}


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings)


async def define(owner: Operator, key: str, kind: str, **more: Any) -> dict[str, Any]:
    """A new attribute of customers."""
    body = {"subject": "customer", "key": key, "name": NAMES, "kind": kind} | more
    answer = await owner.request("POST", "/settings/attributes", json=body)
    assert answer.status_code == 201, answer.text
    attribute: dict[str, Any] = answer.json()["attribute"]
    return attribute


async def test_an_attribute_is_made_changed_and_deleted_and_the_audit_log_tells_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await define(owner, "size", "choice", options=["S", "M"])
        at = f"/settings/attributes/{made['id']}"
        assert (await owner.request("GET", at)).json()["attribute"] == made
        changed = await owner.request("PATCH", at, json={"options": ["S", "M", "L"], "required": True})
        assert changed.json()["attribute"]["options"] == ["S", "M", "L"]
        assert changed.json()["attribute"]["required"]
        twice = await owner.request(
            "POST",
            "/settings/attributes",
            json={"subject": "customer", "key": "size", "name": NAMES, "kind": "text"},
        )
        assert (twice.status_code, twice.json()["code"]) == (409, "attribute_exists")
        listed = await owner.request("GET", "/settings/attributes", params={"subject": "conversation"})
        assert listed.json()["items"] == []
        assert (await owner.request("DELETE", at)).status_code == 204
        assert (await owner.request("GET", at)).status_code == 404
        lines = await audit_of(settings, tenant, made["id"])
        assert [line.action for line in lines] == [
            "attribute.create",
            "attribute.update",
            "attribute.delete",
        ]
        assert lines[1].before == {"options": ["S", "M"], "required": False}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"key": "Bad"}, "key"),
        ({"key": "a" * 41}, "key"),
        ({"kind": "money"}, "kind"),
        ({"kind": "choice"}, "options"),
        ({"options": ["x"]}, "options"),
        ({"kind": "choice", "options": ["x", "x"]}, "options"),
        ({"name": {"ru": "Поле"}}, "name.en"),
        ({"name": {"ru": "\x00", "en": "x"}}, "name.ru"),
        ({"required": "yes"}, "required"),
        ({"subject": "message"}, "subject"),
        ({"tenant_id": "x"}, "tenant_id"),
    ],
)
async def test_a_definition_that_cannot_be_used_is_named(
    product: Product, shared: TestTenant, more: dict[str, Any], field: str
) -> None:
    body = {"subject": "customer", "key": "ok", "name": NAMES, "kind": "text"} | more
    async with Operator(product.url, shared) as owner:
        refused = await owner.request("POST", "/settings/attributes", json=body)
        assert refused.status_code == 422, refused.text
        assert [each["field"] for each in refused.json()["errors"]] == [field]
        listed = (await owner.request("GET", "/settings/attributes")).json()["items"]
        assert "ok" not in [each["key"] for each in listed]


KINDS: list[tuple[str, list[Any], list[Any]]] = [
    ("text", ["Тула", "x" * 1000], ["", "x" * 1001, "a\x00", 5, True]),
    ("number", [0, -1.5, 10**15], [10**15 + 1, "5", True]),
    ("boolean", [True, False], ["true", 1]),
    ("date", ["2026-02-28"], ["2026-02-29", "28.02.2026", "2026-2-28", 20260228]),
    ("choice", ["S"], ["XL", "s", ""]),
    (
        "url",
        ["https://example.com/a?b=c"],
        ["javascript:alert(1)", "example.com", "http://", "https://a b", "http://[", "x" * 2001],
    ),
]


@pytest.fixture(scope="module")
async def shared(product: Product, settings: Settings) -> TestTenant:
    """A tenant with an attribute of each kind."""
    tenant = await make_tenant(settings)
    async with Operator(product.url, tenant) as owner:
        for kind, _, _ in KINDS:
            await define(owner, f"a_{kind}", kind, options=["S", "M"] if kind == "choice" else [])
    return tenant


@pytest.mark.parametrize(("kind", "good", "bad"), KINDS)
async def test_a_value_is_held_to_its_kind(
    product: Product, shared: TestTenant, kind: str, good: list[Any], bad: list[Any]
) -> None:
    key = f"a_{kind}"
    async with Operator(product.url, shared) as owner:
        for value in good:
            made = await make(owner, fields={key: value})
            assert made["fields"] == {key: value}
        kept = await make(owner, name="Анна")
        for value in bad:
            for refused in (
                await owner.request("POST", "/customers", json={"fields": {key: value}}),
                await save(owner, kept, fields={key: value}),
            ):
                assert refused.status_code == 422, (value, refused.text)
                assert refused.json()["errors"][0]["field"].startswith(f"fields.{key}")
        assert (await read(owner, kept["id"]))["fields"] == {}


async def test_customers_are_found_by_a_value_which_a_save_leaves_or_takes_away(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        for key, kind in (("city", "text"), ("orders", "number"), ("vip", "boolean")):
            await define(owner, key, kind)
        anna = await make(owner, name="Анна", fields={"city": "Тула", "orders": 5, "vip": True})
        await make(owner, name="Пётр", fields={"city": "Тула: центр"})
        for pair, found in (
            ("city:Тула", ["Анна"]),
            ("city:Тула: центр", ["Пётр"]),
            ("orders:5", ["Анна"]),
            ("vip:true", ["Анна"]),
            ("vip:false", []),
        ):
            assert await names(owner, attribute=pair) == found, pair
        changed = (await save(owner, anna, fields={"city": None, "orders": 6})).json()["customer"]
        assert changed["fields"] == {"orders": 6, "vip": True}
        assert await names(owner, attribute="city:Тула") == []


async def test_a_required_attribute_is_named_at_the_start_and_never_taken_away(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        old = await make(owner, name="Прежний")
        await define(owner, "city", "text", required=True)
        refused = await owner.request("POST", "/customers", json={"name": "Анна"})
        assert (refused.status_code, refused.json()["code"]) == (422, "attribute_required")
        made = await make(owner, fields={"city": "Тула"})
        refused = await save(owner, made, fields={"city": None})
        assert (refused.status_code, refused.json()["code"]) == (422, "attribute_required")
        assert (await save(owner, old, name="Старый")).status_code == 200, (
            "who is there already stays as he is"
        )


async def test_an_attribute_that_customers_have_is_not_deleted(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await define(owner, "city", "text")
        customer = await make(owner, fields={"city": "Тула"})
        refused = await owner.request("DELETE", f"/settings/attributes/{made['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "attribute_in_use")
        await save(owner, customer, fields={"city": None})
        assert (await owner.request("DELETE", f"/settings/attributes/{made['id']}")).status_code == 204


async def test_there_are_at_most_a_hundred_of_a_subject(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        for number in range(100):
            await define(owner, f"a{number}", "text")
        body = {"subject": "customer", "key": "more", "name": NAMES, "kind": "text"}
        refused = await owner.request("POST", "/settings/attributes", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_attributes")
        other = body | {"subject": "conversation"}
        assert (await owner.request("POST", "/settings/attributes", json=other)).status_code == 201


async def test_an_operator_reads_definitions_and_changes_none(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, await add_person(settings, tenant, role="operator")) as operator,
    ):
        made = await define(owner, "city", "text")
        listed = (await operator.request("GET", "/settings/attributes")).json()["items"]
        assert listed == [made]
        refused = await operator.request("DELETE", f"/settings/attributes/{made['id']}")
        assert refused.status_code == 403
