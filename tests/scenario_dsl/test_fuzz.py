"""Documents, expressions, texts and events made by chance: nothing raises, hangs, or does more than it may.

What is made here is near to what is right: examples with parts exchanged, lines moved, tokens in any order,
answers of services that no schema has seen. Each round has a bound of processor time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl import (
    IR,
    Cancel,
    Domain,
    Event,
    Failed,
    Inbound,
    Message,
    Operator,
    Result,
    Start,
    State,
    Timer,
    check_document,
    compile_document,
    load_document,
    new_state,
    step,
)
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import compile_expr
from omnisupport.scenario_dsl.expr.errors import ExprError, ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import MACROS, parse
from omnisupport.scenario_dsl.expr.signatures import SIGNATURES
from omnisupport.scenario_dsl.filters import FILTERS, Surroundings
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.render import compile_text
from omnisupport.scenario_dsl.sinks import SINKS
from omnisupport.scenario_dsl.template import parse_template, segments_to_json
from omnisupport.scenario_dsl.tree import plain
from tests.scenario_dsl.support import ROOT, SHIPPED, context
from tests.scenario_dsl.test_any_document import spoil
from tests.scenario_dsl.test_expressions_profile import ROOTS
from tests.scenario_dsl.walks import walk

# Of the processor's time; a machine under load is slower by far less than this is above what is usual.
SECONDS = 1.5
STATE_BYTES = 64 * 1024

SOURCES = [
    *SHIPPED,
    *sorted((ROOT / "tests" / "scenario_dsl" / "checks").glob("*.good.yaml")),
]
randoms = st.randoms(use_true_random=False)
rounds = settings(max_examples=250, deadline=None, derandomize=True, database=None)


@contextmanager
def in_time() -> Iterator[None]:
    """Fail when what is inside takes too much of the processor."""
    begun = time.process_time()
    yield
    spent = time.process_time() - begun
    assert spent < SECONDS, f"{spent:.2f} s"


@cache
def source(index: int) -> str:
    return SOURCES[index].read_text("utf-8")


@cache
def values(index: int) -> Any:
    document = load_document(source(index)).document
    return plain(document.root) if document is not None else {}


def judge(text: str | bytes, seed: int) -> None:
    """Load, check, compile and walk; each finding is whole and said in both languages."""
    with in_time():
        loaded = load_document(text)
        found = loaded.findings if loaded.document is None else check_document(loaded.document)
    for finding in found:
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message["ru"]
        assert finding.message["en"]
    if loaded.document is None:
        assert found
        return
    if any(finding.is_error for finding in found):
        return
    with in_time():
        ir = compile_document(loaded.document)
        assert json.loads(canonical(ir)) == ir
    with in_time():
        assert walk(ir, seed).log


# --- Documents ---


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every part of a document stands."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += _places(item, (*path, key))
    return found


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _put(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    """A copy with one place holding another part."""
    if not path:
        return part
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _put(value[path[0]], path[1:], part)
    return copy


def _exchanged(random: Random, value: Any) -> Any:
    """A copy in which one part is that of another document, or of another place of the same."""
    donor = values(random.randrange(len(SOURCES))) if random.random() < 0.5 else value
    ours, theirs = _places(value), _places(donor)
    if not ours or not theirs:
        return value
    wanted = random.choice(ours)
    alike = [path for path in theirs if path[-1] == wanted[-1]] if random.random() < 0.7 else theirs
    return _put(value, wanted, _at(donor, random.choice(alike or theirs)))


@rounds
@given(randoms)
def test_documents_with_parts_of_others(random: Random) -> None:
    found = values(random.randrange(len(SOURCES)))
    for _ in range(random.choice((1, 1, 2, 4))):
        found = _exchanged(random, found) if random.random() < 0.7 else spoil(random, found)
    judge(json.dumps(found, ensure_ascii=random.random() < 0.3), random.randrange(1_000))


_PIECES = (
    "- ",
    ": ",
    "  ",
    "\t",
    "\n",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "!t ",
    "|\n",
    ">\n",
    "? ",
    "---\n",
    "{{ ",
    " }}",
    "=",
    "\0",
    "\u2028",
    "\ufeff",
    "😀",
    "\ud800",
    "null",
    "1e999",
    "vars.",
    "{t: x}",
    "<<: ",
)


def _torn(random: Random, text: str) -> str:
    """A copy with a line moved, doubled or lost, or with a few characters lost or put in."""
    lines = text.split("\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.random()
    if kind < 0.15:
        del lines[at]
    elif kind < 0.3:
        lines.insert(other, lines[at])
    elif kind < 0.45:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind < 0.6:
        lines[at] = " " * random.randrange(8) + lines[at].strip()
    else:
        place = random.randrange(len(text) + 1)
        length = random.choice((0, 0, 1, 3, 40))
        return text[:place] + random.choice(_PIECES) + text[place + length :]
    return "\n".join(lines)


@rounds
@given(randoms)
def test_documents_with_torn_lines(random: Random) -> None:
    text = source(random.randrange(len(SOURCES)))
    for _ in range(random.choice((1, 2, 5))):
        text = _torn(random, text)
    if random.random() < 0.8:
        judge(text, random.randrange(1_000))
        return
    encoded = bytearray(text.encode(random.choice(("utf-8", "cp1251", "utf-16")), "replace"))
    encoded[random.randrange(len(encoded))] = random.randrange(256)
    judge(bytes(encoded), 0)


@rounds
@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
def test_documents_of_anything(text: str | bytes) -> None:
    judge(text, 0)


@pytest.mark.parametrize(
    "locale", ["{default: ru, supported: [xx]}", "{default: xx, supported: [{}]}", "{supported: []}"]
)
def test_a_document_of_no_known_language(locale: str) -> None:
    judge(source(0).replace("locale: {default: ru, supported: [ru, en]}", f"locale: {locale}"), 0)


# --- Expressions and texts ---


def check_place(error: ExprSyntaxError, text: str) -> None:
    assert 0 <= error.position <= len(text)


def check_code(error: ExprError) -> None:
    assert error.code in ("expr.null", "expr.type", "expr.limit", "expr.value")


_TOKENS = (
    *"+-*/%<>!?:.,()[]{}|",
    *("&&", "||", "==", "!=", "<=", ">=", " in ", "true", "false", "null", "has(", "x", "x, "),
    *(
        "0",
        "1",
        "7",
        "2.5",
        "1e300",
        "0x1F",
        "9223372036854775807",
        "'a'",
        '"чай"',
        "''",
        r"r'\d+'",
        "'(a|a)*$'",
    ),
    *(
        f"vars.{name}"
        for name in ("count", "maybe", "name", "flag", "tags", "opened", "pause", "any", "size", "none")
    ),
    *(f".{name}(" for name in (*MACROS, *SIGNATURES)),
    *(f"{name}(" for name in ("size", "string", "int", "min", "max", "sum", "duration", "timestamp")),
)
VALUES: dict[str, Any] = {
    "vars": {
        "count": 7,
        "maybe": None,
        "name": "Анна 👍🏽",
        "flag": True,
        "tags": ["vip", "чай", ""],
        "opened": 1_772_438_400_000,
        "pause": 90_000,
        "any": {"a": [1, None, {"b": "c"}], "d": 2.5},
        "size": "small",
    }
}


@settings(max_examples=1_500, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.lists(st.sampled_from(_TOKENS), max_size=14).map("".join), st.text(max_size=60)))
def test_expressions_of_any_tokens(text: str) -> None:
    with in_time():
        try:
            ast = parse(text)
        except ExprSyntaxError as error:
            check_place(error, text)
            return
        checker = Checker(ROOTS)
        checker.infer(ast, frozenset())
        known = {fault.key for fault in checker.faults}
        if known & {"E210", "E215", "E216", "E217", "E213.call"}:
            return  # what has no meaning is never compiled
        try:
            compile_expr(ast.to_json())({**VALUES, "$": allowance()})
        except ExprError as error:
            check_code(error)


_HOLES = (
    "{{",
    "}}",
    "{{ ",
    " }}",
    " | ",
    "Привет, ",
    "'",
    '"',
    *(f"{name}(" for name in FILTERS),
    *FILTERS,
    *_TOKENS,
)


@settings(max_examples=1_000, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(_HOLES), max_size=16).map("".join), st.sampled_from(sorted(SINKS)))
def test_texts_of_any_holes(text: str, sink: str) -> None:
    with in_time():
        try:
            segments = segments_to_json(parse_template(text))
        except ExprSyntaxError as error:
            check_place(error, text)
            return
        try:
            writer = compile_text(segments, SINKS[sink])
            writer({**VALUES, "$": allowance()}, Surroundings("ru", "UTC"))
        except ExprError:
            return
        except (KeyError, TypeError, IndexError):
            # Unknown functions and filters, and arguments that they do not have, are refused by the checks.
            assert "(" in text or "|" in text


# --- Events ---

_json = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False),
        st.text(max_size=20),
        st.just("х" * 9_000),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(
            st.sampled_from(("text", "status", "json", "items", "label", "id", "x")), inner, max_size=5
        ),
    ),
    max_leaves=12,
)
_EXITS = (
    "ok",
    "error",
    "timeout",
    "http_error",
    "answered",
    "no_answer",
    "open",
    "closed",
    "available",
    "invalid",
    "",
)
_content = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "attachments": st.lists(
                st.fixed_dictionaries(
                    {"id": st.text(max_size=8), "name": st.text(max_size=30), "scan": st.just("clean")}
                ),
                max_size=15,
            ),
        }
    ),
)


@st.composite
def events(draw: st.DrawFn) -> Any:
    """What makes an event of a state: of the right types, and otherwise anything."""
    kind = draw(
        st.sampled_from(
            ("message", "message", "result", "result", "timer", "operator", "domain", "start", "cancel")
        )
    )
    text = draw(
        st.one_of(
            st.text(max_size=30), st.sampled_from(("1", "отмена", "назад", "AB-123456", "да", "\ud800"))
        )
    )
    value, exit, content = draw(_json), draw(st.sampled_from(_EXITS)), draw(_content)

    def make(state: State, seq: int) -> Event:
        around = context(now=1_772_438_400_000 + seq * 60_000)
        waiting = state["waiting"] or {}
        call = waiting.get("call", {}).get("id", "1.c1")
        timers = state["timers"] or [{"id": "1.0.0.timeout"}]
        data = value if isinstance(value, dict) else {"value": value}
        made: dict[str, Event] = {
            "message": Message(around, Inbound(seq, text, content=content)),
            "result": Result(around, call, exit, value),
            "timer": Timer(around, timers[-1]["id"]),
            "operator": Operator(around, "handed_back" if seq % 2 else "accepted", data),
            "domain": Domain(around, text, data),
            "start": Start(around, text, Inbound(seq, text)),
            "cancel": Cancel(around),
        }
        return made[kind]

    return make


@cache
def ir_of(index: int) -> IR | None:
    document = load_document(source(index)).document
    if document is None or any(finding.is_error for finding in check_document(document)):
        return None
    return compile_document(document)


@rounds
@given(st.integers(0, len(SOURCES) - 1), st.lists(events(), min_size=1, max_size=12))
def test_events_of_anything(index: int, makers: list[Any]) -> None:
    ir = ir_of(index)
    if ir is None:
        return
    state = new_state(ir, run=1)
    state, commands = step(ir, state, Start(context(), None, Inbound(1, "привет")))
    for seq, make in enumerate(makers, start=2):
        event = make(state, seq)
        before = canonical(state)
        with in_time():
            after, commands = step(ir, state, event)
        assert canonical(state) == before, "step changed the state that it was given"
        failed = [command for command in commands if isinstance(command, Failed)]
        assert not any(command.code == "internal" for command in failed), failed
        assert len(canonical(after).encode("utf-8", "replace")) < STATE_BYTES
        canonical([command.to_dict() for command in commands])
        state = after


@pytest.mark.parametrize("broken", [None, 5, "text", [], {}, {"waiting": 5, "ended": None}])
def test_a_state_that_is_none_ends_with_a_person(broken: Any) -> None:
    ir = next(ir for index in range(len(SOURCES)) if (ir := ir_of(index)) is not None)
    after, commands = step(ir, broken, Message(context(), Inbound(1, "привет")))
    assert after["ended"] == {"outcome": "failed"}
    assert [command for command in commands if isinstance(command, Failed)]
