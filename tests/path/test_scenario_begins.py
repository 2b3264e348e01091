"""Scenarios that other systems begin: through the api, with what the trigger takes, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.domain.permissions import Permission, Scope
from omnisupport.settings import Settings
from tests.path.test_scenarios import document, new
from tests.support.accounts import run
from tests.support.customers import make
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_scoped
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

PATIENCE_S = 30
BACKGROUND = """
omni: scenario/v1
id: {key}
kind: background
name: {{ru: Заказ, en: Order}}
locale: {{default: ru, supported: [ru]}}
variables:
  order: {{type: string, max_length: 20, nullable: true}}
  count: {{type: int, min: 1, default: 1}}
triggers:
  - {{id: low, type: api, inputs: [order]}}
  - {{id: shop, type: api, inputs: [order, count], priority: 5, when: "event.data.count != 13"}}
start: told
nodes:
  told:
    type: emit
    event: order.begun
    data:
      order: "{{{{ vars.order | default('none') }}}}"
      count: "{{{{ vars.count }}}}"
      told: "{{{{ event.name | default('nothing') }}}}"
    next: done
  done: {{type: end, outcome: told}}
"""
DIALOG = """
omni: scenario/v1
id: {key}
kind: dialog
name: {{ru: Оплата, en: Payment}}
channels: [widget]
locale: {{default: ru, supported: [ru]}}
variables:
  order: {{type: string, max_length: 20, default: ""}}
triggers:
  - {{id: shop, type: api, inputs: [order]}}
start: said
nodes:
  said: {{type: message, text: "Заказ {{{{ vars.order }}}} готов", next: done}}
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


async def published(owner: Operator, text: str) -> str:
    """Publish a new scenario; its path."""
    made = await owner.request("POST", "/scenarios", json={"document": text})
    assert made.status_code == 201, made.text
    path = f"/scenarios/{made.json()['scenario']['id']}"
    went = await owner.publish(path)
    assert went.status_code == 200, went.text
    return path


