"""`step` is pure and total: no crash, no silence, no hidden input, whatever comes."""

from __future__ import annotations

import ast
import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import (
    Call,
    Cancel,
    Context,
    Event,
    Failed,
    Handoff,
    Human,
    Inbound,
    Message,
    Operator,
    Result,
    Send,
    Start,
    Timer,
    new_state,
    pending,
    step,
)
from omnisupport.scenario_dsl.ir import canonical
from tests.scenario_dsl.support import ROOT, Chat, context, replay
from tests.scenario_dsl.walks import SCENARIOS, digest, ir_of, walk

WALKS = 42
PACKAGE = ROOT / "omnisupport" / "scenario_dsl"
STATE_LIMIT = 32 * 1024


@pytest.mark.parametrize("name", SCENARIOS)
def test_random_conversations_are_answered_and_stay_in_bounds(name: str) -> None:
    ir = ir_of(name)
    for seed in range(WALKS):
        chat = walk(ir, seed)
        states = replay(ir, chat.log)
        for event, before, (state, commands) in zip(chat.log, [[None, []], *states], states, strict=False):
            where = (name, seed, event)
            assert len(canonical(state).encode()) <= STATE_LIMIT, where
            assert sum(command["type"] == "send" for command in commands) <= 11, where
            assert not any(command["type"] == "failed" for command in commands), where
            assert (state["ended"] is None) == (state["waiting"] is not None), where
            if _must_be_answered(event, before[0]):
                kinds = {command["type"] for command in commands}
                assert kinds & {"send", "call", "handoff", "human", "end"}, where


