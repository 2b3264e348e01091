"""A question that is answered from the tenant's documents, with the embedded embeddings."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.pace import Pace
from benchmarks.report import percentile
from benchmarks.stack import Bench

ARTICLES = Path("examples/demo/knowledge")
TURNS = 10
QUESTION = "Сколько стоит доставка курьером?"


class NoKnowledge(RuntimeError):
    """The documents could not be taken in."""


async def measure_knowledge(bench: Bench) -> dict[str, Any]:
    """Latency and events of a knowledge turn, without holding for more fragments and with the default hold."""
    found: dict[str, Any] = {}
    for name, hold_ms in (("hold 0", 0), ("hold default", None)):
        tenant = await bench.tenant()
        await _import_articles(bench, tenant.slug)
        if hold_ms is not None:
            await _set_hold(bench, tenant.id, hold_ms)
        visitors = await bench.visitors(tenant.slug, 1)
        order = {"visitors": visitors, "until": "reply", "text": QUESTION, "turns": TURNS, "stop": True}
        await bench.load.ask("run", pace=Pace(1, 0).to_dict(), **order)
        conversation = [str(row["id"]) for row in await bench.select(tenant.id, _IDS)]
        before, _ = await bench.histories(tenant.id, conversation)
        result, used = await bench.measure(
            bench.load, bench.product_pids(), "run", pace=Pace(1, 3600).to_dict(), **order
        )
        after, _ = await bench.histories(tenant.id, conversation)
        await bench.load.ask("forget")
        await _check(bench, name, tenant.id, TURNS + 1)
        found[name] = {
            "p50": percentile(result["latencies"], 50),
            "max": max(result["latencies"]),
            "events": (after - before) / TURNS,
            "cpu": used.total / TURNS,
        }
    return found


_IDS = "select id from conversation where tenant_id = $1"


async def _check(bench: Bench, name: str, tenant_id: Any, asked: int) -> None:
    """Every question has one answer with a source."""
    rows = await bench.select(
        tenant_id,
        """select count(*) filter (where direction = 'inbound') as asked,
                  count(*) filter (where direction = 'outbound') as answered,
                  count(*) filter (where jsonb_array_length(coalesce(content -> 'sources', '[]')) > 0) as sourced
             from message where tenant_id = $1""",
    )
    counts = tuple(rows[0])
    if counts != (asked, asked, asked):
        bench.refuse(f"knowledge, {name}: asked, answered, with a source: {counts} instead of {asked} each")


async def _set_hold(bench: Bench, tenant_id: Any, hold_ms: int) -> None:
    await bench.select(
        tenant_id,
        "update channel set settings = settings || jsonb_build_object('hold_ms', $2::int) "
        "where tenant_id = $1 returning id",
        hold_ms,
    )


async def _import_articles(bench: Bench, slug: str) -> None:
    """`omni knowledge import FOLDER --tenant SLUG`, as a person does it."""
    env = {**os.environ, "OMNI_STATE_DIR": str(bench.product.state_dir), "OMNI_PORT": str(bench.product.port)}
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("omni"),
        *("knowledge", "import", str(ARTICLES), "--tenant", slug),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 180)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise NoKnowledge("omni knowledge import took more than 180 s") from None
    if process.returncode != 0:
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        raise NoKnowledge(f"omni knowledge import ended with {process.returncode}: {' '.join(last)[:200]}")
