"""The public address of a report: what it takes, and what it refuses."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.callbacks import callback_link
from tests.support.product import Product
from tests.support.tenants import TestTenant, make_tenant
from tests.support.visitor import Visitor

WAITING = """
omni: scenario/v1
id: waiting
kind: dialog
name: {ru: Ждёт, en: Waiting}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
triggers:
  - {id: any, type: message, match: any}
variables:
  order: {type: object, fields: {sum: any}}
start: hello
nodes:
  hello: {type: message, text: {ru: Ждём оплату, en: Waiting}, next: paid}
  paid:
    type: wait_event
    event: order.paid
    save_to: vars.order
    timeout: 24h
    next: thanks
    exits: {timeout: done, message: stray}
  thanks: {type: message, text: {ru: "Пришло {{ vars.order.sum }}", en: "{{ vars.order.sum }}"}, next: done}
  stray: {type: message, text: {ru: Ждём, en: Waiting}, next: done}
  done: {type: end, outcome: quiet}
"""


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, WAITING)


async def post(product: Product, link: str, **request: Any) -> httpx2.Response:
    """What a service sends."""
    async with httpx2.AsyncClient(base_url=product.url, timeout=20) as http:
        return await http.post(f"/api/v1/callbacks/{link}", **request)


@pytest.mark.parametrize("request_", [{"json": {"sum": 5}}, {"data": {"sum": "5"}}])
async def test_a_report_reaches_its_run_as_json_or_as_a_form(
    product: Product, settings: Settings, tenant: TestTenant, request_: dict[str, Any]
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        [said] = await visitor.ask("привет")
        [(conversation_id,)] = await run(settings, tenant.id, "select id from conversation")
        link = await callback_link(settings, tenant.id, conversation_id)
        for spoiled, code in (
            ({"content": b"[1]"}, "report_unreadable"),
            ({"content": b"{"}, "invalid"),
            ({"content": b'{"a":' * 40 + b"1" + b"}" * 40}, "json_too_deep"),
            ({"content": b'"' + b"x" * 9_000 + b'"'}, "report_too_large"),
        ):
            refused = await post(product, link, headers={"content-type": "application/json"}, **spoiled)
            assert (refused.json()["code"], refused.status_code in (413, 422)) == (code, True), refused.text
        assert (await post(product, link, **request_)).status_code == 204
        [answer] = await visitor.await_reply(said["seq"])
        assert answer["text"] == "Пришло 5"
        again = await post(product, link, **request_)
        assert (again.status_code, again.json()["code"]) == (409, "callback_used")


async def test_an_address_that_was_made_up_is_refused(product: Product) -> None:
    for link in ("x", "%00", "я", "A" * 500):
        refused = await post(product, link, json={})
        assert (refused.status_code, refused.json()["code"]) == (404, "callback_unknown"), link
