"""Our expressions against cel-python, on random well-typed expressions of the part that both have."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import celpy
import pytest
from celpy.adapter import json_to_cel
from celpy.celtypes import BoolType, DoubleType, IntType, ListType, MapType, StringType
from celpy.evaluation import CELEvalError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import BOOL, INT, NUMBER, STRING, list_of, object_of

VALUES: dict[str, Any] = {
    "vars": {
        "count": 7,
        "price": 2.5,
        "name": "Анна 👍🏽",
        "code": "AB-12",
        "flag": True,
        "tags": ["vip", "чай", ""],
        "numbers": [3, -1, 2],
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
    )
}
_ENVIRONMENT = celpy.Environment()


_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_LEAVES = {
    "int": ("0", "1", "3", "20", "(-7)", "vars.count"),
    "number": ("0.5", "2.0", "1.25", "vars.price"),
    "string": ("''", "'a'", "'чай'", "'👍🏽'", "vars.name", "vars.code"),
    "bool": ("true", "false", "vars.flag", "has(vars.name)", "vars.code.matches('^[A-Z]+-[0-9]+$')"),
    "list": ("[]", "vars.numbers", "[1, 2, 3]"),
}
# Each form: what it is made of, and how; `{0}` and `{1}` are expressions of the kinds named.
_FORMS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "int": [
        *[("({0} " + op + " {1})", ("int", "int")) for op in "+-*/%"],
        ("size({0})", ("string",)),
        ("size({0})", ("list",)),
        ("({0} ? {1} : {2})", ("bool", "int", "int")),
    ],
    "number": [
        *[("({0} " + op + " {1})", ("number", "number")) for op in "+-*/"],
        ("double({0})", ("int",)),
    ],
    "string": [("({0} + {1})", ("string", "string")), ("({0} ? {1} : {2})", ("bool", "string", "string"))],
    "list": [
        ("[{0}, {1}]", ("int", "int")),
        ("{0}.filter(n, n > {1})", ("list", "int")),
        ("{0}.map(n, n + {1})", ("list", "int")),
    ],
    "bool": [
        *[
            ("({0} " + op + " {1})", (kind, kind))
            for op in _COMPARISONS
            for kind in ("int", "number", "string")
        ],
        *[("({0} " + op + " {1})", ("bool", "bool")) for op in ("&&", "||", "==", "!=")],
        ("!({0})", ("bool",)),
        ("{0} in {1}", ("int", "list")),
        *[
            ("({0})." + name + "({1})", ("string", "string"))
            for name in ("contains", "startsWith", "endsWith")
        ],
        *[("{0}." + name + "(n, n > {1})", ("list", "int")) for name in ("exists", "all", "exists_one")],
    ],
}


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


def _oracle(text: str) -> Any:
    program = _ENVIRONMENT.program(_ENVIRONMENT.compile(text))
    return _plain(program.evaluate({"vars": json_to_cel(VALUES["vars"])}))


def _plain(value: Any) -> Any:
    kinds: list[tuple[type, Any]] = [(BoolType, bool), (IntType, int), (DoubleType, float), (StringType, str)]
    for kind, convert in kinds:
        if isinstance(value, kind):
            return convert(value)
    if isinstance(value, ListType):
        return [_plain(item) for item in value]
    assert not isinstance(value, MapType)
    return value


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """A well-typed expression of any kind, up to four operations deep."""
    random = draw(st.randoms(use_true_random=False))
    return _expression(random, draw(st.sampled_from(sorted(_FORMS))), draw(st.integers(1, 4)))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(expressions())
@example("-7 / 2")
@example("-7 % 3")
@example("[3, -1, 2].filter(n, n > 0).map(n, n * 2)")
@example("size('👍🏽' + 'чай')")
@example("(1 / 0 > 1) || true")
@example("false && (1 / 0 > 1)")
@example("'б' < 'а'")
def test_the_two_agree(text: str) -> None:
    checker = Checker(ROOTS)
    checker.infer(parse(text), frozenset())
    assert checker.faults == [], text
    try:
        ours: Any = evaluate(parse(text).to_json(), VALUES)
    except ExprError:
        # Division by zero, or a float that is not finite, where CEL has infinity; a macro over an error.
        ours = None
    try:
        theirs = _oracle(text)
    except CELEvalError:
        theirs = None
    if ours is None or theirs is None:
        assert "/" in text or "%" in text, text
        return
    assert (
        ours == pytest.approx(theirs)
        if isinstance(ours, float)
        else (ours == theirs and type(ours) is type(theirs))
    ), text
