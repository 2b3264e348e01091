"""How fast the scenario language is: parse and check 500 nodes, compile, and one step.

Run: `python -m benchmarks.scenario`. Targets (design page 5.8): check 500 nodes in 150 ms; a step in 50 us
at the median and 300 us at p99; a simple expression in 1 us; 3,000 random walks a second; 1,000 recorded
conversations of 10 turns replayed and compared in 10 s.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

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
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.compile import compile_expr
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.sim import record, replay_recordings, run_walks
from omnisupport.scenario_dsl.sim.walk import Walker

EXAMPLES = Path(__file__).parent.parent / "examples" / "scenarios"
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


def best(work: Callable[[], object], repeat: int) -> float:
    """The best of some runs, in seconds."""
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


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


def measure_scenario(dialogs: int = 3_000) -> dict[str, float]:
    """ms to read, check and compile 500 nodes; µs of one step of a conversation about an order."""
    text = large_document()
    document = load_document((EXAMPLES / "order_status.yaml").read_text("utf-8")).document
    assert document is not None
    ir = compile_document(document)
    order_dialog(ir)
    steps = sorted(each * 1e6 for _ in range(dialogs) for each in order_dialog(ir))
    return {
        "compile_ms": best(lambda: _compile(text), 7) * 1e3,
        "step_p50_us": steps[len(steps) // 2],
        "step_p99_us": steps[int(len(steps) * 0.99)],
    }


def measure_sim(ir: IR, walks: int = 10_000, recordings: int = 1_000, events: int = 10) -> dict[str, float]:
    """Random walks a second of CPU time on one core; seconds to replay and compare recorded conversations."""
    run_walks(ir, walks=200)
    begun = time.process_time()
    run_walks(ir, walks=walks)
    walked = time.process_time() - begun
    walker, kept, seed = Walker(ir), [], 0
    while len(kept) < recordings:
        seed += 1
        walker.player.log = []
        walker.walk(seed)
        if len(walker.player.log) >= events:
            kept.append(record(ir, walker.player.log[: events + 2], conversation=str(seed)))
    begun = time.process_time()
    report = replay_recordings(ir, kept)
    replayed = time.process_time() - begun
    assert report.total == recordings
    return {"walks_s": walks / walked, "replay_s": replayed}


def _compile(text: str) -> IR:
    document = load_document(text).document
    assert document is not None
    check_document(document)
    return compile_document(document)


def main() -> None:
    """Measure and print one line a figure."""
    text = large_document()
    print(
        f"parse + check {NODES} nodes ({len(text) // 1024} KiB): {best(lambda: parse_and_check(text), 7) * 1e3:.0f} ms"
    )
    print(f"  of it reading the YAML: {best(lambda: load_document(text), 7) * 1e3:.0f} ms")
    source = (EXAMPLES / "order_status.yaml").read_text("utf-8")
    print(f"parse + check order_status: {best(lambda: parse_and_check(source), 20) * 1e3:.1f} ms")
    document = load_document(source).document
    assert document is not None
    print(f"compile order_status: {best(lambda: compile_document(document), 20) * 1e3:.2f} ms")
    found = measure_scenario()
    print(f"parse + check + compile {NODES} nodes: {found['compile_ms']:.0f} ms")
    print(f"step p50: {found['step_p50_us']:.0f} us\nstep p99: {found['step_p99_us']:.0f} us")
    sim = measure_sim(compile_document(document))
    print(f"random walks: {sim['walks_s']:.0f} a second")
    print(f"1,000 conversations of 10 turns replayed: {sim['replay_s']:.1f} s")
    closure = compile_expr(parse("vars.total > 100").to_json())
    env = {"vars": {"total": 120}, "$": allowance()}
    print(f"eval of vars.total > 100: {best(lambda: [closure(env) for _ in range(100_000)], 5) * 10:.2f} us")


if __name__ == "__main__":
    main()
