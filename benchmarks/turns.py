"""What a turn costs: the product beside the floor and beside no engine, in one run on one machine.

    .venv/bin/python -m benchmarks.turns [--seconds 6] [--quick] [--only turns,operators,…]

Writes `benchmarks/results/turns.md` and `turns.json`; with `--quick` or `--only`, only prints unless
`--out` names a folder. Exit code 1: some figure is worthless, because rows were not exactly as expected.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import idle, knowledge, operators, process, scenario, scripted, weight
from benchmarks.budgets import judge
from benchmarks.report import figures_table, markdown_table, percentile, runs_table
from benchmarks.stack import Bench, Size, open_bench

RESULTS = Path("benchmarks/results")
Section = Callable[[Bench], Awaitable[Any]]
MEASURES: dict[str, Section] = {
    "turns": scripted.measure_scripted,
    "operators": operators.measure_operators,
    "knowledge": knowledge.measure_knowledge,
    "memory": idle.measure_memory,
    "restarts": idle.measure_restarts,
}
ALONE: dict[str, Callable[[], Any]] = {
    "scenario": scenario.measure_scenario,
    "weight": weight.measure_weight,
}
"""Figures that need no stack."""
SECTIONS = (*MEASURES, *ALONE, "process")


async def measure(size: Size, state_dir: Path, only: Sequence[str]) -> dict[str, Any]:
    """Run the sections on one stack; what they found, and every run."""
    task = asyncio.current_task()
    assert task is not None
    # Told to end, the stack must be stopped all the same.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    found: dict[str, Any] = {}
    async with open_bench(state_dir, size) as bench:
        if "process" in only:
            found["process"] = {"rest": process.memory_at_rest(bench.product)}
        if set(only) & set(MEASURES):
            await scripted.warm_up(bench)
        for name, section in MEASURES.items():
            if name in only:
                _tell(f"{name} …")
                found[name] = await _try(name, section, bench)
        return {"runs": bench.runs, "found": found, "invalid": bench.invalid}


async def _try(name: str, section: Section, bench: Bench) -> Any:
    try:
        return await section(bench)
    except Exception as failed:  # the other sections are still worth their figures
        traceback.print_exc()
        bench.refuse(f"{name}: not finished")
        await bench.load.ask("forget")
        return {"not measured": str(failed).strip().splitlines()[-1:]}


def report(result: dict[str, Any]) -> str:
    """The page of results."""
    found, runs = result["found"], result["runs"]
    parts = [
        "# What a turn costs",
        "Product = api + worker + Temporal + Postgres + Valkey; the load client is a process of its own and not "
        "counted. Floor = a bare workflow: signal-with-start, one local activity with one statement that writes "
        "both rows, one publish; its client stands for its api and is counted. None = the same writes without "
        "Temporal. Floor, product and none were run in turn on one stack; ratios are medians over rounds of "
        "neighbours. On busy cores of others, latencies and turns/s are pessimistic; CPU per turn less so.",
        markdown_table(["machine", ""], [[k, v] for k, v in result["machine"].items()]),
        "## Against the budgets",
        figures_table(judge(runs, found)),
    ]
    if runs:
        parts += ["## Every load", runs_table(runs)]
    absent = [
        f"- {name}: {' '.join(each['not measured'])}" for name, each in found.items() if _is_absent(each)
    ]
    if absent:
        parts += ["## Not measured", "\n".join(absent)]
    if result["invalid"]:
        parts += ["## Worthless", "\n".join(f"- {reason}" for reason in result["invalid"])]
    return "\n\n".join(parts) + "\n"


def _is_absent(found: Any) -> bool:
    return isinstance(found, dict) and "not measured" in found


def summarised(result: dict[str, Any]) -> dict[str, Any]:
    """For JSON: percentiles instead of every latency."""
    runs = []
    for run in result["runs"]:
        latencies = run["latencies"]
        kept = {key: value for key, value in run.items() if key != "latencies"}
        runs.append(kept | {f"p{p}_ms": round(percentile(latencies, p), 3) for p in (50, 95, 99)})
    figures = [
        {"name": f.name, "product": f.judged, "shown": f.product, "floor": f.floor, "ratio": f.ratio}
        | {"budget": str(f.budget) if f.budget else None, "holds": f.holds}
        for f in judge(result["runs"], result["found"])
    ]
    return {**result, "runs": runs, "figures": figures}


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a turn costs, against the floor and the budgets.")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each measured run")
    parser.add_argument("--quick", action="store_true", help="one short round, to try the benchmark itself")
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--out", type=Path, help="folder for turns.md and turns.json")
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    if unknown := set(arguments.only) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; choose of {', '.join(SECTIONS)}")
    if arguments.out is None and not arguments.quick and set(arguments.only) == set(SECTIONS):
        arguments.out = RESULTS
    return arguments


def main() -> int:
    """Measure, print, write."""
    arguments = _arguments()
    size = Size.of(seconds=arguments.seconds, quick=arguments.quick)
    with tempfile.TemporaryDirectory(prefix="omni-bench-") as folder:
        state_dir = Path(folder) / "state"
        result = uvloop.run(measure(size, state_dir, arguments.only))
        if "process" in arguments.only:
            _tell("process …")
            result["found"]["process"] |= {
                "import": process.measure_import(process.APPLICATION, size.repeats),
                "libraries": process.measure_import(process.LIBRARIES, size.repeats),
                "operations": process.count_operations(),
                "warm_start": process.measure_warm_start(state_dir, min(3, size.repeats)),
            }
    result["found"] |= {name: section() for name, section in ALONE.items() if name in arguments.only}
    result["machine"] = process.machine_facts()
    page = report(result)
    print(page)
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "turns.md").write_text(page)
        text = json.dumps(summarised(result), ensure_ascii=False, indent=1)
        (arguments.out / "turns.json").write_text(text + "\n")
    return 1 if result["invalid"] else 0


if __name__ == "__main__":
    sys.exit(main())