async def until(ready: Callable[[], Awaitable[Any]]) -> Any:
    """Wait for something that is not empty."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await ready()):
            await asyncio.sleep(0.1)
    return found


async def emitted(owner: Operator, name: str, **values: Any) -> list[dict[str, Any]]:
    """The data of the events of a name that hold these values."""
    items = (await owner.request("GET", "/events", params={"name": name})).json()["items"]
    return [each["data"] for each in items if values.items() <= each["data"].items()]


async def test_a_background_scenario_is_begun_with_its_inputs_and_once_by_a_key(owner: Operator) -> None:
    path = await published(owner, BACKGROUND.format(key=new()))
    order, key = uuid4().hex[:12], uuid4().hex
    body = {"inputs": {"order": order, "count": 3}}
    answers = [await owner.request("POST", f"{path}/runs", key=key, json=body) for _ in range(2)]
    assert [each.status_code for each in answers] == [202, 202], answers[0].text
    run_id = answers[0].json()["run"]["id"]
    assert answers[0].json() == answers[1].json() == {"run": {"id": run_id, "conversation_id": None}}
    (data,) = await until(lambda: emitted(owner, "order.begun", order=order))
    assert (data["count"], data["told"]) == ("3", "trigger.api")
    runs = (await owner.request("GET", f"{path}/runs", params={"status": "ended"})).json()["items"]
    assert [(each["id"], each["mode"], each["outcome"]) for each in runs] == [(run_id, "api", "told")]
    other = await owner.request("POST", f"{path}/runs", key=uuid4().hex, json={"inputs": {"order": order}})
    assert other.status_code == 202 and other.json()["run"]["id"] != run_id
    seen = await until(lambda: emitted(owner, "order.begun", order=order, count="1"))
    assert len(seen) == 1, "the default stands where nothing is given"


async def test_the_trigger_that_lets_the_call_through_says_what_it_takes(owner: Operator) -> None:
    path = await published(owner, BACKGROUND.format(key=new()))
    refused = await owner.request("POST", f"{path}/runs", json={"inputs": {"count": 13}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "inputs.count"), (
        "'low' takes no count"
    )


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"order": "1", "colour": "red"}, "inputs.colour"),
        ({"order": 7}, "inputs.order"),
        ({"order": "x" * 21}, "inputs.order"),
        ({"count": 0}, "inputs.count"),
        ({"count": "1"}, "inputs.count"),
        ({"count": 1.5}, "inputs.count"),
        ({"order": "nul\0"}, "inputs.order"),
        ({"count": None}, "inputs.count"),
    ],
)
async def test_unfit_inputs_are_refused_with_their_field(
    owner: Operator, inputs: dict[str, Any], field: str, strict: str
) -> None:
    refused = await owner.request("POST", f"{strict}/runs", json={"inputs": inputs})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field), refused.text
    runs = (await owner.request("GET", f"{strict}/runs")).json()["items"]
    assert runs == [], "nothing was begun"


@pytest.fixture(scope="module")
async def strict(owner: Operator) -> str:
    """A scenario that is refused only."""
    return await published(owner, BACKGROUND.format(key=new()))


async def test_a_missing_input_is_refused_and_more_than_an_event_holds(owner: Operator) -> None:
    text = BACKGROUND.format(key=new()).replace("max_length: 20, nullable: true", "max_length: 20")
    path = await published(owner, text)
    refused = await owner.request("POST", f"{path}/runs", json={"inputs": {"count": 2}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "inputs.order"), refused.text
    large = await owner.request("POST", f"{path}/runs", json={"inputs": {"order": "x" * 40_000}})
    assert (large.status_code, large.json()["code"]) == (422, "inputs_too_large")


async def test_what_cannot_be_begun_says_why(owner: Operator) -> None:
    without = await published(owner, document(new()))
    refused = await owner.request("POST", f"{without}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_api_trigger")
    assert "no trigger of the type api" in refused.json()["detail"]
    made = await owner.request("POST", "/scenarios", json={"document": BACKGROUND.format(key=new())})
    draft = f"/scenarios/{made.json()['scenario']['id']}"
    refused = await owner.request("POST", f"{draft}/runs", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_published")
    nobody = await owner.request("POST", f"/scenarios/{uuid4()}/runs", json={})
    assert nobody.status_code == 404


async def test_a_dialog_goes_on_in_the_customers_conversation(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    path = await published(owner, DIALOG.format(key=new()))
    refused = await owner.request("POST", f"{path}/runs", json={})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "customer_id")
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        summary = await owner.conversation(visitor.conversation_id or "")
        await owner.request("POST", f"/conversations/{summary['id']}/take-over", json={})
        await owner.request("POST", f"/conversations/{summary['id']}/resolve", json={})
        body = {"inputs": {"order": "17"}, "customer_id": summary["customer"]["id"]}
        key = uuid4().hex
        for _ in range(2):
            begun = await owner.request("POST", f"{path}/runs", key=key, json=body)
            assert begun.json() == {"run": {"id": None, "conversation_id": summary["id"]}}, begun.text

        async def said() -> list[str]:
            return [row["text"] for row in await owner.messages(summary["id"]) if "Заказ" in row["text"]]

        assert await until(said) == ["Заказ 17 готов"]
        stranger = await make(owner, name="x")
        mixed = {"customer_id": stranger["id"], "conversation_id": summary["id"]}
        refused = await owner.request("POST", f"{path}/runs", json=mixed)
        assert (refused.status_code, refused.json()["code"]) == (422, "conversation_of_another")
        nowhere = await owner.request("POST", f"{path}/runs", json={"customer_id": stranger["id"]})
        assert (nowhere.status_code, nowhere.json()["code"]) == (409, "no_customer")


async def test_reentry_is_asked_and_who_begins_is_kept(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    text = BACKGROUND.format(key=new()).replace(
        "triggers:", "reentry: {policy: once, per: customer}\ntriggers:"
    )
    path = await published(owner, text)
    customer = await make(owner, name="Анна")
    body = {"inputs": {"order": "1"}, "customer_id": customer["id"]}
    first = await owner.request("POST", f"{path}/runs", json=body)
    again = await owner.request("POST", f"{path}/runs", json=body)
    assert (first.status_code, again.status_code, again.json()["code"]) == (202, 409, "reentry_refused")
    told = await run(
        settings,
        tenant.id,
        "select after ->> 'run_id' from audit where action = 'scenario.begun' and target_id = :id",
        id=path.rpartition("/")[2],
    )
    assert [row[0] for row in told] == [first.json()["run"]["id"]]


async def test_who_may_not_run_scenarios_or_does_not_reach_the_customer_is_refused(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    path = await published(owner, BACKGROUND.format(key=new()))
    customer = await make(owner, name="Анна")
    writer = await add_scoped(settings, tenant, permissions=[Permission.SCENARIOS_PUBLISH], scope=Scope.ALL)
    narrow = await add_scoped(settings, tenant, permissions=[Permission.SCENARIOS_RUN], scope=Scope.OWN)
    async with Operator(product.url, writer) as one, Operator(product.url, narrow) as other:
        assert (await one.request("POST", f"{path}/runs", json={})).status_code == 403
        body = {"inputs": {"order": "1"}, "customer_id": customer["id"]}
        assert (await other.request("POST", f"{path}/runs", json=body)).status_code == 404
        assert (await owner.request("GET", f"{path}/runs")).json()["items"] == []
