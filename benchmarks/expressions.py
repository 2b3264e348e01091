"""Expressions beside two CEL libraries in the same run: reading and evaluating the same text over the same values.

`cel-python` is pure Python, `common-expression-language` is a binding of a Rust crate; both are dependencies
of development only. Ours checks types while it reads. The binding is measured twice: with its context made
before, as nobody has it whose values change at every event, and from a dict of values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import cel
import celpy
from celpy.adapter import json_to_cel

from benchmarks.timing import best
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import compile_expr
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import INT, STRING, list_of, object_of

VALUES: dict[str, Any] = {
    "vars": {"total": 120, "name": "Анна", "status": "new", "teas": ["Лун Цзин", "Те Гуань Инь", "Пуэр"]}
}
_ROOTS = {"vars": object_of(total=INT, name=STRING, status=STRING, teas=list_of(STRING))}
SIMPLE = "vars.total > 100"
TEXTS = (
    SIMPLE,
    "vars.total > 100 && vars.status == 'new' || vars.name == ''",
    "vars.teas.exists(t, t == 'Пуэр')",
    "vars.teas.filter(t, t.startsWith('П')).size() == 1",
)
BOMB = f"{list(range(100))}.map(a, {list(range(100))}.map(b, {list(range(100))}.map(c, 1)))"


class Row(NamedTuple):
    """Microseconds of one expression; `None` where it has no meaning."""

    text: str
    library: str
    read: float
    evaluate: float


def measure_expressions() -> list[Row]:
    """Each expression in each library, ours first."""
    return [row for text in TEXTS for row in (_ours(text), _python(text), _rust(text), _rust_from_dict(text))]


def _ours(text: str) -> Row:
    closure = compile_expr(parse(text).to_json())
    env = {**VALUES, "$": allowance()}
    left = env["$"]

    def evaluate() -> None:
        left[0] = 1_000
        closure(env)

    return Row(text, "ours", _micro(lambda: _read(text), 200), _micro(evaluate, 20_000))


def _read(text: str) -> None:
    """What publishing does with an expression: read it, check its types, make its closure."""
    ast = parse(text)
    checker = Checker(_ROOTS)
    checker.infer(ast, frozenset())
    assert not checker.faults, checker.faults
    compile_expr(ast.to_json())


def _python(text: str) -> Row:
    environment = celpy.Environment()
    program = environment.program(environment.compile(text))
    values = {"vars": json_to_cel(VALUES["vars"])}

    def read() -> None:
        environment.program(environment.compile(text))

    return Row(text, "cel-python", _micro(read, 20), _micro(lambda: program.evaluate(values), 200))


def _rust(text: str) -> Row:
    context = cel.Context(VALUES)
    program = cel.compile(text)
    read = _micro(lambda: cel.compile(text), 500)
    return Row(text, "Rust cel, context made before", read, _micro(lambda: program.execute(context), 5_000))


def _rust_from_dict(text: str) -> Row:
    program = cel.compile(text)
    read = _micro(lambda: cel.compile(text), 500)
    return Row(text, "Rust cel, from a dict", read, _micro(lambda: program.execute(VALUES), 2_000))


def _micro(work: Callable[[], object], times: int) -> float:
    def repeat() -> None:
        for _ in range(times):
            work()

    return best(repeat, 5) / times * 1e6
