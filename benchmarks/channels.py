"""Webhooks of providers: how soon they are acknowledged, with the worker running and stopped; and the pace of sends.

    .venv/bin/python -m benchmarks.channels [--seconds 30] [--out benchmarks/results]

The whole product with a Telegram of ours; the floor beside it is a health check of the same api. Prints, and with
`--out` writes `channels.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import uvloop

from benchmarks.report import markdown_table, percentile
from omnisupport.storage.pacing import SendPacer
from omnisupport.storage.redis import connect
from tests.channels.test_telegram import message
from tests.path.test_channels import BotApi
from tests.path.test_channels import connect as connect_bot
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant

RATE = 50
"""Webhooks a second."""
BUDGET_MS = 50.0
SENDERS = 8
PACES = ((30.0, None), (80.0, None), (20.0, None), (4.0, 1.0))
"""Sends a second of an account, and into one chat."""


async def at_rate(seconds: float, one: Callable[[int], Awaitable[httpx2.Response]]) -> list[float]:
    """Start so many a second whatever the others do; how long each took, in ms."""
    took: list[float] = []

    async def timed(number: int) -> None:
        began = time.perf_counter()
        answer = await one(number)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text

    began, tasks = time.perf_counter(), []
    for number in range(int(seconds * RATE)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(timed(number)))
    await asyncio.gather(*tasks)
    return took


@contextmanager
def stopped(product: Product) -> Iterator[None]:
    """The worker stands still."""
    pid = product.part("worker")["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def webhooks(product: Product, seconds: float) -> list[Sequence[str]]:
    """Rows of the table."""
    api = BotApi()
    tenant = await make_tenant(product.settings(), ECHO.replace("[widget]", "[widget, telegram]"))
    async with api.stub, Operator(product.url, tenant) as owner, httpx2.AsyncClient(timeout=30) as http:
        await connect_bot(owner, api)
        where = product.url + urlsplit(api.webhook.url).path
        headers = {"X-Telegram-Bot-Api-Secret-Token": api.secret}

        def post(first: int) -> Callable[[int], Awaitable[httpx2.Response]]:
            async def one(number: int) -> httpx2.Response:
                chat = first + number % 200
                said = message(number, chat, text="раз") | {"date": int(time.time())}
                update = {"update_id": first + number, "message": said}
                return await http.post(where, content=json.dumps(update).encode(), headers=headers)

            return one

        await at_rate(3, post(1_000_000))
        found = [
            ("floor: GET /healthz", await at_rate(seconds / 3, lambda _: http.get(f"{product.url}/healthz")))
        ]
        found.append(("worker running", await at_rate(seconds, post(2_000_000))))
        await asyncio.sleep(5)
        with stopped(product):
            found.append(("worker stopped", await at_rate(min(seconds, 20), post(3_000_000))))
    return [
        (
            name,
            f"{percentile(took, 50):.1f}",
            f"{percentile(took, 99):.1f}",
            f"{max(took):.1f}",
            "" if name.startswith("floor") else "yes" if percentile(took, 99) <= BUDGET_MS else "no",
        )
        for name, took in found
    ]


async def paces(product: Product, seconds: float) -> list[Sequence[str]]:
    """How many slots are handed out in so many seconds, to several workers at once."""
    rows = []
    for account, chat in PACES:
        pacer = SendPacer(connect(product.settings().redis_url or ""))
        began = time.monotonic()
        sent = await slots_of(pacer, account, chat, began + seconds)
        rate = (len(sent) - 1) / (sent[-1] - began)
        most = max(sum(1 for at in sent if start <= at < start + 1) for start in sent)
        told = f"{account:g} a second" + (f", {chat:g} into a chat" if chat else "")
        holds = "yes" if 0.95 * account <= rate and most <= account else "no"
        rows.append((told, f"{rate:.2f}", str(most), holds))
    return rows


async def slots_of(pacer: SendPacer, account: float, chat: float | None, end: float) -> list[float]:
    """When something could leave, until `end`, by several senders with a chat each."""
    channel_id, sent = uuid4(), list[float]()

    async def send(number: int) -> None:
        count = 0
        while time.monotonic() < end:
            wait_s = await pacer.turn(
                channel_id,
                f"chat-{number}",
                f"{number}/{count}",
                account=account,
                per_chat=chat,
                burst=1,
                patience_s=2.5,
            )
            if wait_s == 0:
                sent.append(time.monotonic())
                count += 1
            else:
                await asyncio.sleep(wait_s)

    await asyncio.gather(*(send(number) for number in range(SENDERS)))
    return sorted(sent)


async def measure(seconds: float) -> str:
    """Both tables."""
    api_port = BotApi().stub.port
    with tempfile.TemporaryDirectory() as folder:
        env = {"TELEGRAM_API_URL": f"http://127.0.0.1:{api_port}"}
        with Product(Path(folder) / "state", env=env) as product:
            paced = await paces(product, seconds / 3)
            taken = await webhooks(product, seconds)  # leaves work behind
    head = ("", "p50 ms", "p99 ms", "most ms", f"p99 ≤ {BUDGET_MS:.0f} ms?")
    slots = ("limit", "sends a second", "most in any second", "at least 95 %, never above?")
    return "\n".join(
        [
            "# Channels",
            "",
            f"Webhooks of Telegram, {RATE} a second from 200 chats, until they are acknowledged.",
            "",
            markdown_table(head, taken),
            "",
            f"Slots that {SENDERS} senders were given by one Redis.",
            "",
            markdown_table(slots, paced),
            "",
        ]
    )


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    told = uvloop.run(measure(wanted.seconds))
    print(told)
    if wanted.out is not None:
        (wanted.out / "channels.md").write_text(told, "utf-8")


if __name__ == "__main__":
    main()
