"""The types of filters: what each takes, what it gives, and which a type calls for by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.check import Checker, Fault, Known
from omnisupport.scenario_dsl.expr.types import ANY, NUMBERS, STRING, TEXTS, Type, join
from omnisupport.scenario_dsl.filters import FILTERS
from omnisupport.scenario_dsl.formats import pattern_fault
from omnisupport.scenario_dsl.template import FilterUse, Hole

# What a value of these types is shown by when the author names no filter.
_IMPLIED = {"date": "date", "time": "time", "datetime": "datetime", "money": "money", "list": "list"}
_SCALARS = frozenset({*TEXTS, *NUMBERS, "bool", "any"})
_LISTED = _SCALARS - {"bool"}


def _takes(kinds: frozenset[str] | set[str], *arguments: str) -> Callable[[Type, Sequence[Ast]], bool]:
    """A filter for values of these kinds; its constant arguments by type, all of them optional."""

    def check(value: Type, given: Sequence[Ast]) -> bool:
        if value.kind not in kinds or len(given) > len(arguments):
            return False
        return all(_is_constant(item, kind) for item, kind in zip(given, arguments, strict=False))

    return check


def _is_constant(ast: Ast, kind: str) -> bool:
    wanted: type = int if kind == "int" else str
    return ast.op == "lit" and type(ast.args[0]) is wanted


def _takes_list(*arguments: str) -> Callable[[Type, Sequence[Ast]], bool]:
    def check(value: Type, given: Sequence[Ast]) -> bool:
        items = value.kind == "any" or (value.kind == "list" and (value.of or ANY).kind in _LISTED)
        return items and _takes({value.kind}, *arguments)(value, given)

    return check


def _takes_count(value: Type, given: Sequence[Ast]) -> bool:
    return (
        # Without any it has too few forms, which is E603.
        value.kind in {*NUMBERS, "any"} and all(_is_constant(item, "text") for item in given)
    )


def _takes_limit(value: Type, given: Sequence[Ast]) -> bool:
    return len(given) == 1 and _takes(_SCALARS, "int")(value, given)


_SIGNATURES: dict[str, Callable[[Type, Sequence[Ast]], bool]] = {
    "upper": _takes(_SCALARS),
    "lower": _takes(_SCALARS),
    "title": _takes(_SCALARS),
    "mask": _takes(_SCALARS),
    "truncate": _takes_limit,
    "join": _takes_list("text"),
    "list": _takes_list(),
    "date": _takes({"date", "datetime", "any"}, "text"),
    "datetime": _takes({"datetime", "any"}, "text", "text"),
    "time": _takes({"time", "datetime", "any"}, "text"),
    "number": _takes({*NUMBERS, "any"}, "int"),
    "money": _takes({"money", "any"}),
    "plural": _takes_count,
    "link": _takes({"url", "string", "any"}, "text"),
}
# The only filter that gives no text: what comes after it is the place where the text is shown.
_LINK = Type("link")


def infer_hole(hole: Hole, checker: Checker, known: Known) -> None:
    """Check a hole and note the filters that its type calls for."""
    found = checker.infer(hole.ast, known)
    hole.implied = {}
    for index, use in enumerate(hole.filters):
        if use.name == "default" and found.kind in _IMPLIED:
            # The fallback is a text, so the value must be one before it.
            hole.implied[index] = _IMPLIED[found.kind]
            found = STRING.optional() if found.nullable else STRING
        found = _filtered(found, use, checker, known)
    if found.kind in _IMPLIED:
        hole.implied[len(hole.filters)] = _IMPLIED[found.kind]
    if checker.faults:
        return
    if found.nullable:
        _null_at_last(hole, checker, known)
    elif found.kind in ("object", "duration"):
        checker.faults.append(Fault("E213.show", hole.ast.position, {"type": found}))


def _null_at_last(hole: Hole, checker: Checker, known: Known) -> None:
    """Note a null that no `default` caught: at the value itself, or at a `default` that may be null too."""
    before = len(checker.faults)
    checker.value(hole.ast, known)
    if len(checker.faults) == before:
        checker.faults.append(Fault("E312.value", hole.ast.position, {}))


def _filtered(value: Type, use: FilterUse, checker: Checker, known: Known) -> Type:
    if use.name not in FILTERS:
        words: dict[str, Any] = {"name": use.name, "known": ", ".join(FILTERS)}
        checker.faults.append(Fault("E215.filter", use.position, words, tuple(FILTERS)))
        return ANY
    if use.name == "default":
        return _with_default(value, use, checker, known)
    if any(argument.op != "lit" for argument in use.arguments):
        checker.faults.append(Fault("E216.filter", use.position, {"name": use.name}))
        return ANY
    if not _SIGNATURES[use.name](value.required(), use.arguments):
        return _refused(value, use, checker)
    _check_pattern(use, checker)
    given = _LINK if use.name == "link" else STRING
    return given.optional() if value.nullable else given


def _with_default(value: Type, use: FilterUse, checker: Checker, known: Known) -> Type:
    if len(use.arguments) != 1:
        return _refused(value, use, checker)
    fallback = checker.infer(use.arguments[0], known)
    # A text may stand in for anything: it is shown, not computed with.
    joined = join(value.required(), fallback) or (STRING if fallback.is_text else None)
    if joined is None:
        return _refused(value, use, checker)
    return joined.optional() if fallback.nullable else joined.required()


def _refused(value: Type, use: FilterUse, checker: Checker) -> Type:
    types = ", ".join([str(value.required()), *(_shown(argument) for argument in use.arguments)])
    checker.faults.append(Fault("E213.filter", use.position, {"name": use.name, "types": types}))
    return ANY


def _shown(argument: Ast) -> str:
    return repr(argument.args[0]) if argument.op == "lit" else "…"


def _check_pattern(use: FilterUse, checker: Checker) -> None:
    if use.name in ("date", "datetime", "time") and use.arguments:
        letter = pattern_fault(str(use.arguments[0].args[0]))
        if letter is not None:
            checker.faults.append(Fault("E007.format", use.position, {"letter": letter}))
