"""Scripted turns: product, floor and no engine in turn, round by round, so that all age together."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from benchmarks.cpu import Usage
from benchmarks.pace import TURNS_PER_CONVERSATION, Pace
from benchmarks.scenarios import ring_scenario
from benchmarks.stack import Bench

NODES = 30
HUMAN_PAUSE_MS = 200
PRODUCT, FLOOR, NONE = "product", "floor", "none"
MOST_PER_SECOND = {1: 110, 16: 190, 64: 210}
"""Turns that may be expected of a pace: enough visitors have their widget open before the clock starts."""


def paces(seconds: float) -> dict[str, Pace]:
    """The four loads, by name."""
    return {
        "c=1": Pace(1, seconds, whole=True),
        "c=16": Pace(16, seconds, whole=True),
        "c=64": Pace(64, seconds, whole=True),
        "human": Pace(16, seconds, HUMAN_PAUSE_MS, whole=True),
    }


def visitors_for(pace: Pace) -> int:
    """How many visitors a run may need at 20 turns each."""
    rate = MOST_PER_SECOND[pace.slots]
    if pace.pause_ms:
        rate = min(rate, math.ceil(pace.slots * 1000 / pace.pause_ms))
    turns = math.ceil(rate * pace.seconds / pace.slots)
    return pace.slots * (1 + math.ceil(turns / TURNS_PER_CONVERSATION))


async def warm_up(bench: Bench) -> None:
    """Let both sides work for a moment before anything is measured: pools, caches, plans."""
    pace = Pace(16, 2 * bench.size.warm)
    tenant = await bench.tenant(ring_scenario(NODES))
    visitors = await bench.visitors(tenant.slug, visitors_for(pace))
    await bench.load.ask("run", pace=pace.to_dict(), visitors=visitors, until="reply")
    await bench.load.ask("forget")
    await bench.floor_client.ask("run", engine=True, **pace.to_dict())
    await bench.analyse()


async def measure_scripted(bench: Bench) -> None:
    """Every load, every round: the floor, the product, no engine."""
    for round_number in range(1, bench.size.rounds + 1):
        for load, pace in paces(bench.size.seconds).items():
            await measure_floor(bench, load, pace, round_number, engine=True)
            await measure_product(bench, load, pace, round_number)
            await measure_floor(bench, load, pace, round_number, engine=False)


async def measure_floor(
    bench: Bench, load: str, pace: Pace, round_number: int, *, engine: bool, variant: str = ""
) -> None:
    """One run of the floor, or of the same writes without Temporal; `variant`: how it is kept instead."""
    client, pids = bench.floor_client, bench.floor_pids(engine=engine)
    warm = Pace(pace.slots, bench.size.warm)
    await client.ask("run", engine=engine, **warm.to_dict())
    result, used = await bench.measure(client, pids, "run", engine=engine, **pace.to_dict())
    written: dict[str, int] = result["conversations"]
    variant = variant or (FLOOR if engine else NONE)
    found = await bench.rows.fetch(
        "select conversation_id, count(*) as n from floor.dialog_row where conversation_id = any ($1) group by 1",
        [UUID(each) for each in written],
    )
    rows = {str(row["conversation_id"]): int(row["n"]) for row in found}
    if rows != {each: 2 * turns for each, turns in written.items()}:
        bench.refuse(f"{variant} {load} round {round_number}: rows are not two a turn")
    events = size = 0
    if engine:
        for each in written:
            more, bigger = await bench.history(f"floor/{each}")
            events, size = events + more, size + bigger
    _record(bench, variant, load, round_number, result, used, (events, size, sum(written.values())))


async def measure_product(bench: Bench, load: str, pace: Pace, round_number: int) -> None:
    """One run of the whole product, on a tenant of its own."""
    tenant = await bench.tenant(ring_scenario(NODES))
    warm = await bench.visitors(tenant.slug, pace.slots)
    warmth = Pace(pace.slots, bench.size.warm).to_dict()
    warmed = await bench.load.ask("run", pace=warmth, visitors=warm, until="reply")
    visitors = await bench.visitors(tenant.slug, visitors_for(pace))
    result, used = await bench.measure(
        bench.load, bench.product_pids(), "run", pace=pace.to_dict(), visitors=visitors, until="reply"
    )
    await bench.load.ask("forget")
    posted: dict[str, int] = result["conversations"]
    problem = await check_rows(bench, tenant.id, posted | warmed["conversations"])
    if problem:
        bench.refuse(f"product {load} round {round_number}: {problem}")
    events, size = await bench.histories(tenant.id, list(posted))
    _record(bench, PRODUCT, load, round_number, result, used, (events, size, sum(posted.values())))


async def check_rows(bench: Bench, tenant_id: UUID, posted: dict[str, int]) -> str | None:
    """What is wrong with a tenant's rows: each message once and answered once, in order, no turn too many."""
    found = await bench.select(
        tenant_id,
        """select c.id, c.turn, c.last_seq,
                  count(*) filter (where m.direction = 'inbound') as inbound,
                  count(*) filter (where m.direction = 'outbound') as outbound, count(*) as rows,
                  bool_and((m.direction = 'inbound') = (m.seq % 2 = 1)) as ordered
             from conversation c join message m on m.tenant_id = c.tenant_id and m.conversation_id = c.id
            where c.tenant_id = $1 group by 1, 2, 3""",
    )
    if {str(row["id"]) for row in found} != set(posted):
        return f"{len(found)} conversations instead of {len(posted)}"
    for row in found:
        expected = posted[str(row["id"])]
        counts = (row["inbound"], row["outbound"], row["turn"])
        if counts != (expected, expected, expected) or row["rows"] != row["last_seq"] or not row["ordered"]:
            return f"inbound, outbound, turns {counts} instead of {expected} each"
    return None


def _record(
    bench: Bench,
    variant: str,
    load: str,
    round_number: int,
    result: dict[str, Any],
    used: Usage,
    history: tuple[int, int, int],
) -> None:
    """Keep a run; `history` is events and bytes of so many turns."""
    turns = int(result["turns"])
    if result["unanswered"] or not turns:
        bench.refuse(f"{variant} {load} round {round_number}: {result['unanswered']} turns were not answered")
    events, size, of_turns = history
    bench.runs.append(
        {
            "variant": variant,
            "load": load,
            "round": round_number,
            "turns": turns,
            "per_second": turns / result["seconds"],
            "latencies": result["latencies"],
            "cpu": used.per(turns),
            "cpu_total": used.total / max(1, turns),
            "events": events / max(1, of_turns),
            "bytes": size / max(1, of_turns),
            "load_ms": result["load_ms"] if variant == PRODUCT else None,
            "ours": used.ours,
            "others": used.others,
        }
    )
