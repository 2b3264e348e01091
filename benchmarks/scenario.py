"""How fast the scenario language is, against the budgets of the design page (5.8), beside two CEL libraries.

Run: `python -m benchmarks.scenario`; it writes `results/scenario.md`. Figures of checking are of 500 nodes, of
a step those of a conversation about an order, and of bad input the documents that the tests refuse.
"""

from __future__ import annotations

import sys
import time
import zlib
from dataclasses import dataclass
from functools import reduce
from itertools import cycle, islice, pairwise
from pathlib import Path

from benchmarks import process
from benchmarks.expressions import SIMPLE, Row, measure_expressions
from benchmarks.report import Budget, Figure, absolute, figures_table, markdown_table, percentile
from benchmarks.timing import best, speed_of_machine
from omnisupport.scenario_dsl import (
    IR,
    Context,
    Inbound,
    Message,
    Result,
    Start,
    State,
    check_document,
    compile_document,
    load_document,
    new_state,
    step,
)
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.sim import record, replay_recordings, run_walks
from omnisupport.scenario_dsl.sim.recording import Recording
from omnisupport.scenario_dsl.sim.walk import Walker
from tests.scenario_dsl.bad_documents import BAD

EXAMPLES = Path(__file__).parent.parent / "examples" / "scenarios"
RESULTS = Path(__file__).parent / "results"
NODES = 500
_HEAD = """omni: scenario/v1
id: large
name: {ru: Большой, en: Large}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
variables:
  name: {type: string, default: ""}
  count: {type: int, default: 0}
on_error: {next: end}
start: n0
nodes:
  end: {type: end, outcome: done}
"""
_KINDS = (
    """  n{i}:
    type: ask
    text: {{ru: "{{{{ vars.name }}}}, сколько вам нужно?", en: "{{{{ vars.name }}}}, how many do you need?"}}
    input: {{kind: int, min: 1, max: 1000}}
    save_to: vars.count
    retry: {{max: 2, text: {{ru: "Напишите число.", en: "A number, please."}}}}
    timeout: 24h
    next: {next}
    exits: {{invalid: {next}, timeout: end}}
""",
    """  n{i}:
    type: message
    text: {{ru: "Записал: {{{{ vars.count | number }}}}.", en: "Noted: {{{{ vars.count | number }}}}."}}
    next: {next}
""",
    """  n{i}:
    type: condition
    cases:
      - {{when: "vars.count > 10 && vars.name != ''", next: {next}}}
    else: {next}
""",
    """  n{i}:
    type: set
    assign: {{vars.count: "=vars.count + 1"}}
    next: {next}
""",
    """  n{i}:
    type: menu
    text: {{ru: "Что дальше?", en: "What next?"}}
    options:
      - {{id: go, label: {{ru: Дальше, en: Go on}}, next: {next}}}
      - {{id: stop, label: {{ru: Хватит, en: Stop}}, next: end}}
    timeout: 24h
    exits: {{timeout: end}}
""",
)


def large_document(nodes: int = NODES) -> str:
    """A document with so many nodes of the usual kinds, in both languages."""
    blocks = []
    for index in range(nodes - 1):
        following = f"n{index + 1}" if index + 2 < nodes else "end"
        blocks.append(_KINDS[index % len(_KINDS)].format(i=index, next=following))
    return _HEAD + "".join(blocks)


def parse_and_check(text: str) -> int:
    """How many findings a document has; at least the time of reading and checking it."""
    result = load_document(text)
    assert result.document is not None, result.findings
    return len(check_document(result.document))


def order_dialog(ir: IR) -> list[float]:
    """Seconds of each step of a conversation about an order."""
    context = Context(now=1_767_225_600_000, locale="ru", channel={"type": "widget"})
    tea = {"name": "Лун Цзин", "name_en": "Long Jing", "quantity": 1}
    order = {"status": "shipped", "eta": "2026-03-05", "total": None, "items": [tea]}
    state: State = new_state(ir, run=1)
    times: list[float] = []

    def take(event: Start | Message | Result) -> None:
        nonlocal state
        begun = time.perf_counter()
        state, _ = step(ir, state, event)
        times.append(time.perf_counter() - begun)

    take(Start(context, "words", Inbound(1, "где мой заказ")))
    take(Message(context, Inbound(2, "не знаю номера")))
    take(Message(context, Inbound(3, "AB-123456")))
    take(Result(context, "1.c1", "ok", {"status": 200, "json": order}))
    take(Message(context, Inbound(4, "А сколько стоит доставка?")))
    take(Result(context, "1.c2", "answered", {"text": "От 300 рублей.", "sources": []}))
    take(Message(context, Inbound(5, "", f"1.{state['prompt']}.nothing")))
    assert state["ended"] == {"outcome": "resolved"}
    return times


