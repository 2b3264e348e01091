"""«Отпишите меня» counts whoever has the conversation, and nothing that writes first reaches the customer after it."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.storage.tables import Customer, Message
from tests.support.tenants import TestTenant
from tests.workflows.chat import OLGA, Chat, until
from tests.workflows.scenarios import PARROT
from tests.workflows.stage import Stage
from tests.workflows.test_runs import ask_for, rows

TOLD = "Хорошо, рекламных сообщений больше не будет."
OFFER = """
omni: scenario/v1
id: offer
kind: outbound
name: {ru: Предложение, en: Offer}
channels: [widget]
locale: {default: ru, supported: [ru]}
triggers:
  - id: called
    type: event
    event: custom.called
    when: "has(customer.consents.marketing) && customer.consents.marketing == 'granted'"
start: first
nodes:
  first: {type: message, text: Скидка, next: pause}
  pause: {type: wait, for: 2s, on_message: queue, next: second}
  second: {type: message, text: Ещё скидка, next: done}
  done: {type: end, outcome: over}
"""


async def denied(stage: Stage, tenant: TestTenant) -> bool:
    """Once it is written down."""

    async def look() -> bool | None:
        [customer] = await rows(stage, tenant.id, Customer)
        consent = customer.consents.get("marketing") or {}
        return (consent.get("status") == "denied" and consent.get("source") == "scenario") or None

    return bool(await until(look, "the consent is denied"))


async def said(stage: Stage, tenant: TestTenant, text: str) -> int:
    """How often the customer was told so."""
    found = await rows(stage, tenant.id, Message)
    return sum(1 for row in found if row.direction == "outbound" and row.text == text)


async def begin_offer(stage: Stage, tenant: TestTenant, chat: Chat, key: str, **how: str) -> Any:
    [customer] = await rows(stage, tenant.id, Customer)
    whom = {"customer_id": str(customer.id), **how}
    return await ask_for(stage, tenant.id, key=key, scenario="offer", mode="event", **whom)


@pytest.mark.parametrize("word", ["стоп", "STOP", "unsubscribe", "Отпишите меня!"])
async def test_it_counts_when_no_scenario_runs(stage: Stage, word: str) -> None:
    tenant = await stage.tenant(PARROT, OFFER)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask(word) == [TOLD]
        assert await denied(stage, tenant)
        await chat.quiet()
        assert (await begin_offer(stage, tenant, chat, "a")).reason == "opted_out"
        assert (await chat.ask("привет"))[0] == "эхо: привет"  # whoever asks is answered
        await chat.quiet()
    assert await said(stage, tenant, TOLD) == 1
    assert await said(stage, tenant, "Скидка") == 0


async def test_it_counts_while_an_operator_holds_the_conversation_and_is_told_once(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, OFFER)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("привет", count=2)
        await chat.do("take_over", by=OLGA)
        await chat.say("у меня вопрос")
        await chat.say("стоп")
        assert await denied(stage, tenant)
        await chat.say("unsubscribe")
        await chat.quiet()
        assert (await begin_offer(stage, tenant, chat, "a")).reason == "opted_out"
        assert await said(stage, tenant, TOLD) == 1
        assert (await chat.row()).controller == "operator"


async def test_a_run_that_writes_first_says_no_more_once_he_has_opted_out(stage: Stage) -> None:
    tenant = await stage.tenant(PARROT, OFFER)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("привет", count=2)
        await begin_offer(stage, tenant, chat, "a", if_busy="replace")

        async def offered() -> bool | None:
            return (await said(stage, tenant, "Скидка") == 1) or None

        await until(offered, "the offer was made")
        assert await chat.ask("отпишите меня") == [TOLD]
        await chat.until_row(lambda row: row.state is None, "the run is over")
        assert await denied(stage, tenant)
    assert await said(stage, tenant, "Ещё скидка") == 0