def _must_be_answered(event: Event, state: dict[str, Any] | None) -> bool:
    """A message to a run that waits for the customer."""
    waits = state is not None and state["waiting"] is not None and state["waiting"]["kind"] == "input"
    return isinstance(event, Message) and waits


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_wait_for_the_customer_ends_by_itself(name: str) -> None:
    ir = ir_of(name)
    for seed in range(WALKS):
        state = walk(ir, seed).state
        if state["waiting"] is not None and state["waiting"]["kind"] == "input":
            assert state["timers"], (name, seed)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_log_gives_the_same_bytes(name: str) -> None:
    ir = ir_of(name)
    for seed in range(WALKS // 3):
        log = walk(ir, seed).log
        assert canonical(replay(ir, log)) == canonical(replay(ir, log))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_log_split_at_any_point_goes_on_the_same(name: str) -> None:
    """The state is all there is: written down, read again, it continues to the same bytes."""
    ir = ir_of(name)
    for seed in range(WALKS // 6):
        log = walk(ir, seed).log
        whole = replay(ir, log)
        for point in range(len(log)):
            state = json.loads(canonical(whole[point][0]))
            rest = []
            for event in log[point + 1 :]:
                state, commands = step(ir, state, event)
                rest.append([state, [command.to_dict() for command in commands]])
            assert canonical(rest) == canonical(whole[point + 1 :]), (name, seed, point)


@pytest.mark.parametrize("name", SCENARIOS)
def test_step_changes_nothing_that_it_was_given(name: str) -> None:
    ir = ir_of(name)
    before_ir = canonical(ir)
    for seed in range(WALKS // 3):
        state = new_state(ir, run=1)
        for event in walk(ir, seed).log:
            kept, kept_event = copy.deepcopy(state), copy.deepcopy(event)
            after, _ = step(ir, state, event)
            assert (state, event) == (kept, kept_event)
            state = after
    assert canonical(ir) == before_ir


def test_two_processes_with_other_hash_seeds_agree() -> None:
    found = {digest()}
    for seed in ("1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-m", "tests.scenario_dsl.walks"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        found.add(ran.stdout.strip())
    assert len(found) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_GARBAGE_CONTEXTS = st.builds(
    Context,
    now=st.integers(-(10**18), 10**18),
    locale=st.sampled_from(["ru", "en", "", "xx-YY"]),
    channel=st.dictionaries(st.text(max_size=5), _JSON, max_size=3),
    customer=st.fixed_dictionaries({"name": _JSON, "email": _JSON}),
    conversation=st.dictionaries(st.text(max_size=5), _JSON, max_size=3),
    tenant=st.fixed_dictionaries({"timezone": _JSON}),
)
_INBOUND = st.builds(Inbound, st.integers(), st.text(max_size=50), st.none() | st.text(max_size=10))
_GARBAGE_EVENTS = st.one_of(
    st.builds(Start, _GARBAGE_CONTEXTS, st.none(), st.none() | _INBOUND, st.booleans()),
    st.builds(Message, _GARBAGE_CONTEXTS, _INBOUND),
    st.builds(Result, _GARBAGE_CONTEXTS, st.sampled_from(["1.c1", "1.c2", ""]), st.text(max_size=8), _JSON),
    st.builds(Timer, _GARBAGE_CONTEXTS, st.sampled_from(["1.1.0.timeout", "1.1.0.reminder0", "", "x"])),
    st.builds(
        Operator, _GARBAGE_CONTEXTS, st.sampled_from(["accepted", "closed", "handed_back", "x"]), st.just({})
    ),
    st.builds(Cancel, _GARBAGE_CONTEXTS),
    _JSON,
)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(SCENARIOS), st.integers(0, 50), st.lists(_GARBAGE_EVENTS, max_size=4))
def test_garbage_events_never_raise(name: str, seed: int, events: list[Any]) -> None:
    ir = ir_of(name)
    state = walk(ir, seed).state
    for event in events:
        state, commands = step(ir, state, event)
        assert isinstance(state, dict)
        assert not any(isinstance(command, Failed) for command in commands) or any(
            isinstance(command, Send) for command in commands
        )


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(SCENARIOS), st.integers(0, 50), st.data())
def test_garbage_states_never_raise(name: str, seed: int, data: st.DataObject) -> None:
    ir = ir_of(name)
    state = copy.deepcopy(walk(ir, seed).state)
    state["ended"] = None
    for key in data.draw(st.lists(st.sampled_from(sorted(state)), min_size=1, max_size=3)):
        if data.draw(st.booleans()):
            state[key] = data.draw(_JSON)
        else:
            state.pop(key, None)
    events: list[Event] = [
        Message(context(), Inbound(9, "Привет")),
        Timer(context(), "1.1.0.timeout"),
        Result(context(), "1.c1", "ok", None),
        Start(context()),
    ]
    for event in events:
        _, commands = step(ir, state, event)
        if any(isinstance(command, Failed) for command in commands):
            assert any(isinstance(command, Send) for command in commands)
            assert any(isinstance(command, Handoff) for command in commands)


def test_a_call_survives_a_lost_worker() -> None:
    ir = ir_of("order_status")
    chat = Chat(ir).start("Где мой заказ AB-123456?")
    reloaded = json.loads(canonical(chat.state))
    assert pending(ir, reloaded) == chat.of(Call)


def test_walks_reach_every_kind_of_end() -> None:
    """The walks are worth something only if they get about."""
    outcomes = {walk(ir_of(name), seed).outcome for name in SCENARIOS for seed in range(WALKS)}
    assert {"human", "cancelled", "resolved", "converted", "queued", "answered", "helped", "left"} <= outcomes
    assert Human in {
        type(command) for seed in range(WALKS) for command in walk(ir_of("greeting"), seed).commands
    }


# What `step` is made of


def test_step_imports_the_standard_library_and_re2_only() -> None:
    code = (
        "import sys; import omnisupport.scenario_dsl as s\n"
        "from omnisupport.scenario_dsl.registry import input_kinds, node_types\n"
        "node_types(); input_kinds()\n"
        "names = {name.split('.')[0] for name, module in sys.modules.items() if module}\n"
        "print(sorted(names - set(sys.stdlib_module_names)))\n"
        "print(sorted(names & {'random', 'uuid', 'socket', 'asyncio', 'yaml'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import site; site.main()\n{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    outside, forbidden = (ast.literal_eval(line) for line in ran.stdout.splitlines())
    # Site hooks and the interpreter's build settings are no part of our closure.
    environment = ("_sysconfigdata", "__", "sitecustomize", "usercustomize", "_distutils_hack")
    assert {name for name in outside if not name.startswith(environment)} == {"omnisupport", "re2"}
    assert forbidden == []


PURE = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] in ("runtime", "nodes", "inputs", "expr")
    or path.name
    in (
        "render.py",
        "filters.py",
        "formats.py",
        "values.py",
        "keywords.py",
        "patterns.py",
        "triggers.py",
        "calendar.py",
        "options.py",
    )
]
_FORBIDDEN_MODULES = {
    "random",
    "uuid",
    "os",
    "time",
    "secrets",
    "threading",
    "socket",
    "subprocess",
    "locale",
    "asyncio",
}
_FORBIDDEN_CALLS = {"hash", "open", "now", "utcnow", "today", "getenv", "strftime"}


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_has_no_clock_no_chance_and_no_outside_world(path: Path) -> None:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in _FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _FORBIDDEN_MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [called] if called in _FORBIDDEN_CALLS else []
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Set | ast.SetComp):
            found.append("iteration over a set")
    assert found == []
