"""Reading /proc: names with brackets, trees, and what strangers used."""

from __future__ import annotations

import os

import pytest

from benchmarks.cpu import (
    TICK_MS,
    Process,
    Snapshot,
    parse_machine,
    parse_stat,
    rss_kib,
    take_snapshot,
    tree_ms,
    usage_between,
)

LINE = "41 (a) b (c) S 7 41 41 0 -1 4194560 1 2 3 4 {} {} {} {} 20 0 1 0 100 1000 10"


def test_a_process_counts_its_own_time_and_that_of_children_it_has_seen_end() -> None:
    process = parse_stat(LINE.format(10, 5, 3, 2))
    assert process == Process(pid=41, parent=7, ms=20 * TICK_MS)


def test_a_tree_is_all_descendants_and_nobody_else() -> None:
    processes = {
        pid: Process(pid, parent, ms)
        for pid, parent, ms in ((1, 0, 1000.0), (10, 1, 1.0), (11, 10, 2.0), (12, 11, 4.0), (20, 1, 8.0))
    }
    assert tree_ms(10, processes) == 7.0
    assert tree_ms(99, processes) == 0.0


def test_the_machine_is_busy_with_everything_but_waiting() -> None:
    # user nice system idle iowait irq softirq steal guest guest_nice; guest time is in user already
    assert parse_machine("cpu  10 1 5 1000 200 2 3 4 7 7") == 25 * TICK_MS


def test_others_are_what_the_machine_did_beyond_us() -> None:
    before = Snapshot(at=100.0, parts={"api": 50.0}, ours=100.0, machine=1000.0)
    after = Snapshot(at=102.0, parts={"api": 80.0}, ours=1100.0, machine=4000.0)
    used = usage_between(before, after)
    assert used.parts == {"api": 30.0}
    assert used.total == 30.0
    assert (used.ours, used.others) == (0.5, 1.0)
    assert used.per(10) == {"api": 3.0}


def test_our_own_work_shows_in_a_snapshot() -> None:
    before = take_snapshot({"self": os.getpid()})
    while take_snapshot({"self": os.getpid()}).parts["self"] < before.parts["self"] + 5 * TICK_MS:
        sum(range(100_000))
    used = usage_between(before, take_snapshot({"self": os.getpid()}))
    assert used.parts["self"] >= 5 * TICK_MS
    assert used.ours == pytest.approx(used.parts["self"] / 1000 / used.seconds, rel=0.5)


def test_memory_of_a_process_is_read_and_of_an_absent_one_refused() -> None:
    assert rss_kib(os.getpid()) > 1000
    with pytest.raises(OSError, match="No such file"):
        rss_kib(2**22 + 1)
