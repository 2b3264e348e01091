"""Our expressions against two CEL libraries, on random well-typed expressions of the part that all have."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import cel
import celpy
import pytest
from celpy.adapter import json_to_cel
from celpy.celtypes import (
    BoolType,
    DoubleType,
    DurationType,
    IntType,
    ListType,
    MapType,
    StringType,
    TimestampType,
)
from celpy.evaluation import CELEvalError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import BOOL, INT, NUMBER, STRING, list_of, object_of

EXAMPLES = 600
VALUES: dict[str, Any] = {
    "vars": {
        "count": 7,
        "price": 2.5,
        "name": "Анна 👍🏽",
        "code": "AB-12",
        "flag": True,
        "tags": ["vip", "чай", ""],
        "numbers": [3, -1, 2],
        "order": {"status": "new", "lines": 2, "paid": False},
    }
}
ROOTS = {
    "vars": object_of(
        count=INT,
        price=NUMBER,
        name=STRING,
        code=STRING,
        flag=BOOL,
        tags=list_of(STRING),
        numbers=list_of(INT),
        order=object_of(status=STRING, lines=INT, paid=BOOL, none=STRING.optional()),
    )
}

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_PARTS = ("FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "Hours", "Minutes", "Seconds")
_LEAVES = {
    "int": ("0", "1", "3", "20", "(-7)", "0x1F", "9223372036854775807", "vars.count", "vars.order.lines"),
    "number": ("0.5", "2.0", "1.25", ".5", "1e3", "vars.price"),
    "string": (
        "''",
        "'a'",
        "'чай'",
        "'👍🏽'",
        "r'\\d'",
        r"'\u0416\t\x41\101'",
        "'''it's'''",
        "vars.name",
        "vars.code",
    ),
    "bool": ("true", "false", "vars.flag", "has(vars.name)", "has(vars.order.none)", "vars.order.paid"),
    "list": ("[]", "vars.numbers", "[1, 2, 3]", "[0, 0]"),
    "texts": ("vars.tags", "['б', 'а']", "['a', 'Я', '']"),
    "moment": (
        "timestamp('2026-03-02T23:30:15Z')",
        "timestamp('2024-02-29T00:00:00+03:00')",
        "timestamp('1969-12-31T23:59:59.500Z')",
    ),
    "span": (
        "duration('90m')",
        "duration('1h30m')",
        "duration('-1.5h')",
        "duration('250ms')",
        "duration('0s')",
    ),
}
# Each form: what it is made of, and how; `{0}` and `{1}` are expressions of the kinds named. The division of
# numbers has two spaces before its sign and an index one: by them the table of deviations knows both.
_FORMS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "int": [
        *[("({0} " + op + " {1})", ("int", "int")) for op in "+-*/%"],
        ("-({0})", ("int",)),
        ("size({0})", ("string",)),
        ("size({0})", ("list",)),
        ("{0}.size()", ("texts",)),
        ("({0} ? {1} : {2})", ("bool", "int", "int")),
        ("int({0})", ("number",)),
        ("int(string({0}))", ("int",)),
        ("{0}[ {1}]", ("list", "int")),
        ("{{'a': {0}, 'b': {1}}}['b']", ("int", "int")),
        ("{{'a': {0}, 'b': {1}}}.a", ("int", "int")),
        *[("{0}.get" + part + "('UTC')", ("moment",)) for part in _PARTS],
        *[("{0}.get" + part + "()", ("span",)) for part in ("Hours", "Minutes", "Seconds")],
    ],
    "number": [
        *[("({0} " + op + " {1})", ("number", "number")) for op in "+-*"],
        ("({0}  / {1})", ("number", "number")),
        ("-({0})", ("number",)),
        ("double({0})", ("int",)),
        ("double(string({0}))", ("number",)),
        ("({0} ? {1} : {2})", ("bool", "number", "number")),
    ],
    "string": [
        ("({0} + {1})", ("string", "string")),
        ("({0} ? {1} : {2})", ("bool", "string", "string")),
        ("string({0})", ("int",)),
        ("string({0})", ("string",)),
        ("{0}[ {1}]", ("texts", "int")),
    ],
    "list": [
        ("[{0}, {1}]", ("int", "int")),
        ("({0} + {1})", ("list", "list")),
        ("{0}.filter(n, n > {1})", ("list", "int")),
        ("{0}.map(n, n + {1})", ("list", "int")),
        ("{0}.map(n, size({1}) + n)", ("list", "list")),
        ("{0}.map(n, n % 2 == 0, n * {1})", ("list", "int")),
        ("{0}.map(t, size(t))", ("texts",)),
        ("({0} ? {1} : {2})", ("bool", "list", "list")),
    ],
    "texts": [
        ("[{0}, {1}]", ("string", "string")),
        ("{0}.filter(t, t.contains({1}))", ("texts", "string")),
        ("{0}.map(t, t + {1})", ("texts", "string")),
    ],
    "bool": [
        *[
            ("({0} " + op + " {1})", (kind, kind))
            for op in _COMPARISONS
            for kind in ("int", "number", "string", "moment", "span")
        ],
        *[("({0} " + op + " {1})", ("bool", "bool")) for op in ("&&", "||", "==", "!=")],
        *[("({0} " + op + " {1})", (kind, kind)) for op in ("==", "!=") for kind in ("list", "texts")],
        ("({{'a': {0}}} == {{'a': {1}}})", ("int", "int")),
        ("([{0}, [{1}]] == [{0}, [{1}]])", ("list", "int")),
        ("!({0})", ("bool",)),
        ("({0} in {1})", ("int", "list")),
        ("({0} in {1})", ("string", "texts")),
        ("({0} in {{'a': 1, 'чай': 2}})", ("string",)),
        *[
            ("({0})." + name + "({1})", ("string", "string"))
            for name in ("contains", "startsWith", "endsWith")
        ],
        ("({0}).matches('^[A-ZА-Я]+-?[0-9]*')", ("string",)),
        *[("{0}." + name + "(n, n > {1})", ("list", "int")) for name in ("exists", "all", "exists_one")],
        *[("{0}." + name + "(n, {1} / n == 1)", ("list", "int")) for name in ("exists", "all")],
        *[("{0}." + name + "(t, t == {1})", ("texts", "string")) for name in ("exists", "all", "exists_one")],
        ("bool(string({0}))", ("bool",)),
        ("({0} ? {1} : {2})", ("bool", "bool", "bool")),
    ],
    "moment": [("({0} + {1})", ("moment", "span")), ("({0} - {1})", ("moment", "span"))],
    "span": [
        ("({0} + {1})", ("span", "span")),
        ("({0} - {1})", ("span", "span")),
        ("({0} - {1})", ("moment", "moment")),
    ],
}


@dataclass(frozen=True)
class Deviation:
    """Expressions on which we and a library differ, and why; `sample` is one, which shows that it is so.

    `only_errors` says that the values agree: one of the two has none.
    """

    library: str
    pattern: str
    sample: str
    reason: str
    only_errors: bool = False

    def matches(self, text: str) -> bool:
        return re.search(self.pattern, text) is not None


DEVIATIONS = (
    Deviation(
        "both",
        r"  / ",
        "(1.0  / 0.0) > 1.0",
        "CEL's numbers know infinity; our values are JSON, so the error is `expr.value` or `expr.limit`",
        only_errors=True,
    ),
    Deviation(
        "rust",
        r"size\(|\.size\(\)",
        "size('чай')",
        "the library counts bytes of UTF-8; CEL counts code points, and so do we",
    ),
    Deviation(
        "rust",
        r"\b(bool|string)\(",
        "string(true)",
        "the library has no bool(), and no string() of a bool",
        only_errors=True,
    ),
    Deviation(
        "rust",
        r"\+03:00",
        "timestamp('2024-02-29T00:00:00+03:00').getHours('UTC')",
        "the library reads the parts of a moment at the offset that it was written with; CEL reads UTC",
    ),
    Deviation(
        "rust",
        r"\.(exists|all)\(n, .* / n == 1\)",
        "[0, 1].exists(n, 1 / n == 1)",
        "the library stops at the first item that fails; CEL, and we, when no other item decides",
        only_errors=True,
    ),
    Deviation(
        "python",
        r"\.map\(n, n % 2 == 0, ",
        "[1, 2].map(n, n % 2 == 0, n * 10)",
        "the library has no map() with a condition",
        only_errors=True,
    ),
    Deviation(
        "python",
        r"\{'a': ",
        "{'a': 9223372036854775807 + 1, 'b': 2}['b']",
        "the library forgets the error of a value beside the one that is taken",
        only_errors=True,
    ),
    Deviation(
        "python",
        r"\[ ",
        "[1, 2][ -1]",
        "the library counts a negative index from the end, as Python does; in CEL it is an error",
        only_errors=True,
    ),
    Deviation(
        "python",
        r"\.get(Hours|Minutes|Seconds)\(\)",
        "(duration('1h') - duration('30m')).getHours()",
        "the difference of two of the library's durations is none of its durations",
        only_errors=True,
    ),
)


def _expression(random: Random, kind: str, depth: int) -> str:
    if depth == 0 or random.random() < 0.2:
        return random.choice(_LEAVES[kind])
    form, parts = random.choice(_FORMS[kind])
    return form.format(*(_expression(random, part, depth - 1) for part in parts))


class _Text(StringType):
    """The oracle's text, whose sum is a text again: as it comes, `('a' + 'b').contains('a')` is an error there."""

    def __add__(self, other: str) -> _Text:
        return _Text(str.__add__(self, other))


