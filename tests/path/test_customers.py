"""Customers by hand: made, found, changed, deleted; what is refused, and what the audit log tells."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from omnisupport.domain.permissions import Permission, Scope
from omnisupport.settings import Settings
from tests.support.customers import add_scoped, audit_of, make, names, read, save, with_match
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own with the echo scenario."""
    return await make_tenant(settings, ECHO)


async def test_a_customer_is_made_read_changed_and_deleted_and_the_audit_log_tells_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await make(
            owner,
            name="  Анна Иванова ",
            email="Anna@Example.com",
            phone="8 (916) 123-45-67",
            external_id="crm-1",
            tags=["vip", "vip", "опт"],
            consents={"marketing": {"status": "granted", "source": "звонок"}},
        )
        assert (made["name"], made["email"], made["phone"]) == (
            "Анна Иванова",
            "anna@example.com",
            "+79161234567",
        )
        assert made["tags"] == ["vip", "опт"]
        assert made["consents"]["marketing"]["status"] == "granted"
        assert not made["verified"], "what people write down is not proved by it"
        assert await read(owner, made["id"]) == made

        answer = await save(
            owner,
            made,
            phone=None,
            tags=["опт"],
            consents={"marketing": {"status": "denied", "source": "письмо"}},
        )
        assert answer.status_code == 200, answer.text
        changed = answer.json()["customer"]
        assert (changed["phone"], changed["tags"], changed["name"]) == (None, ["опт"], "Анна Иванова")
        assert changed["revision"] == made["revision"] + 1
        assert answer.headers["etag"] == f'"{changed["revision"]}"'

        stale = await save(owner, made, name="Другая")
        assert (stale.status_code, stale.json()["code"]) == (412, "customer_changed")
        unread = await owner.request("PATCH", f"/customers/{made['id']}", json={"name": "Другая"})
        assert (unread.status_code, unread.json()["code"]) == (428, "precondition_required")
        assert (await read(owner, made["id"]))["name"] == "Анна Иванова"

        _, consent, update = await audit_of(settings, tenant, made["id"])
        assert consent.before is not None and consent.after is not None
        assert consent.before["consents"]["marketing"]["source"] == "звонок"
        assert consent.after["consents"]["marketing"]["status"] == "denied"
        assert update.before == {"phone": "+79161234567", "tags": ["vip", "опт"]}

        # What the lines hold of him goes with him; the lines stay.
        assert (await owner.request("DELETE", f"/customers/{made['id']}")).status_code == 204
        assert (await owner.request("GET", f"/customers/{made['id']}")).status_code == 404
        lines = await audit_of(settings, tenant, made["id"])
        assert [line.action for line in lines] == [
            "customer.create",
            "customer.consent",
            "customer.update",
            "customer.delete",
        ]
        assert {line.actor_name for line in lines} == {"Ольга"}


async def test_a_save_that_changes_nothing_tells_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await make(owner, name="Анна")
        answer = await save(owner, made, name="Анна")
        assert answer.json()["customer"] == made
        assert len(await audit_of(settings, tenant, made["id"])) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "а" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "Анна\u202eаннА"}, "name"),
        ({"name": "Ан\u200bна"}, "name"),
        ({"name": 5}, "name"),
        ({"email": "me"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "+7 916 123"}, "phone"),
        ({"external_id": " "}, "external_id"),
        ({"locale": "de"}, "locale"),
        ({"tags": ["x"] * 51}, "tags"),
        ({"tags": [""]}, "tags"),
        ({"tags": "vip"}, "tags"),
        ({"fields": {"unknown": "x"}}, "fields.unknown"),
        ({"fields": {"Bad Key": "x"}}, "fields.Bad Key.[key]"),
        ({"consents": {"marketing": {"status": "maybe", "source": "x"}}}, "consents.marketing.status"),
        ({"consents": {"marketing": {"status": "granted"}}}, "consents.marketing.source"),
        ({"verified": True}, "verified"),
        ({"tenant_id": str(uuid4())}, "tenant_id"),
    ],
)
async def test_what_cannot_be_used_is_named_and_changes_nothing(
    product: Product, shared: TestTenant, body: dict[str, Any], field: str
) -> None:
    async with Operator(product.url, shared) as owner:
        refused = await owner.request("POST", "/customers", json=body)
        assert refused.status_code == 422, refused.text
        assert [each["field"] for each in refused.json()["errors"]] == [field]
        kept = await make(owner, name="Анна")
        answer = await save(owner, kept, **body)
        assert answer.status_code == 422, answer.text
        assert await read(owner, kept["id"]) == kept


