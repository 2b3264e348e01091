"""Signed calls of outside services: what they begin, once, and what is refused without a trace."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.domain.webhook import signature
from omnisupport.settings import Settings
from tests.path.test_scenario_begins import emitted, published, until
from tests.path.test_scenarios import new
from tests.support.accounts import run
from tests.support.customers import make
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

PAID = """
omni: scenario/v1
id: {key}
kind: background
name: {{ru: Оплата, en: Payment}}
locale: {{default: ru, supported: [ru]}}
triggers:
  - {{id: paid, type: webhook, connection: {connection}, signature: hmac_sha256, when: "event.data.kind == 'paid'"}}
start: told
nodes:
  told:
    type: emit
    event: shop.paid
    data: {{order: "{{{{ has(event.data) ? event.data.order : 'none' }}}}"}}
    next: done
  done: {{type: end, outcome: told}}
"""
THANKS = """
omni: scenario/v1
id: {key}
kind: dialog
name: {{ru: Спасибо, en: Thanks}}
channels: [widget]
locale: {{default: ru, supported: [ru]}}
triggers:
  - {{id: paid, type: webhook, connection: {connection}, signature: hmac_sha256}}
start: said
nodes:
  said: {{type: message, text: "Заказ {{{{ has(event.data) ? event.data.order : 'ваш' }}}} оплачен", next: done}}
  done: {{type: end, outcome: told}}