ROUNDS = 15
"""Everything short is measured once a round and the best counts: a shared machine has slow half minutes."""
STRETCHES = 20
"""Of a round."""


def measure_steps(ir: IR, dialogs: int = 100) -> tuple[float, float]:
    """µs of one step of a conversation about an order, p50 and p99 of the best stretch."""
    stretches = [
        sorted(each * 1e6 for _ in range(dialogs) for each in order_dialog(ir)) for _ in range(STRETCHES)
    ]
    return min((steps[len(steps) // 2], steps[int(len(steps) * 0.99)]) for steps in stretches)


def measure_scenario() -> dict[str, float]:
    """ms to read, check and compile 500 nodes; µs of one step, p50 and p99: for the report of turns."""
    text = large_document()
    p50, p99 = measure_steps(_compile((EXAMPLES / "order_status.yaml").read_text("utf-8")))
    return {
        "compile_ms": best(lambda: _compile(text), 7) * 1e3,
        "step_p50_us": p50,
        "step_p99_us": p99,
    }


WALKS = 3_000


def measure_walks(ir: IR) -> list[float]:
    """Seconds of CPU time of each 250 random walks, on one core; they are the same walks each time."""
    times = [time.process_time()]
    run_walks(ir, walks=WALKS, progress=lambda done, total: times.append(time.process_time()))
    return [after - before for before, after in pairwise(times)]


def measure_replay(ir: IR, conversations: int = 1_000, events: int = 10) -> float:
    """Seconds of CPU time to replay and compare so many recorded conversations of so many turns.

    Long walks are rare, so a hundred of them are recorded as ten conversations each.
    """
    walker, logs, seed = Walker(ir), [], 0
    while len(logs) < 100:
        seed += 1
        walker.player.log = []
        walker.walk(seed)
        if len(walker.player.log) >= events:
            logs.append(walker.player.log[: events + 1])
    kept: list[Recording] = [
        record(ir, log, conversation=str(number))
        for number, log in enumerate(islice(cycle(logs), conversations))
    ]
    begun = time.process_time()
    report = replay_recordings(ir, kept)
    spent = time.process_time() - begun
    assert report.total == conversations
    return spent


def bytes_per_node(ir: IR) -> float:
    """How much of a version's row a node takes, compressed as Postgres and Temporal payloads are."""
    return len(zlib.compress(canonical(ir).encode(), 9)) / len(ir["nodes"])


def measure_refusals() -> dict[str, float]:
    """Milliseconds until each bad document has been refused, or found harmless."""
    return {bad.name: best(lambda bad=bad: _judge(bad.text), 2) * 1e3 for bad in BAD}  # type: ignore[misc]


def _judge(text: str | bytes) -> int:
    loaded = load_document(text)
    return len(loaded.findings if loaded.document is None else check_document(loaded.document))


def _compile(text: str) -> IR:
    document = load_document(text).document
    assert document is not None
    check_document(document)
    return compile_document(document)


@dataclass
class Round:
    """What is measured once a round: seconds (`walks`: of each 250), but steps in µs (p50, p99), refusals in ms."""

    check: float
    read: float
    compile: float
    steps: tuple[float, float]
    walks: list[float]
    refusals: dict[str, float]

    @classmethod
    def measure(cls, text: str, ir: IR) -> Round:
        """One round."""
        return cls(
            check=best(lambda: parse_and_check(text), 4),
            read=best(lambda: load_document(text), 3),
            compile=best(lambda: _compile(text), 3),
            steps=measure_steps(ir),
            walks=measure_walks(ir),
            refusals=measure_refusals(),
        )

    def better(self, other: Round) -> Round:
        """The best of both, each figure for itself."""
        return Round(
            check=min(self.check, other.check),
            read=min(self.read, other.read),
            compile=min(self.compile, other.compile),
            steps=min(self.steps, other.steps),
            walks=[min(both) for both in zip(self.walks, other.walks, strict=True)],
            refusals={name: min(spent, other.refusals[name]) for name, spent in self.refusals.items()},
        )


def measure_all() -> tuple[list[Figure], list[Row], dict[str, float], dict[str, float]]:
    """The figures, expressions beside the libraries, refusals in ms and bytes a node by scenario."""
    text = large_document()
    sources = {path.stem: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))}
    sizes = {name: bytes_per_node(_compile(source)) for name, source in sources.items()}
    sizes[f"{NODES} nodes"] = bytes_per_node(_compile(text))
    ir = _compile(sources["order_status"])
    rows = measure_expressions()
    found = reduce(Round.better, (Round.measure(text, ir) for _ in range(ROUNDS)))
    simple = next(row.evaluate for row in rows if (row.text, row.library) == (SIMPLE, "ours"))
    figures = [
        absolute(f"read and check {NODES} nodes", found.check * 1e3, Budget(150, "{:.0f} ms")),
        absolute("of it reading the YAML", found.read * 1e3, None, unit="{:.0f} ms"),
        absolute(f"read, check and compile {NODES} nodes", found.compile * 1e3, None, unit="{:.0f} ms"),
        absolute("a step, p50", found.steps[0], Budget(50, "{:.0f} µs")),
        absolute("a step, p99", found.steps[1], Budget(300, "{:.0f} µs")),
        absolute("a simple expression", simple, Budget(1, "{:.2f} µs")),
        absolute(
            "random walks a second, one core",
            WALKS / sum(found.walks),
            Budget(3_000, "{:.0f}", at_least=True),
        ),
        absolute(
            "1,000 conversations of 10 turns replayed and compared",
            measure_replay(ir),
            Budget(10, "{:.1f} s"),
        ),
        absolute("IR a node, compressed: all examples", _mean(sizes, sources), Budget(150, "{:.0f} bytes")),
        absolute("slowest refusal of bad input", max(found.refusals.values()), Budget(100, "{:.0f} ms")),
        absolute(
            "median refusal of bad input", percentile(found.refusals.values(), 50), None, unit="{:.1f} ms"
        ),
    ]
    return figures, rows, found.refusals, sizes


def _mean(sizes: dict[str, float], names: dict[str, str]) -> float:
    return sum(sizes[name] for name in names) / len(names)


def report() -> str:
    """Measure everything; the page of the results."""
    before = speed_of_machine()
    figures, rows, refusals, sizes = measure_all()
    after = speed_of_machine()
    speed = f"{before:.0f} and {after:.0f} million rounds of an empty loop a second, before and after"
    facts = [[name, str(value)] for name, value in process.machine_facts().items()]
    expressions = [
        [f"`{row.text.replace('|', chr(92) + '|')}`", row.library, f"{row.read:.1f}", f"{row.evaluate:.2f}"]
        for row in rows
    ]
    slowest = sorted(refusals.items(), key=lambda item: -item[1])[:12]
    parts = [
        "# What the scenario language costs",
        "Times are the best of fifteen rounds of several runs on one core, steps those of the best stretch of a "
        "hundred conversations, walks the sum of the best times of each 250. "
        "Ours checks types while it reads an expression; neither library does. The Rust binding's context can be "
        "kept only while no value changes.",
        markdown_table(["machine", ""], [*facts, ["speed", speed]]),
        "## Against the budgets",
        figures_table(figures),
        "## Expressions beside two CEL libraries, µs",
        markdown_table(["expression", "library", "read", "evaluate"], expressions),
        f"## Bad input: the slowest of {len(refusals)} documents",
        markdown_table(["document", "ms"], [[name, f"{spent:.1f}"] for name, spent in slowest]),
        "## Compressed IR",
        markdown_table(["scenario", "bytes a node"], [[name, f"{size:.0f}"] for name, size in sizes.items()]),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Measure, print, write."""
    page = report()
    print(page)
    (RESULTS / "scenario.md").write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
