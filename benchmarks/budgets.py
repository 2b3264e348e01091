"""The budgets of the product, beside what was measured (the limits are those of the design)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.report import (
    Budget,
    Figure,
    Run,
    absolute,
    compared,
    median,
    percentile,
    pooled,
    ratios,
    select,
)

TIMES = "{:.2f} ×"
MS, WHOLE_MS = "{:.2f} ms", "{:.0f} ms"
HUMAN_CPU = Budget(1.3, TIMES)
SATURATED_CPU = Budget(1.5, TIMES)
SATURATED_RATE = Budget(0.67, TIMES, at_least=True)
ALONE_P50 = Budget(1.65, TIMES)
ALONE_P99 = Budget(40, WHOLE_MS)
HELD_TIMES = Budget(0.17, TIMES)
"""The design's 1.5 ms over the same floor, in a closed loop (docs/decisions/0016)."""
HELD_EVENTS = Budget(0, "{:.2f} events")
REPLY_TIMES = Budget(1.4, TIMES)
"""The design's 12 ms over its floor's 8.6 at 16 conversations (docs/decisions/0016)."""
TAKEOVER = Budget(500, WHOLE_MS)
EVENTS = Budget(6, "{:.2f}")
BYTES = Budget(1536, "{:.0f} B")
MEMORY = Budget(100, "{:.0f} KiB")
RESTARTED = Budget(200, WHOLE_MS)
KILLED_IDLE = Budget(2500, WHOLE_MS)
KILLED_TALKING = Budget(6500, WHOLE_MS)
STOPPED_TALKING = Budget(4000, WHOLE_MS)
KNOWLEDGE_EVENTS = Budget(12, "{:.1f}")
KNOWLEDGE_P50 = Budget(120, WHOLE_MS)
FEW_OPERATIONS = 35
"""With so many the api had its first limits; each further one may cost something (docs/decisions/0025)."""
IMPORT, IMPORT_EACH = 1.5, 0.002
"""Seconds."""
API_RSS, API_RSS_EACH = 130, 0.1
"""MiB at rest."""
WARM_START = Budget(10, "{:.1f} s")
COMPILE = Budget(150, WHOLE_MS)
STEP = Budget(50, "{:.0f} µs")
LOADER = Budget(3, "{:.2f} KB")
WIDGET = Budget(40, "{:.1f} KB")
CONSOLE = Budget(260, "{:.0f} KB")


def judge(runs: Sequence[Run], found: Mapping[str, Any]) -> list[Figure]:
    """Every line of the result, in the order of the design's page; what was not measured has none."""
    found = {name: each for name, each in found.items() if each and "not measured" not in each}
    return [
        *_scripted(runs),
        *_operators(runs, found.get("operators")),
        *_history(runs),
        *_memory(found.get("memory")),
        *_restarts(found.get("restarts")),
        *_knowledge(found.get("knowledge")),
        *_scenario(found.get("scenario")),
        *_weight(found.get("weight")),
        *_process(found.get("process")),
    ]


def _scripted(runs: Sequence[Run]) -> list[Figure]:
    figures: list[Figure] = []
    cpu_budgets = {"human": HUMAN_CPU, "c=16": SATURATED_CPU, "c=64": SATURATED_CPU, "c=1": None}
    words = {"human": "human pace (16, 200 ms pause)"}
    for load, budget in cpu_budgets.items():
        product, floor = select(runs, "product", load), select(runs, "floor", load)
        name = f"CPU per scripted turn, {words.get(load, load)}"
        figures += compared(name, MS, product, floor, "cpu_total", budget)
    for load, rate_budget in (("c=16", SATURATED_RATE), ("c=64", SATURATED_RATE), ("c=1", None)):
        product, floor = select(runs, "product", load), select(runs, "floor", load)
        figures += compared(f"turns/s, {load}", "{:.0f}", product, floor, "per_second", rate_budget)
    return figures + _alone(runs)


def _alone(runs: Sequence[Run]) -> list[Figure]:
    """Latency of one turn alone: HTTP send to the reply on the socket."""
    product, floor = select(runs, "product", "c=1"), select(runs, "floor", "c=1")
    if not product or not floor:
        return []
    halves = [{"round": run["round"], "p50": percentile(run["latencies"], 50)} for run in (*product, *floor)]
    ratio = median(ratios(halves[: len(product)], halves[len(product) :], "p50"))
    ours, theirs = pooled(product), pooled(floor)
    return [
        Figure(
            "one turn alone, p50",
            MS.format(percentile(ours, 50)),
            MS.format(percentile(theirs, 50)),
            ratio,
            ALONE_P50,
            ratio,
        ),
        absolute(
            "one turn alone, p99",
            percentile(ours, 99),
            ALONE_P99,
            floor=WHOLE_MS.format(percentile(theirs, 99)),
        ),
    ]


def _history(runs: Sequence[Run]) -> list[Figure]:
    product, floor = select(runs, "product", "c=16"), select(runs, "floor", "c=16")
    if not product:
        return []
    theirs = {key: median(run[key] for run in floor) for key in ("events", "bytes")}
    return [
        absolute(
            f"history {key} per turn (start included, 20 turns)",
            median(run[key] for run in product),
            budget,
            floor=budget.unit.format(theirs[key]),
        )
        for key, budget in (("events", EVENTS), ("bytes", BYTES))
    ]