"""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


class Shop:
    """An outside service that signs its calls."""

    def __init__(self, url: str, path: str, secret: str) -> None:
        self.path, self.secret = path, secret
        self._http = httpx2.AsyncClient(base_url=url, timeout=20)

    async def tell(
        self,
        data: Any,
        *,
        id: str | None = None,
        at: float | None = None,
        secret: str | None = None,
        spoil: bool = False,
        path: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The raw answer."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        id, moment = id or uuid4().hex, int(time.time() if at is None else at)
        signed = {
            "webhook-id": id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature([secret or self.secret], id, moment, body),
        }
        return await self._http.post(
            path or self.path, content=body + (b" " if spoil else b""), headers={**signed, **(headers or {})}
        )


async def shop(product: Product, owner: Operator) -> tuple[Shop, str]:
    """A connection that may call; its key."""
    key = f"shop-{uuid4().hex[:8]}"
    body = {"key": key, "name": "Shop", "base_url": "https://shop.example", "auth": {"kind": "none"}}
    made = await owner.request("POST", "/settings/connections", json=body)
    path = f"/settings/connections/{made.json()['connection']['id']}/signing-secret"
    signing = await owner.request("POST", path)
    assert signing.status_code == 200, signing.text
    assert signing.json()["url"].endswith(f"/api/v1/hooks/{owner.tenant.slug}/{key}")
    assert signing.json()["secret"] not in (await owner.request("GET", "/settings/connections")).text
    return Shop(product.url, f"/api/v1/hooks/{owner.tenant.slug}/{key}", signing.json()["secret"]), key


async def test_a_signed_call_begins_a_scenario_once(product: Product, owner: Operator) -> None:
    caller, key = await shop(product, owner)
    await published(owner, PAID.format(key=new(), connection=key))
    order, delivery = uuid4().hex, uuid4().hex
    for _ in range(3):
        answer = await caller.tell({"kind": "paid", "order": order}, id=delivery)
        assert (answer.status_code, answer.content) == (202, b"")
    other = await caller.tell({"kind": "paid", "order": "another"}, id=delivery)
    assert (other.status_code, other.content) == (202, b""), "the id says that it is a repeat"
    await caller.tell({"kind": "seen", "order": order})
    await caller.tell({"kind": "paid", "order": f"{order}-last"})
    await until(lambda: emitted(owner, "shop.paid", order=f"{order}-last"))
    assert len(await emitted(owner, "shop.paid", order=order)) == 1
    assert await emitted(owner, "shop.paid", order="another") == []


async def test_a_call_about_a_customer_goes_on_in_his_conversation(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    caller, key = await shop(product, owner)
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        summary = await owner.conversation(visitor.conversation_id or "")
        await owner.request("POST", f"/conversations/{summary['id']}/take-over", json={})
        await owner.request("POST", f"/conversations/{summary['id']}/resolve", json={})
        await published(owner, THANKS.format(key=new(), connection=key))
        answer = await caller.tell({"order": "17", "customer_id": summary["customer"]["id"]})
        assert answer.status_code == 202

        async def said() -> list[str]:
            return [row["text"] for row in await owner.messages(summary["id"]) if "оплачен" in row["text"]]

        assert await until(said) == ["Заказ 17 оплачен"]


async def test_what_is_not_signed_is_refused_with_one_answer_and_leaves_nothing(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    caller, key = await shop(product, owner)
    foreign, _ = await shop(product, owner)
    await published(owner, PAID.format(key=new(), connection=key))
    data = {"kind": "paid", "order": "forged"}
    now = time.time()
    missing = f"/api/v1/hooks/{tenant.slug}"
    answers = [
        await caller.tell(data, spoil=True),
        await caller.tell(data, secret=foreign.secret),
        await caller.tell(data, at=now - 301),
        await caller.tell(data, at=now + 310),
        await caller.tell(data, headers={"webhook-signature": ""}),
        await caller.tell(data, headers={"webhook-id": "another"}),
        await caller.tell(data, headers={"webhook-timestamp": str(int(now) + 100)}),
        await caller.tell(data, headers={"webhook-timestamp": "soon"}),
        await caller.tell(data, headers={"webhook-timestamp": "9" * 5_000}),
        await caller.tell(data, headers={"webhook-signature": "v1," * 2_000}),
        await caller.tell(data, id="a b"),
        await caller.tell(data, path=f"{missing}/nobody"),
        await caller.tell(data, path=f"{missing}/%00"),
        await caller.tell(data, path=f"/api/v1/hooks/t-{uuid4().hex[:12]}/{key}"),
        await caller.tell(b"not json", secret=foreign.secret),
    ]
    assert [(each.status_code, each.text) for each in answers if each.status_code != 401] == []
    told = {(each.status_code, each.json()["code"], each.json()["detail"]) for each in answers}
    assert len(told) == 1, [each.text for each in answers]
    assert next(iter(told))[:2] == (401, "signature_invalid")
    kept = await run(settings, tenant.id, "select data from event where name = :name", name=f"webhook.{key}")
    assert kept == []


async def test_a_connection_without_a_secret_is_as_unknown_as_none(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    key = f"mute-{uuid4().hex[:8]}"
    body = {"key": key, "name": "Mute", "base_url": "https://shop.example", "auth": {"kind": "none"}}
    await owner.request("POST", "/settings/connections", json=body)
    caller = Shop(product.url, f"/api/v1/hooks/{tenant.slug}/{key}", "whsec_AAAA")
    assert (await caller.tell({})).status_code == 401


async def test_the_secret_before_is_good_until_the_next_renewal(product: Product, owner: Operator) -> None:
    caller, key = await shop(product, owner)
    items = (await owner.request("GET", "/settings/connections")).json()["items"]
    path = f"/settings/connections/{next(each['id'] for each in items if each['key'] == key)}/signing-secret"
    second = (await owner.request("POST", path)).json()["secret"]
    assert [(await caller.tell({}, secret=each)).status_code for each in (caller.secret, second)] == [
        202,
        202,
    ]
    third = (await owner.request("POST", path)).json()["secret"]
    kept = [(await caller.tell({}, secret=each)).status_code for each in (caller.secret, second, third)]
    assert kept == [401, 202, 202]


@pytest.mark.parametrize("body", [b"[1]", b"no", b'{"a": "\\u0000"}'])
async def test_what_is_signed_and_cannot_be_read_is_told_so(
    product: Product, owner: Operator, body: bytes
) -> None:
    caller, _ = await shop(product, owner)
    answer = await caller.tell(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "report_unreadable")


async def test_more_than_an_event_holds_is_refused(product: Product, owner: Operator) -> None:
    caller, _ = await shop(product, owner)
    assert (await caller.tell({"a": "x" * 9_000})).status_code == 413


async def test_nobody_else_tells_events_of_connections(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    told = await owner.request(
        "POST", "/events", json={"id": uuid4().hex, "name": "webhook.shop", "data": {}}
    )
    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, "name")
    async with Visitor(product.url, tenant.slug) as visitor:
        body = {"id": uuid4().hex, "name": "webhook.shop", "data": {"kind": "paid"}}
        answer = await visitor._http.post("/api/v1/widget/events", json=body, headers=visitor.headers)
        assert answer.status_code == 422


async def test_whom_nobody_knows_is_no_reason_to_lose_the_call(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    caller, key = await shop(product, owner)
    anna = await make(owner, external_id=f"crm-{key}")
    for data in ({"external_id": f"crm-{key}"}, {"external_id": "nobody"}, {"customer_id": str(uuid4())}, {}):
        assert (await caller.tell(data)).status_code == 202
    rows = await run(
        settings,
        tenant.id,
        "select customer_id::text from event where name = :name order by number",
        name=f"webhook.{key}",
    )
    assert [row[0] for row in rows] == [anna["id"], None, None, None]
