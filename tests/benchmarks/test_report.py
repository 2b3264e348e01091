"""Statistics and verdicts: a figure beyond its budget must say so."""

from __future__ import annotations

import math
from typing import Any

import pytest

from benchmarks.budgets import judge
from benchmarks.report import (
    Budget,
    Figure,
    absolute,
    compared,
    figures_table,
    median,
    percentile,
    ratios,
    runs_table,
)
from benchmarks.turns import report, summarised
from benchmarks.weight import measure_weight


def run(variant: str, load: str, round_number: int = 1, **values: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "turns": 100,
        "per_second": 100.0,
        "latencies": [10.0, 20.0, 30.0],
        "cpu": {"api" if variant == "product" else "client": 1.0, "worker": 2.0},
        "cpu_total": 10.0,
        "events": 5.1,
        "bytes": 1400.0,
        "load_ms": 0.4 if variant == "product" else None,
        "ours": 1.0,
        "others": 0.1,
    }
    return {"variant": variant, "load": load, "round": round_number, **usual, **values}


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, p) for p in (50, 95, 99, 100)] == [50.0, 95.0, 99.0, 100.0]
    assert percentile([7.0], 99) == 7.0
    assert math.isnan(percentile([], 50))


def test_the_median_of_an_even_number_is_between_the_two_in_the_middle() -> None:
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.5
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert math.isnan(median([]))


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "holds"),
    [
        (1.3, 1.3, False, True),
        (1.31, 1.3, False, False),
        (0.66, 0.67, True, False),
        (0.67, 0.67, True, True),
        (math.nan, 1.0, False, False),
        (math.nan, 1.0, True, False),
    ],
)
def test_a_budget_holds_up_to_its_limit(value: float, limit: float, at_least: bool, holds: bool) -> None:
    assert Budget(limit, "{:.2f}", at_least).holds(value) is holds


def test_a_figure_without_a_value_does_not_hold() -> None:
    assert Figure("x", "", budget=Budget(1, "{}")).holds is False
    assert Figure("x", "").holds is None


def test_each_round_is_compared_with_its_own_neighbour() -> None:
    product = [run("product", "c=1", 1, cpu_total=12.0), run("product", "c=1", 2, cpu_total=30.0)]
    floor = [run("floor", "c=1", 2, cpu_total=20.0), run("floor", "c=1", 1, cpu_total=10.0)]
    assert ratios(product, floor, "cpu_total") == [1.2, 1.5]
    (figure,) = compared("cpu", "{:.0f} ms", product, floor, "cpu_total", Budget(1.3, "{:.2f}"))
    assert figure.ratio == pytest.approx(1.35)
    assert figure.holds is False


def test_what_was_not_measured_has_no_line() -> None:
    assert compared("cpu", "{}", [], [run("floor", "c=1")], "cpu_total") == []
    assert judge([], {}) == []
    assert judge([], {"memory": {"not measured": ["the worker did not start"]}}) == []


def test_the_verdict_follows_the_budgets_of_the_design() -> None:
    runs = [run("floor", load) for load in ("c=1", "c=16", "c=64", "human")]
    runs += [
        run("product", load, cpu_total=14.0, per_second=70.0) for load in ("c=1", "c=16", "c=64", "human")
    ]
    verdicts = {figure.name: figure.holds for figure in judge(runs, {})}
    assert verdicts["CPU per scripted turn, human pace (16, 200 ms pause)"] is False
    assert verdicts["CPU per scripted turn, c=16"] is True
    assert verdicts["turns/s, c=64"] is True
    assert verdicts["CPU per scripted turn, c=1"] is None
    assert verdicts["one turn alone, p99"] is True
    assert verdicts["history events per turn (start included, 20 turns)"] is True


def test_the_slowest_takeover_is_judged_not_the_usual_one() -> None:
    parts = ("held message", "held message, console open", "operator's reply")
    runs = [run(part, load, events=0.0) for part in parts for load in ("human", "c=1", "c=16")]
    found = {"operators": {"takeover_ms": {"p50": 100.0, "max": 700.0, "all": [100.0, 100.0, 700.0]}}}
    verdicts = {figure.name: figure.holds for figure in judge(runs, found)}
    assert verdicts["takeover behind 30 messages, slowest"] is False
    assert verdicts["held message, history, c=1"] is True


def test_what_is_promised_of_scenarios_front_ends_and_waiting_conversations_is_judged() -> None:
    """Each just beyond its budget."""
    found = {
        "scenario": {"compile_ms": 151.0, "step_p50_us": 51.0, "step_p99_us": 300.0},
        "weight": {"widget_loader": 3.1, "widget_first": 40.1, "console_first": 261.0},
        "memory": {
            "12 nodes": {"kib_per_conversation": 101.0},
            "12 nodes, 20 turns": {"kib_per_conversation": 101.0},
        },
        "restarts": {
            "long_after_restart": {"p50": 201.0, "max": 202.0},
            "idle_after_kill": {
                "worker back, max": 2501.0,
                "while it is away, max": 2501.0,
                "at the kill, max": 6501.0,
                "back_ms": 900.0,
            },
            "talking_after_kill": {"max": 6501.0},
            "talking_after_restart": {"max": 4001.0},
        },
    }
    verdicts = {figure.name: figure.holds for figure in judge([], found)}
    assert [name for name, holds in verdicts.items() if holds is not False] == [
        "worker memory per idle conversation, 12 nodes, 20 turns",
        "first reply after a restart, 150 turns, slowest",
        "killed worker, back after",
        "scenario: one step, p99",
    ]
    assert verdicts["worker memory per idle conversation, 12 nodes"] is False


def test_the_built_front_ends_are_weighed_with_what_they_load() -> None:
    found = measure_weight()
    assert found["widget_loader"] < found["widget_first"] < found["console_first"]
    assert found["console_first"] > 100, "the scripts were not found"


def test_the_tables_show_ratio_budget_and_disturbance() -> None:
    line = figures_table([Figure("cpu", "13 ms", "10 ms", 1.3, Budget(1.2, "{:.1f} ×"), 1.3)]).splitlines()[
        -1
    ]
    assert line == "| cpu | 13 ms | 10 ms | 1.30 | ≤ 1.2 × | **no** |"
    table = runs_table([run("floor", "c=1", 1), run("floor", "c=1", 2, others=0.9), run("product", "c=1")])
    assert "| 0.10-0.90 |" in table.splitlines()[-2]
    assert table.splitlines()[-1].startswith("| product | c=1 | 100 | 20.0 | 30.0 | 30.0 | 1.00 | 2.00 |")


def test_a_worthless_figure_and_a_missing_section_are_told() -> None:
    result = {
        "runs": [run("product", "c=1")],
        "found": {"knowledge": {"not measured": ["no articles"]}, "operators": None},
        "invalid": ["product c=1 round 1: inbound, outbound, turns (3, 2, 3) instead of 3 each"],
        "machine": {"cores": "2"},
    }
    page = report(result)
    assert "- knowledge: no articles" in page
    assert "## Worthless\n\n- product c=1 round 1" in page
    kept = summarised(result)["runs"][0]
    assert "latencies" not in kept
    assert kept["p99_ms"] == 30.0


def test_an_absolute_line_uses_the_budget_s_unit() -> None:
    figure = absolute("start", 9.94, Budget(10, "{:.1f} s"))
    assert (figure.product, figure.holds) == ("9.9 s", True)
