"""Channels that let a company write freely for a day after the customer's last message."""

from __future__ import annotations

from time import time

import pytest

from tests.workflows.provider import Provider
from tests.workflows.scenarios import scenario
from tests.workflows.skipping import SkippingStage
from tests.workflows.stage import Stage

PATIENT = scenario(
    "patient",
    """
triggers:
  - {id: any, type: message, match: any}
start: ask
nodes:
  ask:
    type: ask
    text: Сколько чая?
    input: {kind: text}
    timeout: {silence}
    next: ask
    exits: {timeout: late, invalid: ask}
  late:
    type: message
    text: Вы ещё здесь?
    next: written
    exits: {window_closed: closed}
  written: {type: tag, add: [written], next: done}
  closed: {type: tag, add: [closed], next: done}
  done: {type: end, outcome: quiet}
""",
)


@pytest.mark.parametrize(
    ("channel", "silence", "tag"),
    [("whatsapp", "23h", "written"), ("whatsapp", "25h", "closed"), ("telegram", "25h", "written")],
)
async def test_the_window_counts_from_the_customers_last_message(
    skipping: SkippingStage, channel: str, silence: str, tag: str
) -> None:
    provider = Provider(channel_type=channel)
    skipping.senders[channel] = provider  # a worker takes them when it begins
    async with skipping.working():
        chat = await skipping.chat_over(provider, PATIENT.replace("{silence}", silence))
        await chat.ask("привет")
        await skipping.pass_time(hours=12)
        await chat.ask("килограмм")
        await skipping.pass_time(hours=26)
        row = await chat.until_row(lambda row: row.state is None, "the end of the run")
    assert row.tags == [tag]


async def test_the_first_read_tells_when_the_customer_last_wrote(stage: Stage) -> None:
    tenant = await stage.tenant(PATIENT.replace("{silence}", "1h"))
    chat = await stage.chat(tenant)
    accepted = await chat.accept("привет")
    loaded = await stage.adapters.conversations.load(tenant.id, chat.conversation_id)
    assert loaded is not None
    assert loaded.last_inbound_at is not None
    assert accepted["message"]["seq"] == loaded.row.last_in
    assert abs(time() * 1000 - loaded.last_inbound_at) < 60_000
