"""What an operator of the product reads off its metrics is what happened to real conversations."""

from __future__ import annotations

import asyncio
import re
import urllib.request

from omnisupport.channels.base import NotSent
from omnisupport.observability import serve_metrics
from tests.support.tenants import ECHO
from tests.workflows.provider import Provider
from tests.workflows.shelf import KNOWN
from tests.workflows.stage import Stage


async def ready() -> bool:
    """Always."""
    return True


async def samples() -> dict[str, float]:
    """Every sample as the port of metrics shows it, by its name with labels."""
    async with serve_metrics(0, ready=ready) as port:
        url = f"http://127.0.0.1:{port}/metrics"
        text = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    return {name: float(value) for name, value in re.findall(r"^(omni_\S+) (\S+)$", text, re.MULTILINE)}


async def test_turns_sends_errors_and_lags_are_those_of_real_conversations(stage: Stage) -> None:
    provider = Provider()
    provider.answers = [NotSent("Telegram answered 500.", retryable=True)]
    before = await samples()
    async with stage.working(sandboxed=False):
        asked = await stage.chat(await stage.tenant())
        await asked.ask(f"сколько стоит {KNOWN}?")
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        await chat.until_sent(1)
    after = await samples()
    grown = {name: value - before.get(name, 0) for name, value in after.items()}
    assert grown['omni_turn_seconds_count{answered_by="bot"}'] == 2
    assert 0 < grown['omni_turn_seconds_sum{answered_by="bot"}'] < 30
    assert grown['omni_sends_total{channel_type="telegram",outcome="sent"}'] == 1
    assert grown['omni_errors_total{code="not_sent"}'] == 1
    for queue in ("ai", "channels"):
        assert 0 < after[f'omni_queue_lag_seconds{{queue="{queue}"}}'] < 30