@pytest.fixture(autouse=True, scope="module")
def sums_are_texts() -> Iterator[None]:
    """Mend the oracle for the time of these tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StringType, "__add__", _Text.__add__)
        yield


def ours(text: str) -> Any:
    try:
        return evaluate(parse(text).to_json(), VALUES)
    except ExprError as error:
        return error


_ENVIRONMENT = celpy.Environment()
_PYTHON_VALUES = {"vars": json_to_cel(VALUES["vars"])}


def python_library(text: str) -> Any:
    try:
        program = _ENVIRONMENT.program(_ENVIRONMENT.compile(text))
        return _plain(program.evaluate(_PYTHON_VALUES))
    except (CELEvalError, ValueError) as error:
        return error


def rust_library(text: str) -> Any:
    try:
        return _plain(cel.evaluate(text.replace("('UTC')", "()"), VALUES))
    except (RuntimeError, ArithmeticError, LookupError, ValueError, TypeError) as error:
        return error


LIBRARIES: dict[str, Callable[[str], Any]] = {"python": python_library, "rust": rust_library}


def _plain(value: Any) -> Any:
    """A library's value as ours: moments and durations are milliseconds."""
    if isinstance(value, BoolType):
        return bool(value)
    if isinstance(value, (timedelta, DurationType)):
        return value // timedelta(milliseconds=1)
    if isinstance(value, (datetime, TimestampType)):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    kinds: list[tuple[type, Any]] = [(IntType, int), (DoubleType, float), (StringType, str)]
    for kind, convert in kinds:
        if isinstance(value, kind):
            return convert(value)
    if isinstance(value, (list, ListType)):
        return [_plain(item) for item in value]
    assert not isinstance(value, (dict, MapType))
    return value


