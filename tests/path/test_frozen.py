"""A Postgres that is there and does not answer: everybody is told to come again, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psutil
import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

REMEMBERED_S = 3.5
"""A process may trust a session for so long without a look at the database (I19)."""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


@contextmanager
def frozen(product: Product) -> Iterator[None]:
    """Postgres with every one of its processes stopped: connections stand, nothing comes back."""
    parent = psutil.Process(int(product.part("postgres")["pid"]))
    family = [parent, *parent.children(recursive=True)]
    try:
        for process in family:
            process.send_signal(signal.SIGSTOP)
        yield
    finally:
        for process in family:
            process.send_signal(signal.SIGCONT)


async def test_a_message_is_refused_within_five_seconds_and_taken_once_afterwards(
    product: Product, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        ids = [str(uuid4()) for _ in range(20)]  # more than the pool has connections
        with frozen(product):
            for _ in range(2):  # the second time nothing is left of the pool
                started = time.monotonic()
                answers = await asyncio.gather(*(visitor.post(id, id=id) for id in ids))
                assert time.monotonic() - started < 5
                assert {(a.status_code, a.json()["code"]) for a in answers} == {(503, "database_unavailable")}
                assert all(int(a.headers["retry-after"]) >= 1 for a in answers)
        for id in ids:
            while (answer := await visitor.post(id, id=id)).status_code == 503:
                await asyncio.sleep(0.1)
            assert answer.status_code == 202
        texts = [m["text"] for m in (await visitor.read())["messages"] if m["direction"] == "inbound"]
        assert sorted(texts) == sorted(["раз", *ids])


async def test_an_operator_and_a_probe_are_told_too(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as operator:
        await operator.conversations()
        await asyncio.sleep(REMEMBERED_S)
        with frozen(product):
            async with asyncio.timeout(15):
                answer, ready = await asyncio.gather(
                    operator.request("GET", "/team/members"), operator._http.get(f"{product.url}/readyz")
                )
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
            assert (ready.status_code, ready.json()["code"]) == (503, "database_unavailable")
        assert (await operator.patiently("GET", "/team/members")).status_code == 200
