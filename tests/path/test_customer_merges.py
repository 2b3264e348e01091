"""Two customers made one, and two again: what moves, what comes back, and when it cannot."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from omnisupport.settings import Settings
from omnisupport.storage.tables import Conversation, CustomerMerge, CustomerNote, Identity
from tests.support.customers import audit_of, door, make, names, read, save
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own with the echo scenario."""
    return await make_tenant(settings, ECHO)


async def merge(operator: Operator, source: str, target: str) -> dict[str, Any]:
    """The one who remains."""
    answer = await operator.request("POST", f"/customers/{source}/merge", json={"into": target})
    assert answer.status_code == 200, answer.text
    customer: dict[str, Any] = answer.json()["customer"]
    return customer


async def undo(operator: Operator, customer_id: str) -> Any:
    """The raw answer."""
    return await operator.request("POST", f"/customers/{customer_id}/merge/undo")


def lasting(customer: dict[str, Any]) -> dict[str, Any]:
    """A customer without what counts his saves."""
    return {name: value for name, value in customer.items() if name not in ("revision", "updated_at")}


async def of_visitor(operator: Operator, visitor: Visitor) -> str:
    """The customer whom a visitor's conversation is with now."""
    summary = await operator.conversation(visitor.conversation_id or "")
    customer_id: str = summary["customer"]["id"]
    return customer_id


async def test_all_of_one_moves_to_the_other_whose_conversations_go_on_and_the_undo_restores_both(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        Visitor(product.url, tenant.slug) as first,
        Visitor(product.url, tenant.slug) as second,
    ):
        for visitor, name in ((first, "Анна"), (second, "Аня")):
            await visitor.connect()
            await visitor.ask("раз")
            await visitor.identify(name=name)
        source, target = await of_visitor(owner, first), await of_visitor(owner, second)
        await save(
            owner,
            await read(owner, source),
            email="anna@example.com",
            external_id="crm-1",
            tags=["vip", "опт"],
            consents={
                "mail": {"status": "granted", "source": "a"},
                "sms": {"status": "denied", "source": "a"},
            },
        )
        await save(
            owner,
            await read(owner, target),
            tags=["опт", "новый"],
            consents={"mail": {"status": "denied", "source": "b"}},
        )
        await owner.request("POST", f"/customers/{source}/notes", json={"text": "звонила"})
        were = await read(owner, source), await read(owner, target)

        merged = await merge(owner, source, target)
        assert (merged["id"], merged["name"], merged["email"]) == (target, "Аня", "anna@example.com")
        assert (merged["external_id"], merged["tags"]) == ("crm-1", ["опт", "новый", "vip"])
        assert {purpose: given["status"] for purpose, given in merged["consents"].items()} == {
            "mail": "denied",
            "sms": "denied",
        }
        assert len(merged["identities"]) == 2
        assert await of_visitor(owner, first) == target
        notes = (await owner.request("GET", f"/customers/{target}/notes")).json()["items"]
        assert [note["text"] for note in notes] == ["звонила"]
        page = (await owner.request("GET", f"/customers/{target}/conversations")).json()
        assert {item["id"] for item in page["items"]} == {first.conversation_id, second.conversation_id}
        gone = await owner.request("GET", f"/customers/{source}")
        assert (gone.status_code, gone.json()["code"]) == (404, "customer_merged")
        assert gone.json()["merged_into"] == target
        assert await names(owner) == ["Аня"]
        assert await names(owner, tag="vip") == ["Аня"]
        assert (await first.ask("два"))[0]["text"] == "эхо: два", "a running conversation goes on"

        back = await undo(owner, target)
        assert back.status_code == 200, back.text
        assert lasting(back.json()["customer"]) == lasting(were[0])
        assert lasting(await read(owner, source)) == lasting(were[0])
        assert lasting(await read(owner, target)) == lasting(were[1])
        assert await of_visitor(owner, first) == source
        assert (await owner.request("GET", f"/customers/{target}/notes")).json()["items"] == []
        notes = (await owner.request("GET", f"/customers/{source}/notes")).json()["items"]
        assert [note["text"] for note in notes] == ["звонила"]
        assert (await first.ask("три"))[0]["text"] == "эхо: три"
        told = await audit_of(settings, tenant, target)
        assert [line.action for line in told][-2:] == ["customer.merge", "customer.merge_undo"]
        assert told[-2].after is not None
        assert (told[-2].after["source_id"], told[-2].after["conversation"]) == (source, 1)


