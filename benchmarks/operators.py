"""What an operator costs: messages that he reads, replies that he sends, a takeover behind a backlog."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from benchmarks.cpu import Usage
from benchmarks.pace import Pace
from benchmarks.report import median
from benchmarks.scenarios import ring_scenario
from benchmarks.scripted import NODES, measure_floor, paces
from benchmarks.stack import Bench

BACKLOG = 30
HELD, WATCHED, REPLY = "held message", "held message, console open", "operator's reply"
FLOOR_BESIDE = "floor, beside the replies"
LOADS = ("human", "c=1", "c=16")


async def measure_operators(bench: Bench) -> dict[str, Any]:
    """Held messages and replies under each load, and the takeover."""
    for load in LOADS:
        await _measure_held(bench, load, paces(bench.size.seconds)[load])
    takeovers = [await _take_over_behind_backlog(bench) for _ in range(bench.size.repeats)]
    return {"takeover_ms": {"p50": median(takeovers), "max": max(takeovers), "all": takeovers}}


async def _measure_held(bench: Bench, load: str, pace: Pace) -> None:
    tenant = await bench.tenant(ring_scenario(NODES))
    token = await bench.sign_in(tenant)
    visitors = await bench.visitors(tenant.slug, pace.slots)
    one_each = Pace(pace.slots, 0).to_dict()
    begun = await bench.load.ask("run", pace=one_each, visitors=visitors, until="reply")
    held = list(begun["conversations"])
    for conversation_id in held:
        await bench.call("POST", f"/api/v1/conversations/{conversation_id}/take-over", {}, token=token)
    order = {"pace": pace.to_dict(), "visitors": visitors}
    await _measure_one(bench, tenant.id, HELD, load, held, "run", {**order, "until": "accepted"})
    await _measure_one(bench, tenant.id, REPLY, load, held, "reply", {**order, "token": token})
    await measure_floor(bench, load, pace, 1, engine=True, variant=FLOOR_BESIDE)
    await bench.load.ask("console", token=token, watch=held)
    await _measure_one(bench, tenant.id, WATCHED, load, held, "run", {**order, "until": "console"})
    await bench.load.ask("forget")


async def _measure_one(
    bench: Bench, tenant_id: UUID, name: str, load: str, held: list[str], do: str, order: dict[str, Any]
) -> None:
    """One load on held conversations: what it cost, how long its history grew, and whether the rows are right."""
    rows, (events, size) = await _count(bench, tenant_id), await bench.histories(tenant_id, held)
    result, used = await bench.measure(bench.load, bench.product_pids(), do, **order)
    more_rows, (more_events, more_size) = (
        await _count(bench, tenant_id),
        await bench.histories(tenant_id, held),
    )
    expected = rows.copy()
    expected["outbound" if do == "reply" else "inbound"] += int(result["turns"])
    if more_rows != expected or result["unanswered"]:
        bench.refuse(f"{name} {load}: rows {more_rows} instead of {expected}")
    _record(bench, name, load, result, used, more_events - events, more_size - size)


async def _take_over_behind_backlog(bench: Bench) -> float:
    """30 messages wait, and then the operator clicks: ms until he has the conversation.

    The worker is held still while they come in, so that all 30 are unanswered; the clock starts as it goes on.
    """
    tenant = await bench.tenant(ring_scenario(NODES))
    token = await bench.sign_in(tenant)
    visitors = await bench.visitors(tenant.slug, 1)
    await bench.load.ask("run", pace=Pace(1, 0).to_dict(), visitors=visitors, until="reply")
    with _standing_still(bench.pid("worker")):
        burst = await bench.load.ask("burst", visitor=visitors[0], count=BACKLOG)
    path = f"/api/v1/conversations/{burst['conversation_id']}/take-over"
    took = await bench.call("POST", path, {}, token=token)
    await asyncio.sleep(1)
    await bench.load.ask("forget")
    late = await bench.select(
        tenant.id,
        """select count(*) as n from message m where m.tenant_id = $1 and m.author_kind <> 'customer'
            and m.direction = 'outbound' and m.seq > (select min(e.seq) from message e
              where e.tenant_id = $1 and e.content -> 'event' ->> 'type' = 'taken_over')""",
    )
    controller = (await _conversations(bench, tenant.id))[0]["controller"]
    inbound = (await _count(bench, tenant.id))["inbound"]
    if late[0]["n"] or controller != "operator" or inbound != BACKLOG + 1:
        bench.refuse(
            f"takeover: {late[0]['n']} answers of the bot after it, {inbound} messages, {controller}"
        )
    return float(took["ms"])


@contextlib.contextmanager
def _standing_still(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def _conversations(bench: Bench, tenant_id: UUID) -> list[Any]:
    return await bench.select(tenant_id, "select id, controller from conversation where tenant_id = $1")


async def _count(bench: Bench, tenant_id: UUID) -> dict[str, int]:
    sql = "select direction, count(*) as n from message where tenant_id = $1 group by 1"
    found = {row["direction"]: int(row["n"]) for row in await bench.select(tenant_id, sql)}
    return {"inbound": 0, "outbound": 0, **found}


def _record(
    bench: Bench, name: str, load: str, result: dict[str, Any], used: Usage, events: int, size: int
) -> None:
    count = max(1, int(result["turns"]))
    bench.runs.append(
        {
            "variant": name,
            "load": load,
            "round": 1,
            "turns": result["turns"],
            "per_second": result["turns"] / result["seconds"],
            "latencies": result["latencies"],
            "cpu": used.per(count),
            "cpu_total": used.total / count,
            "events": events / count,
            "bytes": size / count,
            "load_ms": result["load_ms"],
            "ours": used.ours,
            "others": used.others,
        }
    )