@pytest.fixture(scope="module")
async def shared(settings: Settings) -> TestTenant:
    """A tenant for what leaves nothing behind that others look at."""
    return await make_tenant(settings, ECHO)


async def test_an_external_id_is_one_customers_and_another_tenant_may_have_it_too(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    async with Operator(product.url, tenant) as owner, Operator(product.url, other) as stranger:
        await make(owner, external_id="crm-1")
        twice = await owner.request("POST", "/customers", json={"external_id": "crm-1"})
        assert (twice.status_code, twice.json()["code"]) == (409, "external_id_taken")
        second = await make(owner, external_id="crm-2")
        taken = await save(owner, second, external_id="crm-1")
        assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")
        assert await read(owner, second["id"]) == second
        await make(stranger, external_id="crm-1")


async def test_the_list_searches_by_word_address_phone_and_external_id(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await make(owner, name="Анна Иванова", email="anna@example.com", phone="+79161234567")
        await make(owner, name="ООО «Ромашка»", external_id="CRM-77", tags=["опт"])
        await make(
            owner, name="Иван", tags=["vip"], consents={"mail": {"status": "granted", "source": "форма"}}
        )
        for q, found in (
            ("иван", ["Иван", "Анна Иванова"]),
            ("ИВАНОВА ан", ["Анна Иванова"]),
            ("ромаш", ["ООО «Ромашка»"]),
            ("anna@ex", ["Анна Иванова"]),
            ("anna", ["Анна Иванова"]),
            ("8 916 123", ["Анна Иванова"]),
            ("8 (916) 123-45-67", ["Анна Иванова"]),
            ("+7916", ["Анна Иванова"]),
            ("916 123", ["Анна Иванова"]),
            ("crm-7", ["ООО «Ромашка»"]),
            ("нова", []),
            ("%", []),
            ("иван петр", []),
        ):
            assert await names(owner, q=q) == found, q
        assert await names(owner, tag="опт") == ["ООО «Ромашка»"]
        assert await names(owner, tag="оп") == []
        assert await names(owner, consent="mail:granted") == ["Иван"]
        assert await names(owner, consent="mail:denied") == []
        assert await names(owner, channel="telegram") == []
        assert await names(owner, tag="vip", q="иван") == ["Иван"]
        for wrong in ({"q": ""}, {"q": "a\x00"}, {"attribute": "city"}, {"cursor": "x"}, {"limit": 101}):
            answer = await owner.request("GET", "/customers", params=wrong)
            assert answer.status_code == 422, wrong


async def test_pages_follow_each_other_without_a_hole_and_the_total_is_told(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = [(await make(owner, name=f"К{number}"))["name"] for number in range(7)]
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(4):
            page = (await owner.request("GET", "/customers", params={"limit": 3} | cursor)).json()
            assert (page["total"], page["total_is_more"]) == (7, False)
            seen += [item["name"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert seen == made[::-1]


async def test_what_a_visitor_says_is_found_and_makes_the_revision_stale(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        line = (await owner.request("GET", "/customers", params={"channel": "widget"})).json()["items"][0]
        before = await read(owner, line["id"])
        await visitor.identify(name="Пётр", email="petr@example.com")
        assert await names(owner, q="пётр") == ["Пётр"]
        stale = await save(owner, before, name="Павел")
        assert stale.status_code == 412
        assert not (await read(owner, line["id"]))["verified"]


async def test_his_conversations_are_listed_and_keep_him_from_being_deleted_until_resolved(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        customer_id = (await owner.conversation(conversation_id))["customer"]["id"]
        page = (await owner.request("GET", f"/customers/{customer_id}/conversations")).json()
        assert [item["id"] for item in page["items"]] == [conversation_id]
        refused = await owner.request("DELETE", f"/customers/{customer_id}")
        assert (refused.status_code, refused.json()["code"]) == (409, "conversation_open")
        await owner.act(conversation_id, "take-over")
        await owner.act(conversation_id, "resolve")
        assert (await owner.request("DELETE", f"/customers/{customer_id}")).status_code == 204
        gone = await owner.request("GET", f"/conversations/{conversation_id}")
        assert gone.status_code == 404


async def test_duplicates_have_the_same_address_or_phone(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        one = await make(owner, name="Один", email="a@example.com", phone="+79161234567")
        await make(owner, name="Адрес", email="A@example.com")
        await make(owner, name="Номер", phone="8 916 123-45-67")
        await make(owner, name="Чужой", email="b@example.com")
        found = (await owner.request("GET", f"/customers/{one['id']}/duplicates")).json()["items"]
        assert {each["customer"]["name"]: each["matches"] for each in found} == {
            "Адрес": ["email"],
            "Номер": ["phone"],
        }


async def test_notes_are_written_by_anybody_and_changed_by_their_author_only(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    colleague = await add_person(settings, tenant, role="operator")
    async with Operator(product.url, tenant) as owner, Operator(product.url, colleague) as operator:
        customer = await make(owner, name="Анна")
        at = f"/customers/{customer['id']}/notes"
        mine = (await owner.request("POST", at, json={"text": "звонила"})).json()["note"]
        his = (await operator.request("POST", at, json={"text": "любит улун"})).json()["note"]
        assert (mine["author_name"], his["author_name"]) == ("Ольга", "Анна")
        page = (await operator.request("GET", at, params={"limit": 1})).json()
        assert [note["text"] for note in page["items"]] == ["любит улун"]
        rest = (await operator.request("GET", at, params={"cursor": page["next_cursor"]})).json()
        assert [note["text"] for note in rest["items"]] == ["звонила"]

        written = await operator.request("PATCH", f"{at}/{his['id']}", json={"text": "любит пуэр"})
        assert written.json()["note"]["text"] == "любит пуэр"
        for method, body in (("PATCH", {"text": "x"}), ("DELETE", None)):
            refused = await operator.request(method, f"{at}/{mine['id']}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "not_your_note")
        other = await make(owner, name="Пётр")
        strayed = await owner.request("DELETE", f"/customers/{other['id']}/notes/{mine['id']}")
        assert strayed.status_code == 404, "a note is on one customer"
        for text in ("", "a\x00", " ", "x" * 8001):
            assert (await owner.request("POST", at, json={"text": text})).status_code == 422
        assert (await owner.request("DELETE", f"{at}/{his['id']}")).status_code == 204
        assert [n["text"] for n in (await owner.request("GET", at)).json()["items"]] == ["звонила"]
        told = [line.action for line in await audit_of(settings, tenant, customer["id"])]
        assert told[1:] == [
            "customer_note.create",
            "customer_note.create",
            "customer_note.update",
            "customer_note.delete",
        ]


async def test_a_narrow_scope_reaches_the_customers_of_its_conversations_and_those_it_made(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    words = [
        Permission.CUSTOMERS_READ,
        Permission.CUSTOMERS_WRITE,
        Permission.CUSTOMERS_EXPORT,
        Permission.CONVERSATIONS_READ,
        Permission.CONVERSATIONS_CONTROL,
    ]
    narrow = await add_scoped(settings, tenant, Scope.OWN, words)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, narrow) as operator,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        foreign = await make(owner, name="Чужой")
        await visitor.connect()
        await visitor.ask("раз")
        await visitor.identify(name="Гость")
        guest = (await owner.conversation(visitor.conversation_id or ""))["customer"]["id"]
        assert await names(operator) == []
        for customer_id in (foreign["id"], guest):
            for method, path, body in (
                ("GET", "", None),
                ("PATCH", "", {"name": "x"}),
                ("GET", "/notes", None),
                ("POST", "/notes", {"text": "x"}),
                ("GET", "/conversations", None),
                ("GET", "/duplicates", None),
                ("GET", "/export", None),
                ("POST", "/merge/undo", None),
                ("POST", "/merge", {"other_id": str(uuid4())}),
            ):
                answer = await with_match(
                    operator, method, f"/customers/{customer_id}{path}", '"1"', json=body
                )
                assert answer.status_code == 404, (method, path, answer.text)
        await make(operator, name="Мой")
        await owner.act(visitor.conversation_id or "", "take-over")
        me = (await operator.request("GET", "/me")).json()["user"]["id"]
        await owner.act(visitor.conversation_id or "", "assign", user_id=me)
        assert await names(operator) == ["Мой", "Гость"]
        page = (await operator.request("GET", f"/customers/{guest}/conversations")).json()
        assert [each["id"] for each in page["items"]] == [visitor.conversation_id]


async def test_departments_see_what_is_theirs_and_what_is_nobodys(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    words = [Permission.CUSTOMERS_READ, Permission.CONVERSATIONS_READ]
    narrow = await add_scoped(settings, tenant, Scope.DEPARTMENTS, words)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, narrow) as operator,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        await visitor.identify(name="Гость")
        assert await names(operator) == ["Гость"], "without a department it is everybody's"
        department = (await owner.request("GET", "/team/departments")).json()["items"][0]["id"]
        await owner.act(visitor.conversation_id or "", "transfer", department_id=department)
        assert await names(operator) == []
