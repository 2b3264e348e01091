"""Invariants: conditions over a run that must hold after every event of every case and every walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.checks.rules import entry as entry_of
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import Closure, compile_expr
from omnisupport.scenario_dsl.expr.errors import ExprError, ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import ANY, BOOL, INT, STRING, Type, list_of, object_of
from omnisupport.scenario_dsl.sim.places import TEXT, Reader, variables_of
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.words import Both

PLACES = ("sent", "note", "llm")
_SENT = list_of(object_of(text=STRING, buttons=list_of(STRING)))
_RUN = object_of(
    id=INT,
    ended=BOOL,
    outcome=ANY,
    node=ANY,
    steps=INT,
    trigger=ANY,
    waits=ANY,
    handed=BOOL,
    path=list_of(STRING),
)


@dataclass(frozen=True, slots=True)
class Invariant:
    """A condition as written, with its closure."""

    text: str
    holds: Closure
    line: int
    column: int

    def fault(self, env: dict[str, Any]) -> str | None:
        """None while it holds; else what it came to: `false`, or why it cannot be told."""
        env["$"] = allowance()
        try:
            value = self.holds(env)
        except ExprError as error:
            return f"{error.code}: {error.detail}"
        return None if value is True else str(value).lower()


def read_invariants(tree: Tree | None, reader: Reader) -> tuple[tuple[Invariant, ...], tuple[str, ...]]:
    """The conditions, and the places where no secret may show."""
    found: list[Invariant] = []
    secrets: list[str] = []
    for index, item in reader.items(tree, "invariants"):
        name = f"invariants[{index}]"
        if isinstance(item, Map):
            fields = reader.fields(item, ("no_secret_in",), name)
            places = fields.get("no_secret_in") if fields is not None else None
            for place in reader.texts(places, f"{name}.no_secret_in"):
                if place in PLACES:
                    secrets.append(place)
                else:
                    reader.unknown("T003.value", places or item, place, PLACES, value=place)
        elif isinstance(item, Scalar):
            invariant = _read(item, reader)
            if invariant is not None:
                found.append(invariant)
        else:
            reader.wrong(item, name, TEXT)
    return tuple(found), tuple(dict.fromkeys(secrets))


def _read(tree: Scalar, reader: Reader) -> Invariant | None:
    try:
        ast = parse(tree.text)
    except ExprSyntaxError as error:
        _fault(reader, tree, error.key, error.words, error.position)
        return None
    names = variables_of(reader.ir) if reader.ir is not None else None
    checker = Checker(_roots(names))
    checker.infer(ast, frozenset())
    # What may be null is told when it runs; here only names and types that can never fit are of interest.
    faults = [fault for fault in checker.faults if not fault.key.startswith(("E312", "E313", "E314"))]
    for fault in faults:
        _fault(reader, tree, fault.key, fault.words, fault.position)
    if faults:
        return None
    return Invariant(tree.text, compile_expr(ast.to_json()), tree.line, tree.column)


def _fault(reader: Reader, tree: Scalar, key: str, words: dict[str, Any], position: int) -> None:
    entry = entry_of(key)
    filled = {"col": position + 1, **words}
    said = {}
    for language in ("ru", "en"):
        chosen = {
            name: word.pick(language) if isinstance(word, Both) else word for name, word in filled.items()
        }
        said[language] = getattr(entry, language).format_map(chosen)
    reader.report.add("T008", tree, problem=Both(said["ru"], said["en"]))


def _roots(names: list[str] | None) -> dict[str, Type]:
    variables = ANY if names is None else Type("object", fields=dict.fromkeys(names, ANY))
    return {
        "vars": variables,
        "run": _RUN,
        "sent": _SENT,
        "notes": list_of(STRING),
        "calls": list_of(STRING),
        "event": ANY,
        "channel": ANY,
        "customer": ANY,
        "conversation": ANY,
        "tenant": ANY,
        "calendar": ANY,
        "locale": STRING,
        "now": INT,
    }