def same(first: Any, second: Any) -> bool:
    """Whether both failed, or have the same value of the same type."""
    if isinstance(first, Exception) or isinstance(second, Exception):
        return isinstance(first, Exception) and isinstance(second, Exception)
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-12)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    return bool(first == second) and type(first) is type(second)


def is_known(library: str, text: str, first: Any, second: Any) -> bool:
    failed = isinstance(first, Exception) or isinstance(second, Exception)
    return any(
        item.library in (library, "both") and item.matches(text) and (failed or not item.only_errors)
        for item in DEVIATIONS
    )


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """A well-typed expression of any kind, up to four operations deep."""
    random = draw(st.randoms(use_true_random=False))
    return _expression(random, draw(st.sampled_from(sorted(_FORMS))), draw(st.integers(1, 4)))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
@given(expressions())
@example("-7 / 2")
@example("-7 % 3")
@example("[3, -1, 2].filter(n, n > 0).map(n, n * 2)")
@example("size('👍🏽' + 'чай')")
@example("(1 / 0 > 1) || true")
@example("false && (1 / 0 > 1)")
@example("'б' < 'а'")
def test_the_three_agree(text: str) -> None:
    checker = Checker(ROOTS)
    checker.infer(parse(text), frozenset())
    assert [fault for fault in checker.faults if fault.key not in ("E314", "E213.constant")] == [], text
    mine = ours(text)
    for library, run in LIBRARIES.items():
        theirs = run(text)
        assert same(mine, theirs) or is_known(library, text, mine, theirs), (library, text, mine, theirs)


@pytest.mark.parametrize("item", DEVIATIONS, ids=lambda item: f"{item.library}: {item.sample}")
def test_each_known_deviation_is_one(item: Deviation) -> None:
    assert item.matches(item.sample)
    mine = ours(item.sample)
    for library in LIBRARIES if item.library == "both" else (item.library,):
        theirs = LIBRARIES[library](item.sample)
        assert not same(mine, theirs), (mine, theirs)
        assert is_known(library, item.sample, mine, theirs)
