"""Values of a conversation's attributes: written as the settings define them, and by whom."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_department, add_scoped
from tests.support.team import audit_of
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

NAMES = {"ru": "Поле", "en": "Field"}


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def define(owner: Operator, key: str, kind: str, **more: Any) -> str:
    """A new attribute, of conversations unless it is said otherwise; its path."""
    body = {"subject": "conversation", "key": key, "name": NAMES, "kind": kind} | more
    answer = await owner.request("POST", "/settings/attributes", json=body)
    assert answer.status_code == 201, answer.text
    return f"/settings/attributes/{answer.json()['attribute']['id']}"


async def begin(product: Product, tenant: TestTenant) -> str:
    """A conversation's path."""
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.send("раз")
        return f"/conversations/{visitor.conversation_id}"


async def write(operator: Operator, at: str, **fields: Any) -> Any:
    """The raw answer."""
    return await operator.request("PATCH", at, json={"fields": fields})


async def test_values_are_written_shown_and_taken_away_and_the_log_tells_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await define(owner, "topic", "choice", options=["refund", "other"])
        await define(owner, "amount", "number")
        at = await begin(product, tenant)
        assert (await owner.request("GET", at)).json()["fields"] == {}
        written = await write(owner, at, topic="refund", amount=990)
        assert written.status_code == 200, written.text
        assert written.json()["fields"] == {"topic": "refund", "amount": 990}
        assert written.json()["conversation"]["id"] == at.rpartition("/")[2]
        left = await write(owner, at, topic=None)
        assert left.json()["fields"] == (await owner.request("GET", at)).json()["fields"] == {"amount": 990}
        assert (await write(owner, at, amount=990)).status_code == 200
        first, second = await audit_of(settings, tenant, "conversation.updated")
        assert first.target_id == at.rpartition("/")[2]
        assert (first.after or {})["fields"] == {"topic": "refund", "amount": 990}
        assert (second.before or {})["fields"] == {"topic": "refund"}


async def test_a_value_that_is_none_of_its_attribute_is_named_and_nothing_changes(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await define(owner, "topic", "choice", options=["refund"])
        await define(owner, "amount", "number", required=True)
        await define(owner, "city", "text", subject="customer")
        at = await begin(product, tenant)
        assert (await write(owner, at, amount=1)).status_code == 200
        for fields, field in (
            ({"topic": "else"}, "fields.topic"),
            ({"topic": "refund", "amount": "1"}, "fields.amount"),
            ({"amount": None}, "fields.amount"),
            ({"city": "Тула"}, "fields.city"),
            ({"unknown": 1}, "fields.unknown"),
            ({"topic": "a\x00"}, "fields.topic"),
            ({"topic": {"a": 1}}, "fields.topic"),
        ):
            refused = await write(owner, at, **fields)
            assert refused.status_code == 422, refused.text
            assert refused.json()["errors"][0]["field"].startswith(field)
        for body in ({"fields": {"Bad": 1}}, {"status": "open"}, {"fields": []}, {"fields": None}):
            assert (await owner.request("PATCH", at, json=body)).status_code == 422
        assert (await owner.request("GET", at)).json()["fields"] == {"amount": 1}


async def test_only_who_reaches_a_conversation_and_may_control_it_writes(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings, ECHO)
    ours, theirs = [await add_department(settings, tenant, key) for key in ("ours", "theirs")]
    dina_signs_in = await add_scoped(settings, tenant, "departments", departments=[ours])
    analyst_signs_in = await add_person(settings, tenant, role="analyst")
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, other) as stranger,
        Operator(product.url, dina_signs_in) as dina,
        Operator(product.url, analyst_signs_in) as analyst,
    ):
        for each in (owner, stranger):
            await define(each, "amount", "number")
        at = await begin(product, tenant)
        assert (await write(dina, at, amount=1)).status_code == 200
        await owner.act(at.rpartition("/")[2], "assign", department_id=str(theirs))
        foreign, gone, absent = [
            (await write(*each, amount=2)).json()
            for each in ((stranger, at), (dina, at), (owner, f"/conversations/{uuid4()}"))
        ]
        assert foreign == gone == absent
        assert (absent["status"], absent["code"]) == (404, "not_found")
        assert (await dina.request("GET", at)).status_code == 404
        assert (await write(analyst, at, amount=2)).status_code == 403
        assert (await analyst.request("GET", at)).json()["fields"] == {"amount": 1}


async def test_writes_at_once_lose_nothing(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        keys = [f"n{number}" for number in range(8)]
        for key in keys:
            await define(owner, key, "number")
        at = await begin(product, tenant)
        answers = await asyncio.gather(*(write(owner, at, **{key: 1}) for key in keys))
        assert [each.status_code for each in answers] == [200] * 8
        assert (await owner.request("GET", at)).json()["fields"] == dict.fromkeys(keys, 1)


async def test_an_attribute_that_a_conversation_has_a_value_of_stays(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        attribute = await define(owner, "amount", "number")
        at = await begin(product, tenant)
        await write(owner, at, amount=1)
        refused = await owner.request("DELETE", attribute)
        assert (refused.status_code, refused.json()["code"]) == (409, "attribute_in_use")
        await write(owner, at, amount=None)
        assert (await owner.request("DELETE", attribute)).status_code == 204
