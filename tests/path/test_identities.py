"""Addresses of a customer: written down by hand, put in order, said to be unreachable, and his no longer."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from omnisupport.domain.permissions import Scope
from omnisupport.settings import Settings
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.tables import Channel
from tests.support.accounts import run
from tests.support.customers import add_scoped, audit_of, door, make
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant

PHONE = "+79161234567"


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def connect(settings: Settings, tenant: TestTenant, type: str, provider: str) -> str:
    """A channel that no workflow looks after."""
    made = Channel(tenant_id=tenant.id, id=uuid4(), type=type, provider=provider, name=f"{type} {provider}")
    async with door(settings) as database, database.session(tenant.id) as session:
        session.add(made)
    return str(made.id)


async def hear(settings: Settings, tenant: TestTenant, channel: str, chat: str, **more: Any) -> Any:
    """A message comes by a channel."""
    body = {"key": str(uuid4()), "external_id": str(uuid4()), "chat": chat, "aliases": [], "name": "Иван"}
    body |= {"text": "раз", "content": {}, "stop": False, "locale": "ru"} | more
    async with door(settings) as database:
        return await InboundStore(database).accept(tenant.id, UUID(channel), body)


async def add(owner: Operator, customer: str, channel: str, address: str) -> Any:
    """The raw answer."""
    new = {"channel_id": channel, "address": address}
    return await owner.request("POST", f"/customers/{customer}/identities", json=new)


async def addresses(owner: Operator, customer: str) -> list[dict[str, Any]]:
    """His addresses as they are now."""
    answer = await owner.request("GET", f"/customers/{customer}/identities")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("type", "provider", "written", "kept"),
    [
        ("sms", "twilio", "8 (916) 123-45-67", PHONE),
        ("whatsapp", "twilio", PHONE, f"whatsapp:{PHONE}"),
        ("whatsapp", "meta", PHONE, "79161234567"),
        ("email", "email", "Anna@Example.COM", "anna@example.com"),
    ],
)
async def test_an_address_by_hand_is_unverified_until_he_writes_from_it(
    product: Product,
    settings: Settings,
    tenant: TestTenant,
    type: str,
    provider: str,
    written: str,
    kept: str,
) -> None:
    channel = await connect(settings, tenant, type, provider)
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        made = await add(owner, customer, channel, written)
        assert made.status_code == 201, made.text
        [one] = made.json()["items"]
        assert (one["address"], one["vouched"], one["primary"], one["reachable"]) == (kept, False, True, True)
        vouched = f"email:{kept}" if type == "email" else f"phone:{PHONE}"
        taken = await hear(settings, tenant, channel, kept, vouched=vouched)
        [now] = await addresses(owner, customer)
        assert (now["id"], now["vouched"]) == (one["id"], True)
        assert now["conversation_id"] == taken["message"]["conversation_id"]
        assert now["last_in_at"] is not None


async def test_what_cannot_be_an_address_is_refused_with_its_reason(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    mail = await connect(settings, tenant, "email", "email")
    bot = await connect(settings, tenant, "telegram", "telegram")
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        other = (await make(owner, name="Борис"))["id"]
        assert (await add(owner, other, sms, PHONE)).status_code == 201
        for channel, written, status, code in (
            (sms, PHONE, 409, "identity_taken"),
            (sms, "12", 422, "phone_invalid"),
            (mail, "нет", 422, "email_invalid"),
            (bot, "@anna", 409, "channel_not_addressable"),
            (str(uuid4()), PHONE, 404, "channel_not_found"),
        ):
            refused = await add(owner, customer, channel, written)
            assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
        assert await addresses(owner, customer) == []


async def test_the_first_on_a_channel_and_the_order_of_all_are_what_people_say(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    mail = await connect(settings, tenant, "email", "email")
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        for channel, written in ((sms, PHONE), (sms, "+79161234568"), (mail, "anna@example.com")):
            assert (await add(owner, customer, channel, written)).status_code == 201
        await hear(settings, tenant, sms, PHONE)
        found = await addresses(owner, customer)
        assert found[0]["address"] == PHONE, "the one used last is tried first"
        assert {one["address"] for one in found if one["primary"]} == {PHONE, "anna@example.com"}
        at = f"/customers/{customer}/identities"
        by = {one["address"]: one["id"] for one in found}

        changed = await owner.request("PATCH", f"{at}/{by['+79161234568']}", json={"primary": True})
        first = {one["address"] for one in changed.json()["items"] if one["primary"]}
        assert first == {"+79161234568", "anna@example.com"}
        asked = await owner.request("PATCH", f"{at}/{by[PHONE]}", json={"primary": False})
        assert (asked.status_code, asked.json()["code"]) == (422, "primary_needs_another")

        order = [by["anna@example.com"], by["+79161234568"]]
        put = await owner.request("PUT", f"{at}/order", json={"identity_ids": order})
        wanted = [*order, by[PHONE]]
        assert [one["id"] for one in put.json()["items"]] == wanted
        assert [one["id"] for one in await addresses(owner, customer)] == wanted
        for ids, status, code in (
            ([order[0], order[0]], 422, "identity_twice"),
            ([str(uuid4())], 404, "identity_not_found"),
        ):
            refused = await owner.request("PUT", f"{at}/order", json={"identity_ids": ids})
            assert (refused.status_code, refused.json()["code"]) == (status, code)
        told = [line.action for line in await audit_of(settings, tenant, customer)]
        assert told[-2:] == ["customer.identity_update", "customer.identity_order"]


async def test_an_address_where_nothing_arrives_is_reachable_again_when_he_writes(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        one = (await add(owner, customer, sms, PHONE)).json()["items"][0]["id"]
        at = f"/customers/{customer}/identities/{one}"
        [gone] = (await owner.request("PATCH", at, json={"reachable": False})).json()["items"]
        assert (gone["reachable"], gone["unreachable"]) == (False, "operator")
        await hear(settings, tenant, sms, PHONE)
        [back] = await addresses(owner, customer)
        assert (back["reachable"], back["unreachable"]) == (True, None)


async def test_whoever_writes_from_an_address_that_was_removed_is_somebody_new(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    vouched = {"vouched": f"phone:{PHONE}", "aliases": [PHONE]}
    first = await hear(settings, tenant, sms, PHONE, **vouched)
    conversation = first["message"]["conversation_id"]
    async with Operator(product.url, tenant) as owner:
        customer = (await owner.conversation(conversation))["customer"]["id"]
        [one] = await addresses(owner, customer)
        at = f"/customers/{customer}/identities/{one['id']}"
        early = await owner.request("DELETE", at)
        assert (early.status_code, early.json()["code"]) == (409, "identity_in_conversation")
        resolved = "update conversation set status = 'resolved', resolved_at = now(), cursor_seq = last_in"
        await run(settings, tenant.id, resolved)
        gone = await owner.request("DELETE", at, params={"reason": "номер отдан другому"})
        assert gone.status_code == 204, gone.text
        assert await addresses(owner, customer) == []
        assert (await owner.request("DELETE", at)).status_code == 404
        told = (await audit_of(settings, tenant, customer))[-1]
        assert told.action == "customer.identity_remove"
        assert told.before is not None
        assert told.after is not None
        assert (told.before["address"], told.after["reason"]) == (PHONE, "номер отдан другому")

        second = await hear(settings, tenant, sms, PHONE, **vouched)
        newer = await owner.conversation(second["message"]["conversation_id"])
        assert newer["customer"]["id"] != customer
        page = (await owner.request("GET", f"/customers/{customer}/conversations")).json()["items"]
        assert [each["id"] for each in page] == [conversation], "what was said stays his"


async def test_addresses_of_a_customer_out_of_reach_are_as_absent_as_he(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    narrow = await add_scoped(settings, tenant, Scope.OWN, ["customers.read", "customers.write"])
    async with Operator(product.url, tenant) as owner, Operator(product.url, narrow) as other:
        customer = (await make(owner, name="Анна"))["id"]
        one = (await add(owner, customer, sms, PHONE)).json()["items"][0]["id"]
        at = f"/customers/{customer}/identities"
        for method, path, body in (
            ("GET", at, None),
            ("POST", at, {"channel_id": sms, "address": "+79161234568"}),
            ("PATCH", f"{at}/{one}", {"primary": True}),
            ("PUT", f"{at}/order", {"identity_ids": [one]}),
            ("DELETE", f"{at}/{one}", None),
        ):
            refused = await other.request(method, path, json=body)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), (method, refused.text)
        assert [each["address"] for each in await addresses(owner, customer)] == [PHONE]
