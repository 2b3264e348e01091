"""Addresses that a scenario sends along, and the reports that come to them, on the real stack."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from omnisupport import temporal
from omnisupport.api.reporting import report_to_run
from omnisupport.errors import OmniError
from omnisupport.storage.tables import ScenarioCallback, ScenarioRun
from tests.support.tenants import TestTenant
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import scenario
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage
from tests.workflows.test_runs import ask_for, rows

BILL = """
  bill:
    type: http
    connection: shop
    request: {method: POST, path: /bills, json: {amount: 100}}
    callback_url_as: {field: notify.url, event: payment.succeeded, expires: 2h}
    timeout: 5s
    next: NEXT
    exits: {error: failed}
  paid:
    type: wait_event
    event: payment.succeeded
    save_to: vars.payment
    timeout: 2h
    next: thanks
    exits: {timeout: failed, message: failed}
"""
PAYING = scenario(
    "paying",
    """
triggers:
  - {id: pay, type: keyword, any: [оплата]}
variables:
  payment: {type: object, fields: {sum: int}}
start: bill
nodes:
"""
    + BILL.replace("NEXT", "paid")
    + """
  thanks: {type: message, text: "Пришло {{ vars.payment.sum }}", next: done}
  failed: {type: message, text: Не вышло, next: done}
  done: {type: end, outcome: over}
""",
)
READY = """
  ask:
    type: ask
    text: Готовы?
    input: {kind: text}
    timeout: 1h
    next: paid
    exits: {timeout: failed, invalid: failed}
"""
SLOW = PAYING.replace("id: paying", "id: slow").replace("next: paid", "next: ask") + READY
ALONE = (
    """
omni: scenario/v1
id: alone
kind: background
name: {ru: Одна, en: Alone}
locale: {default: ru, supported: [ru]}
variables:
  payment: {type: object, fields: {sum: int}}
on_error: {next: failed}
start: bill
nodes:
"""
    + BILL.replace("NEXT", "paid")
    + """
  thanks: {type: emit, event: bill.paid, data: {sum: "=vars.payment.sum"}, next: done}
  failed: {type: end, outcome: broken}
  done: {type: end, outcome: paid}
"""
)


async def report(stage: Stage, url: str, **data: Any) -> None:
    """What the route does with a post to an address."""
    links = stage.adapters.callback_links
    tenant_id, callback_id = links.read(url.rpartition("/")[2], datetime.now(UTC))
    await report_to_run(stage.adapters.database, temporal.Bell(stage.client), tenant_id, callback_id, data)


async def refusal(stage: Stage, url: str) -> str:
    with pytest.raises(OmniError) as refused:
        await report(stage, url, sum=1)
    return refused.value.code


async def billed(stage: Stage, shop: Shop, *scenarios: str) -> tuple[TestTenant, Chat]:
    """A customer whose run has sent its bill."""
    tenant = await stage.tenant(*scenarios)
    await stage.connect_shop(tenant.id, shop.url)
    [chat] = await stage.chats(tenant, 1)
    await chat.say("оплата")
    await shop.until_asked()
    return tenant, chat


async def test_a_report_goes_on_with_its_run_once_and_with_no_other(stage: Stage, shop: Shop) -> None:
    async with stage.working():
        tenant, chat = await billed(stage, shop, PAYING)
        url = shop.bodies[0]["notify"]["url"]
        assert shop.bodies[0]["amount"] == 100 and url.startswith(stage.settings.public_origin)
        await chat.quiet()
        other = await stage.chat(tenant)
        await other.say("оплата")
        await shop.until_asked(2)
        await other.quiet()
        answers = await asyncio.gather(
            *(report(stage, url, sum=500) for _ in range(3)), return_exceptions=True
        )
        assert sorted(getattr(each, "code", "") for each in answers) == ["", "callback_used", "callback_used"]
        [row] = await chat.until_said(count=1)
        assert row["text"] == "Пришло 500"
        assert await refusal(stage, url) == "callback_used"
        await other.quiet()
        assert [row for row in await other.rows() if row["direction"] == "outbound"] == []


async def test_a_report_that_comes_before_the_run_waits_is_kept(stage: Stage, shop: Shop) -> None:
    async with stage.working():
        _, chat = await billed(stage, shop, SLOW)
        await chat.until_said(count=1)
        await report(stage, shop.bodies[0]["notify"]["url"], sum=7)
        await chat.quiet()
        assert await chat.ask("да") == ["Пришло 7"]


async def test_a_report_that_comes_before_the_answer_to_the_request_is_kept(stage: Stage, shop: Shop) -> None:
    shop.open.clear()
    async with stage.working():
        _, chat = await billed(stage, shop, PAYING)
        await report(stage, shop.bodies[0]["notify"]["url"], sum=9)
        shop.open.set()
        [row] = await chat.until_said(count=1)
        assert row["text"] == "Пришло 9"


async def test_forged_expired_and_late_reports_are_refused_and_change_nothing(
    stage: Stage, shop: Shop
) -> None:
    async with stage.working():
        tenant, chat = await billed(stage, shop, PAYING)
        url = shop.bodies[0]["notify"]["url"]
        await chat.quiet()
        head, token = url[: url.rindex("/") + 1], url[url.rindex("/") + 1 :]
        first, last = ("x" if token[0] != "x" else "y"), ("AA" if token[-2:] != "AA" else "BB")
        for forged in (token[:-2] + last, first + token[1:], token + "=", "nothing", ""):
            assert await refusal(stage, head + forged) == "callback_unknown", forged
        links, now = stage.adapters.callback_links, datetime.now(UTC)
        [made] = await rows(stage, tenant.id, ScenarioCallback)
        foreign = links.address(UUID(int=77), made.id, now + timedelta(hours=1))
        assert await refusal(stage, foreign) == "callback_unknown"
        assert (
            await refusal(stage, links.address(tenant.id, made.id, now - timedelta(minutes=1)))
            == "callback_expired"
        )
        await chat.say("стой")  # leaves the wait: the run is over
        await chat.until_said(count=1)
        await chat.quiet()
        assert await refusal(stage, url) == "callback_run_over"
        [made] = await rows(stage, tenant.id, ScenarioCallback)
        assert made.used_at is None


async def test_a_run_without_a_conversation_hears_its_report(stage: Stage, shop: Shop) -> None:
    tenant = await stage.tenant(ALONE)
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working():
        await ask_for(stage, tenant.id, key="a", scenario="alone", mode="api")
        await shop.until_asked()
        await report(stage, shop.bodies[0]["notify"]["url"], sum=3)

        async def over() -> ScenarioRun | None:
            [run] = await rows(stage, tenant.id, ScenarioRun)
            return run if run.ended_at is not None else None

        assert (await until(over, "the run has ended")).outcome == "paid"
        assert await refusal(stage, shop.bodies[0]["notify"]["url"]) == "callback_used"
