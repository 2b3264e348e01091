"""Conditions that decide nothing: cases that an earlier one takes, and what is always true or false."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.expr.types import BOOL
from omnisupport.scenario_dsl.nodes.condition import Condition
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.uses import Expression

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class _Atom(NamedTuple):
    """`path op constant`, such as `vars.score > 50`."""

    path: str
    op: str
    value: Any

    def opposite(self) -> _Atom:
        return _Atom(self.path, _OPPOSITE[self.op], self.value)


def check(document: Analysis) -> None:
    """W128, W129."""
    for node in document.nodes.values():
        site = Site(document.report, document.header, node.id)
        for use in node.uses.expressions:
            _check_constant(use, site)
        _check_cases(node, site)
    for trigger in document.triggers:
        for use in trigger.uses.expressions:
            _check_constant(use, Site(document.report, document.header))


def _check_cases(node: Node, site: Site) -> None:
    cases = node.values.get("cases", []) if isinstance(node.type, Condition) else []
    whens = [case["when"] for case in cases if "when" in case]
    for index, when in enumerate(whens):
        earlier = next((other for other in whens[:index] if _implies(when.ast, other.ast)), None)
        # The very same case is E127.
        if earlier is not None and earlier.ast.to_json() != when.ast.to_json():
            site.add("W128", when.tree, when.field, case=when.tree.text, first=earlier.tree.text)


def _check_constant(use: Expression, site: Site) -> None:
    if use.wanted is not BOOL:
        return
    always = _constant(use.ast)
    if always is not None:
        word = "true" if always else "false"
        site.add("W129", use.tree, use.field, value=word)


def _constant(ast: Ast) -> bool | None:
    """What a condition always is, as far as can be seen without knowing any value."""
    if ast.op == "!":
        inner = _constant(ast.args[0])
        return None if inner is None else not inner
    if ast.op in ("&&", "||"):
        return _constant_terms(ast)
    if not _reads(ast):
        return _value(ast)
    if ast.op in _HOLDS and path_of(ast.args[0]) is not None and path_of(ast.args[0]) == path_of(ast.args[1]):
        return ast.op in ("==", "<=", ">=")
    return None


def _constant_terms(ast: Ast) -> bool | None:
    """`a && b` is false when the two exclude each other, `a || b` true when they leave nothing out."""
    decisive = ast.op == "||"
    found = [_constant(term) for term in ast.args]
    if decisive in found:
        return decisive
    atoms = [atom for term in ast.args if (atom := _atom(term)) is not None]
    for index, first in enumerate(atoms):
        for second in atoms[index + 1 :]:
            decided = first.opposite() if decisive else first
            wanted = second if decisive else second.opposite()
            if _follows(decided, wanted):
                return decisive
    return None if None in found else not decisive


def _reads(ast: Ast) -> bool:
    # A function may be unknown or refuse its arguments: that is another finding.
    return ast.op in ("id", "call") or any(_reads(child) for child in ast.children())


def _value(ast: Ast) -> bool | None:
    try:
        value = evaluate(ast.to_json(), {})
    except ExprError:
        return None
    return value if isinstance(value, bool) else None


def _implies(later: Ast, earlier: Ast) -> bool:
    """Whether the later condition can be true only where the earlier one is."""
    if later.op == "||":
        return all(_implies(term, earlier) for term in later.args)
    if earlier.op == "&&":
        return all(_implies(later, term) for term in earlier.args)
    if earlier.op == "||":
        return any(_implies(later, term) for term in earlier.args)
    wanted, meant = _atom(earlier), earlier.to_json()
    for term in _terms(later):
        atom = _atom(term)
        if (atom and wanted and _follows(atom, wanted)) or term.to_json() == meant:
            return True
    return False


def _terms(ast: Ast) -> Iterator[Ast]:
    if ast.op == "&&":
        for term in ast.args:
            yield from _terms(term)
    else:
        yield ast


def _atom(ast: Ast) -> _Atom | None:
    if ast.op not in _HOLDS:
        return None
    left, right = ast.args
    for side, other, op in ((left, right, ast.op), (right, left, _MIRRORED[ast.op])):
        path = path_of(side)
        if path is not None and other.op == "lit" and other.args[0] is not None:
            return _Atom(path, op, other.args[0])
    return None


def _follows(known: _Atom, wanted: _Atom) -> bool:
    """Whether a value of which the first is true makes the second true."""
    if known.path != wanted.path or type(known.value) is not type(wanted.value):
        return False
    if known.op == "==":
        return _HOLDS[wanted.op](known.value, wanted.value)
    if known == wanted:
        return True
    if known.op == "!=" or wanted.op == "==":
        return False
    if wanted.op == "!=":
        # The constant itself lies outside of what is known.
        return not _HOLDS[known.op](wanted.value, known.value)
    if known.op[0] != wanted.op[0]:
        return False
    strict = wanted.op in (">", "<") and known.op not in (">", "<")
    return _HOLDS[known.op[0] if strict else known.op[0] + "="](known.value, wanted.value)