def _operators(runs: Sequence[Run], found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    figures: list[Figure] = []
    for load in ("human", "c=1", "c=16"):
        (held,), (reply,) = select(runs, "held message", load), select(runs, "operator's reply", load)
        (watched,) = select(runs, "held message, console open", load)
        floor = select(runs, "floor, beside the replies", load)
        shown = percentile(watched["latencies"], 50)
        figures += [
            *compared(
                f"held message, CPU, {load}",
                MS,
                [held],
                floor,
                "cpu_total",
                None if load == "human" else HELD_TIMES,
            ),
            absolute(f"held message, history, {load}", held["events"], HELD_EVENTS),
            absolute(
                f"held message, accepted, p50, {load}", percentile(held["latencies"], 50), None, unit=MS
            ),
            absolute(f"held message, a console watches, CPU, {load}", watched["cpu_total"], None, unit=MS),
            absolute(f"held message, on the operator's screen, p50, {load}", shown, None, unit=MS),
            *compared(
                f"operator's reply, CPU, {load}",
                MS,
                [reply],
                floor,
                "cpu_total",
                REPLY_TIMES if load == "c=16" else None,
            ),
            absolute(f"operator's reply, p50, {load}", percentile(reply["latencies"], 50), None, unit=MS),
            absolute(f"operator's reply, events, {load}", reply["events"], None, unit="{:.2f}"),
        ]
    takeover = found["takeover_ms"]
    return [*figures, absolute("takeover behind 30 messages, slowest", takeover["max"], TAKEOVER)]


def _memory(found: Mapping[str, Any] | None) -> list[Figure]:
    return [
        absolute(
            f"worker memory per idle conversation, {what}",
            each["kib_per_conversation"],
            None if "turns" in what else MEMORY,
            unit=MEMORY.unit,
        )
        for what, each in (found or {}).items()
    ]


def _restarts(found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    long, idle = found["long_after_restart"], found["idle_after_kill"]
    return [
        absolute("first reply after a restart, 150 turns, p50", long["p50"], RESTARTED),
        absolute("first reply after a restart, 150 turns, slowest", long["max"], None, unit=WHOLE_MS),
        absolute(
            "killed worker, idle, written once it is back, slowest", idle["worker back, max"], KILLED_IDLE
        ),
        absolute(
            "killed worker, idle, written while it is away, slowest",
            idle["while it is away, max"],
            KILLED_IDLE,
        ),
        absolute(
            "killed worker, written in the moment of its end, slowest",
            idle["at the kill, max"],
            KILLED_TALKING,
        ),
        absolute("killed worker, back after", idle["back_ms"], None, unit=WHOLE_MS),
        absolute("killed worker, 40 talking, slowest", found["talking_after_kill"]["max"], KILLED_TALKING),
        absolute(
            "stopped worker, 40 talking, slowest", found["talking_after_restart"]["max"], STOPPED_TALKING
        ),
    ]


def _knowledge(found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    free, held = found["hold 0"], found["hold default"]
    return [
        absolute("knowledge turn, p50, nothing held", free["p50"], KNOWLEDGE_P50),
        absolute("knowledge turn, p50, default hold (400 ms)", held["p50"], None, unit=WHOLE_MS),
        absolute("knowledge turn, events", max(free["events"], held["events"]), KNOWLEDGE_EVENTS),
        absolute("knowledge turn, CPU", free["cpu"], None, unit=MS),
    ]


def _scenario(found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    return [
        absolute("scenario of 500 nodes: read, check, compile", found["compile_ms"], COMPILE),
        absolute("scenario: one step, p50", found["step_p50_us"], STEP),
        absolute("scenario: one step, p99", found["step_p99_us"], None, unit=STEP.unit),
    ]


def _weight(found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    return [
        absolute("widget: loader, gzipped", found["widget_loader"], LOADER),
        absolute("widget: everything to the first message, gzipped", found["widget_first"], WIDGET),
        absolute("console: first JavaScript, gzipped", found["console_first"], CONSOLE),
    ]


def with_operations(few: float, each: float, operations: int, unit: str) -> Budget:
    """What the api may take with so many operations."""
    return Budget(few + each * max(0, operations - FEW_OPERATIONS), unit)


def _process(found: Mapping[str, Any] | None) -> list[Figure]:
    if found is None:
        return []
    operations = found["operations"]
    to_import = with_operations(IMPORT, IMPORT_EACH, operations, "{:.2f} s")
    at_rest = with_operations(API_RSS, API_RSS_EACH, operations, "{:.0f} MiB")
    return [
        absolute(
            "api: import, and its libraries alone",
            found["import"]["p50"],
            to_import,
            floor=to_import.unit.format(found["libraries"]["p50"]),
        ),
        absolute("api: memory at rest", found["rest"]["api"], at_rest),
        absolute("omni dev: warm start, slowest", found["warm_start"]["max"], WARM_START),
    ]
