"""Conversations that wait: the worker's memory for them, and how soon they answer after its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from benchmarks.cpu import rss_kib
from benchmarks.pace import Pace
from benchmarks.report import median
from benchmarks.scenarios import ring_scenario
from benchmarks.scripted import NODES, check_rows
from benchmarks.stack import Bench

LARGE = 300
OPENERS = 8
WARM_UP = 60
"""Conversations before memory is read: the worker's own pools and caches have their size then."""
FEW, MANY = 2, 20
LONG_TURNS = 150
IDLE_KILLED = 12
WRITTEN: Mapping[str, float | None] = {"worker back": None, "while it is away": 0.3, "at the kill": 0.0}
"""Seconds from a kill to the messages; None: the new worker is ready."""
TALKING = 40
TALK_PAUSE_MS = 200
BEFORE_KILL_S = 3.0
TALK_S = 12.0


async def measure_memory(bench: Bench) -> dict[str, Any]:
    """KiB of a fresh worker per cached conversation: small and large scenario, few turns and many."""
    found = {}
    for size, turns in ((NODES, FEW), (LARGE, FEW), (NODES, MANY)):
        await bench.fresh_worker()
        tenant = await bench.tenant(ring_scenario(size))
        await _fill(bench, tenant.slug, WARM_UP, turns)
        before = rss_kib(bench.pid("worker"))
        await _fill(bench, tenant.slug, bench.size.idle, turns)
        after = rss_kib(bench.pid("worker"))
        await bench.load.ask("forget")
        found[f"{size} nodes" if turns == FEW else f"{size} nodes, {turns} turns"] = {
            "kib_per_conversation": (after - before) / bench.size.idle,
            "conversations": bench.size.idle,
            "worker_mib": after / 1024,
        }
    return found


async def _fill(bench: Bench, slug: str, count: int, turns: int) -> None:
    """Conversations that have taken some turns and wait."""
    visitors = await bench.visitors(slug, count, streams=True)
    pace = Pace(OPENERS, 3600).to_dict()
    done = await bench.load.ask("run", pace=pace, visitors=visitors, until="reply", turns=turns, stop=True)
    if len(done["conversations"]) != count or done["unanswered"]:
        bench.refuse(f"memory: {len(done['conversations'])} of {count} conversations began")
    await asyncio.sleep(1)


async def measure_restarts(bench: Bench) -> dict[str, Any]:
    """First replies after a restart and after a kill, in ms."""
    return {
        "long_after_restart": await _long_conversations(bench),
        "idle_after_kill": await _idle_conversations(bench),
        "talking_after_kill": await _talking(bench, kill=True),
        "talking_after_restart": await _talking(bench, kill=False),
    }


async def _long_conversations(bench: Bench) -> dict[str, float]:
    """Conversations of 150 turns, one after the other, once a new worker is ready."""
    tenant = await bench.tenant(ring_scenario(NODES))
    visitors = await bench.visitors(tenant.slug, bench.size.repeats)
    pace = Pace(len(visitors), 3600).to_dict()
    await bench.load.ask("run", pace=pace, visitors=visitors, until="reply", turns=LONG_TURNS, stop=True)
    await bench.fresh_worker()
    first: list[float] = []
    posted: dict[str, int] = {}
    for visitor in visitors:
        one = await bench.load.ask("run", pace=Pace(1, 0).to_dict(), visitors=[visitor], until="reply")
        first += one["latencies"]
        posted |= one["conversations"]
    warm = await bench.load.ask("run", pace=Pace(1, 0).to_dict(), visitors=visitors[:1], until="reply")
    await bench.load.ask("forget")
    await _expect_rows(bench, "restart", tenant.id, posted | warm["conversations"])
    return {"p50": median(first), "max": max(first), "warm": warm["latencies"][0]}


async def _idle_conversations(bench: Bench) -> dict[str, float]:
    """Cached conversations all write: once the worker is back, while it is away, or in the moment of its end.

    What is written in that moment is no idle conversation's: the engine hands it to the open polls of the dead
    process, where it waits for the workflow task's timeout as a turn in flight does (path_trials.md 4.1).
    """
    found = {}
    for name, after_s in WRITTEN.items():
        tenant = await bench.tenant(ring_scenario(NODES))
        visitors = await bench.visitors(tenant.slug, IDLE_KILLED)
        one_each = Pace(IDLE_KILLED, 0).to_dict()
        for _ in range(2):
            await bench.load.ask("run", pace=one_each, visitors=visitors, until="reply")
        await asyncio.sleep(1)
        began = time.perf_counter()
        pid = bench.product.kill("worker")
        if after_s is None:
            await asyncio.to_thread(bench.product.await_restart, "worker", pid)
            found["back_ms"] = (time.perf_counter() - began) * 1000
        else:
            await asyncio.sleep(after_s)
        result = await bench.load.ask("run", pace=one_each, visitors=visitors, until="reply")
        if after_s is not None:
            await asyncio.to_thread(bench.product.await_restart, "worker", pid)
        await bench.load.ask("forget")
        await _expect_rows(bench, f"killed worker, {name}", tenant.id, result["conversations"])
        found |= {f"{name}, p50": median(result["latencies"]), f"{name}, max": max(result["latencies"])}
    return found


async def _talking(bench: Bench, *, kill: bool) -> dict[str, float]:
    """The longest wait of 40 talking people whose worker ends, by a kill or gracefully, and comes back."""
    tenant = await bench.tenant(ring_scenario(NODES))
    visitors = await bench.visitors(tenant.slug, TALKING)
    pace = Pace(TALKING, TALK_S, TALK_PAUSE_MS).to_dict()
    talk = asyncio.create_task(
        bench.load.ask("run", pace=pace, visitors=visitors, until="reply", turns=10_000)
    )
    await asyncio.sleep(BEFORE_KILL_S)
    if kill:
        pid = bench.product.kill("worker")
        await asyncio.to_thread(bench.product.await_restart, "worker", pid)
    else:
        await bench.fresh_worker()
    result = await talk
    await bench.load.ask("forget")
    name = "killed" if kill else "stopped"
    if result["unanswered"]:
        bench.refuse(f"worker {name} amid talk: {result['unanswered']} turns were not answered in 30 s")
    await _expect_rows(bench, f"worker {name} amid talk", tenant.id, result["conversations"])
    slowest = sorted(result["latencies"], reverse=True)[:TALKING]
    return {"max": slowest[0], "p50": median(slowest)}


async def _expect_rows(bench: Bench, name: str, tenant_id: Any, posted: dict[str, int]) -> None:
    problem = await check_rows(bench, tenant_id, posted)
    if problem:
        bench.refuse(f"{name}: {problem}")
