"""Statistics, the verdict of each budget, and the tables: pure functions of what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Run = Mapping[str, Any]


@dataclass(frozen=True)
class Budget:
    """A limit; `unit` is a format for numbers, such as `{:.1f} ms`."""

    limit: float
    unit: str
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value keeps it; no number (nan) never does."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return ("≥ " if self.at_least else "≤ ") + self.unit.format(self.limit)


@dataclass(frozen=True)
class Figure:
    """One line of the result. `judged` is what the budget looks at: the ratio, or the product's own value."""

    name: str
    product: str
    floor: str = ""
    ratio: float | None = None
    budget: Budget | None = None
    judged: float | None = None

    @property
    def holds(self) -> bool | None:
        """None without a budget."""
        if self.budget is None:
            return None
        return self.judged is not None and self.budget.holds(self.judged)


def percentile(values: Iterable[float], percent: float) -> float:
    """The nearest-rank percentile; nan of nothing."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(0, rank - 1)]


def median(values: Iterable[float]) -> float:
    """The middle, or the mean of the two in the middle; nan of nothing."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def select(runs: Iterable[Run], variant: str, load: str) -> list[Run]:
    """Runs of a variant under a load, round by round."""
    return [run for run in runs if run["variant"] == variant and run["load"] == load]


def pooled(runs: Iterable[Run]) -> list[float]:
    """Latencies of all rounds together."""
    return [latency for run in runs for latency in run["latencies"]]


def middle(runs: Iterable[Run], key: str) -> float:
    """The median over rounds."""
    return median(float(run[key]) for run in runs)


def ratios(product: Sequence[Run], floor: Sequence[Run], key: str) -> list[float]:
    """Product against floor, each round with its own neighbour."""
    by_round = {run["round"]: float(run[key]) for run in floor}
    return [float(run[key]) / by_round[run["round"]] for run in product if by_round.get(run["round"])]


def compared(
    name: str, unit: str, product: Sequence[Run], floor: Sequence[Run], key: str, budget: Budget | None = None
) -> list[Figure]:
    """A line that sets the product against the floor; none if either was not measured."""
    if not product or not floor:
        return []
    ratio = median(ratios(product, floor, key))
    return [
        Figure(
            name=name,
            product=unit.format(middle(product, key)),
            floor=unit.format(middle(floor, key)),
            ratio=ratio,
            budget=budget,
            judged=ratio,
        )
    ]


def absolute(name: str, value: float, budget: Budget | None, *, unit: str = "", floor: str = "") -> Figure:
    """A line whose own value is judged."""
    text = (unit or (budget.unit if budget else "{:.1f}")).format(value)
    return Figure(name=name, product=text, floor=floor, budget=budget, judged=value)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def figures_table(figures: Iterable[Figure]) -> str:
    """product | floor | ratio | budget | holds?"""
    words = {True: "yes", False: "**no**", None: ""}
    return markdown_table(
        ["figure", "product", "floor", "ratio", "budget", "holds?"],
        [
            [
                figure.name,
                figure.product,
                figure.floor,
                f"{figure.ratio:.2f}" if figure.ratio is not None else "",
                str(figure.budget) if figure.budget else "",
                words[figure.holds],
            ]
            for figure in figures
        ],
    )


CPU_COLUMNS = ("api or client", "worker", "temporal", "postgres", "valkey")


def runs_table(runs: Sequence[Run]) -> str:
    """Every variant under every load: medians over its rounds, percentiles over all their turns."""
    head = ["variant", "load", "per s", "p50 ms", "p95", "p99", *(f"CPU ms: {c}" for c in CPU_COLUMNS)]
    head += ["total", "events", "bytes", "load client ms", "busy cores: ours", "of others"]
    groups = dict.fromkeys((run["variant"], run["load"]) for run in runs)
    return markdown_table(
        head, [_run_row(variant, load, select(runs, variant, load)) for variant, load in groups]
    )


def _run_row(variant: str, load: str, runs: Sequence[Run]) -> list[str]:
    latencies = pooled(runs)
    cpu = [
        median(
            float(
                run["cpu"].get(name, run["cpu"].get("client", 0))
                if name == "api"
                else run["cpu"].get(name, 0)
            )
            for run in runs
        )
        for name in ("api", "worker", "temporal", "postgres", "valkey")
    ]
    client = [run["load_ms"] for run in runs if run["load_ms"] is not None]
    others = [float(run["others"]) for run in runs]
    return [
        variant,
        load,
        f"{middle(runs, 'per_second'):.0f}",
        *(f"{percentile(latencies, p):.1f}" for p in (50, 95, 99)),
        *(f"{each:.2f}" for each in cpu),
        f"**{middle(runs, 'cpu_total'):.2f}**",
        f"{middle(runs, 'events'):.2f}",
        f"{middle(runs, 'bytes'):.0f}",
        f"{median(client):.2f}" if client else "",
        f"{middle(runs, 'ours'):.2f}",
        f"{min(others):.2f}-{max(others):.2f}" if len(others) > 1 else f"{others[0]:.2f}",
    ]