async def test_the_direction_is_the_callers(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        one, two, three = [await make(owner, name=name) for name in ("Один", "Два", "Три")]
        answer = await owner.request("POST", f"/customers/{one['id']}/merge", json={"other_id": two["id"]})
        assert answer.json()["customer"]["id"] == one["id"]
        for body in ({}, {"into": three["id"], "other_id": three["id"]}, {"into": one["id"]}, {"into": "x"}):
            refused = await owner.request("POST", f"/customers/{one['id']}/merge", json=body)
            assert refused.status_code == 422, body
        absent = await owner.request("POST", f"/customers/{one['id']}/merge", json={"into": str(uuid4())})
        assert absent.status_code == 404
        again = await owner.request("POST", f"/customers/{three['id']}/merge", json={"other_id": two["id"]})
        assert (again.status_code, again.json()["code"]) == (404, "customer_merged")


async def test_a_customer_of_another_tenant_is_merged_with_nobody(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    async with Operator(product.url, tenant) as owner, Operator(product.url, other) as stranger:
        own, foreign = await make(owner, name="Свой"), await make(stranger, name="Чужой")
        for body in ({"into": foreign["id"]}, {"other_id": foreign["id"]}):
            refused = await owner.request("POST", f"/customers/{own['id']}/merge", json=body)
            assert refused.status_code == 404
        assert await read(stranger, foreign["id"]) == foreign
        assert await read(owner, own["id"]) == own


async def test_what_an_unverified_one_says_does_not_become_verified(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    from omnisupport.storage.tables import Customer

    async with Operator(product.url, tenant) as owner:
        known, doubtful = await make(owner, name="Анна"), await make(owner, email="who@example.com")
        async with door(settings) as database, database.session(tenant.id) as session:
            row = await session.get(Customer, (tenant.id, UUID(known["id"])))
            assert row is not None
            row.verified = True
            session.add(row)
        merged = await merge(owner, doubtful["id"], known["id"])
        assert (merged["email"], merged["verified"]) == ("who@example.com", False)
        assert (await undo(owner, known["id"])).status_code == 200
        assert (await read(owner, known["id"]))["verified"]


async def test_merges_are_undone_from_the_newest_and_by_either_of_the_two(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        one, two, three = [await make(owner, name=name) for name in ("Один", "Два", "Три")]
        alone = await undo(owner, one["id"])
        assert (alone.status_code, alone.json()["code"]) == (409, "not_merged")
        await merge(owner, one["id"], two["id"])
        await merge(owner, two["id"], three["id"])
        early = await undo(owner, one["id"])
        assert (early.status_code, early.json()["code"]) == (409, "merged_again")
        assert (await undo(owner, two["id"])).json()["customer"]["id"] == two["id"]
        assert (await undo(owner, one["id"])).json()["customer"]["id"] == one["id"]
        assert sorted(await names(owner)) == ["Два", "Один", "Три"]
        again = await undo(owner, one["id"])
        assert (again.status_code, again.json()["code"]) == (409, "not_merged")

        await merge(owner, one["id"], three["id"])
        await merge(owner, two["id"], three["id"])
        early = await undo(owner, one["id"])
        assert (early.status_code, early.json()["code"]) == (409, "merged_again")


async def test_an_undo_is_refused_with_its_reason_when_something_moved_since(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        source = await of_visitor(owner, visitor)
        await save(owner, await read(owner, source), email="a@example.com", external_id="crm-1")
        target = await make(owner, name="Анна", external_id="crm-2")
        await merge(owner, source, target["id"])

        await save(owner, await read(owner, target["id"]), email="b@example.com")
        refused = await undo(owner, target["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "changed_since_merge")
        assert "email" in refused.json()["detail"]
        await save(owner, await read(owner, target["id"]), email="a@example.com", name="Аня")

        other = await make(owner, name="Третий", external_id="crm-1")
        refused = await undo(owner, target["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "external_id_taken")
        await save(owner, other, external_id=None)

        await give(settings, tenant, source, UUID(other["id"]))
        refused = await undo(owner, target["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "moved_since_merge")
        assert (await owner.request("GET", f"/customers/{source}")).status_code == 404, "nothing is undone"
        await give(settings, tenant, source, UUID(target["id"]))

        assert (await undo(owner, target["id"])).status_code == 200
        kept = await read(owner, target["id"])
        assert (kept["name"], kept["email"]) == ("Аня", None), (
            "a name that the merge left alone stays changed"
        )


async def give(settings: Settings, tenant: TestTenant, source: str, holder: UUID) -> None:
    """Put the one identity of a tenant with somebody, as nothing of the product does yet."""
    async with door(settings) as database, database.session(tenant.id) as session:
        identity = (await session.exec(select(Identity).where(Identity.tenant_id == tenant.id))).one()
        identity.customer_id = holder
        session.add(identity)


async def test_what_began_since_goes_back_with_its_identity(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        old = visitor.conversation_id or ""
        source = await of_visitor(owner, visitor)
        target = await make(owner, name="Анна")
        await merge(owner, source, target["id"])
        await owner.act(old, "take-over")
        await owner.act(old, "resolve")
        await visitor.ask("два")
        assert await of_visitor(owner, visitor) == target["id"]
        assert (await undo(owner, source)).status_code == 200
        assert await of_visitor(owner, visitor) == source
        page = (await owner.request("GET", f"/customers/{target['id']}/conversations")).json()
        assert page["items"] == []


async def test_what_another_identity_of_the_one_who_remains_began_since_stays_with_him(
    product: Product, tenant: TestTenant
) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        Visitor(product.url, tenant.slug) as first,
        Visitor(product.url, tenant.slug) as second,
    ):
        for visitor in (first, second):
            await visitor.connect()
            await visitor.ask("раз")
        source, target = await of_visitor(owner, first), await of_visitor(owner, second)
        before = second.conversation_id
        await merge(owner, source, target)
        await owner.act(before or "", "take-over")
        await owner.act(before or "", "resolve")
        await owner.request("POST", f"/customers/{target}/notes", json={"text": "как один"})
        await second.ask("два")
        assert (await undo(owner, target)).status_code == 200
        assert (await of_visitor(owner, first), await of_visitor(owner, second)) == (source, target)
        notes = (await owner.request("GET", f"/customers/{target}/notes")).json()["items"]
        assert [note["text"] for note in notes] == ["как один"]


async def test_of_two_consents_the_denial_counts_also_where_it_is_the_older(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        given: dict[str, dict[str, str]] = {}
        for name, status in (("denied", "denied"), ("granted", "granted")):
            made = await make(owner, name=name, consents={"mail": {"status": status, "source": name}})
            given[name] = made
        was = await read(owner, given["granted"]["id"])
        merged = await merge(owner, given["denied"]["id"], given["granted"]["id"])
        assert merged["consents"]["mail"]["source"] == "denied"
        assert (await undo(owner, given["granted"]["id"])).status_code == 200
        assert lasting(await read(owner, given["granted"]["id"])) == lasting(was)
        merged = await merge(owner, given["granted"]["id"], given["denied"]["id"])
        assert merged["consents"]["mail"]["status"] == "denied"


async def test_the_values_of_the_one_who_remains_win_and_the_others_fill_what_he_lacks(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        for key in ("plan", "city"):
            body = {"subject": "customer", "key": key, "name": {"ru": key, "en": key}, "kind": "text"}
            assert (await owner.request("POST", "/settings/attributes", json=body)).status_code == 201
        source = await make(owner, name="Аня", fields={"plan": "a", "city": "Омск"})
        target = await make(owner, name="Анна", fields={"plan": "b"})
        assert (await merge(owner, source["id"], target["id"]))["fields"] == {"plan": "b", "city": "Омск"}
        assert (await undo(owner, source["id"])).status_code == 200
        assert (await read(owner, target["id"]))["fields"] == {"plan": "b"}


async def test_an_old_id_leads_through_every_merge_to_the_one_who_remains(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        one, two, three = [(await make(owner, name=name))["id"] for name in ("Один", "Два", "Три")]
        await merge(owner, one, two)
        await merge(owner, two, three)
        for old in (one, two):
            for method, path in (("GET", ""), ("GET", "/notes"), ("DELETE", "")):
                gone = await owner.request(method, f"/customers/{old}{path}")
                assert (gone.status_code, gone.json()["code"]) == (404, "customer_merged")
                assert gone.json()["merged_into"] == three


async def test_a_merge_can_be_undone_for_thirty_days(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        one, two = [(await make(owner, name=name))["id"] for name in ("Один", "Два")]
        await merge(owner, one, two)
        for days, status in ((31, 409), (29, 200)):
            async with door(settings) as database, database.session(tenant.id) as session:
                row = (
                    await session.exec(select(CustomerMerge).where(CustomerMerge.tenant_id == tenant.id))
                ).one()
                row.created_at = datetime.now(UTC) - timedelta(days=days)
                session.add(row)
            answer = await undo(owner, one)
            assert answer.status_code == status, answer.text
            assert status == 200 or answer.json()["code"] == "merge_too_old"


async def test_a_conversation_that_begins_while_its_customer_is_merged_is_with_the_one_who_remains(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    """What `accept_message` does that has read the identity just before the merge."""
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug):
        source = (await owner.request("GET", "/customers")).json()["items"][0]["id"]
        target = await make(owner, name="Анна")
        await merge(owner, source, target["id"])
        async with door(settings) as database, database.session(tenant.id) as session:
            identity = (await session.exec(select(Identity).where(Identity.tenant_id == tenant.id))).one()
            late = Conversation(
                tenant_id=tenant.id,
                id=uuid4(),
                channel_id=identity.channel_id,
                identity_id=identity.id,
                customer_id=UUID(source),
            )
            session.add(late)
            await session.flush()
            await session.refresh(late)
            assert late.customer_id == UUID(target["id"])


async def test_merges_of_a_pair_in_both_directions_at_once_end_in_one(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        for _ in range(5):
            one, two = [(await make(owner, name="Анна"))["id"] for _ in range(2)]
            answers = await asyncio.gather(
                *(
                    owner.request("POST", f"/customers/{source}/merge", json={"into": target})
                    for source, target in ((one, two), (two, one)) * 3
                )
            )
            assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404, 404]


async def test_deleting_the_one_who_remains_deletes_what_was_merged_into_him(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        one, two = await make(owner, name="Один"), await make(owner, name="Два")
        await owner.request("POST", f"/customers/{one['id']}/notes", json={"text": "звонил"})
        await merge(owner, one["id"], two["id"])
        assert (await owner.request("DELETE", f"/customers/{two['id']}")).status_code == 204
        gone = await owner.request("GET", f"/customers/{one['id']}")
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
        async with door(settings) as database, database.session(tenant.id) as session:
            notes = await session.exec(select(CustomerNote).where(CustomerNote.tenant_id == tenant.id))
            assert notes.all() == []
