"""A scenario that is watched while it runs: which nodes are entered, by which ways, on which conditions.

`step` runs it like any other. Its targets are texts that remember where they stand, so that two exits that
lead to one node are told apart, whatever node types there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.compile import Closure, Env, compile_expr
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.runtime.program import Program, ProgramNode

START, ON_ERROR, INTERRUPT, FLOW = "start", "on_error", "interrupt:", "flow:"
"""Where ways come from that leave no node."""

# Under these keys of a node stands the id of a node that follows.
_TARGETS = frozenset({"next", "else", "free_text"})
# Texts and expressions of the IR are lists; what is in them is no way.
_NO_WAYS = frozenset({"text", "label", "value", "when", "request", "reminders", "retry", "input", "content"})


class Way(str):
    """The id of a node as it stands in an IR, with the place: whose way it is and how the field is called."""

    __slots__ = ("field", "source", "target")
    target: str
    source: str
    field: str

    def __new__(cls, target: str, source: str, field: str) -> Way:
        way = super().__new__(cls, target)
        way.target, way.source, way.field = target, source, field
        return way

    def __str__(self) -> str:
        return self  # `str(target)` in a node keeps what it knows

    @property
    def key(self) -> tuple[str, str]:
        """What it is counted by: the node and the field."""
        return self.source, self.field


class Watched(dict[str, Any]):
    """An IR whose ways know their place, with the program that runs it."""

    def __init__(self, ir: IR) -> None:
        super().__init__(_with_ways(ir))
        self.program = WatchedProgram(self)


class WatchedProgram(Program):
    """Notes the targets that runs go to in `path`, and what conditions came to in `truths`."""

    def __init__(self, ir: IR, *, conditions: bool = True) -> None:
        super().__init__(ir)
        self.path: list[str] = []
        self.watch = self.path.append
        self.truths: dict[int, set[bool]] = {}
        self._terms: dict[int, list[list[Any]]] = {}
        for _, _, ast in conditions_of(ir) if conditions else ():
            self._terms[id(ast)] = terms_of(ast)

    def node(self, node_id: str) -> ProgramNode:
        known = self._nodes.get(node_id)
        if known is not None:
            return known
        # Nodes are named by plain texts, or going back to one would look like its first way.
        return super().node(node_id.target if isinstance(node_id, Way) else node_id)

    def closure(self, ast: list[Any]) -> Closure:
        closure = self._closures.get(id(ast))
        if closure is None:
            closure = super().closure(ast)
            terms = self._terms.get(id(ast))
            if terms is not None:
                watches = [(compile_expr(term), self.truths.setdefault(id(term), set())) for term in terms]
                closure = self._closures[id(ast)] = _watching(closure, watches)
        return closure


def _watching(closure: Closure, watches: list[tuple[Closure, set[bool]]]) -> Closure:
    """The condition itself; on the way each term is looked at until it has been true and false."""

    def run(env: Env) -> Any:
        for term, seen in watches:
            if len(seen) < 2:
                budget, env["$"] = env["$"], allowance()
                try:
                    value = term(env)
                    if value is True or value is False:
                        seen.add(value)
                except ExprError:
                    pass  # a term that cannot be told is neither; the condition itself says what follows
                env["$"] = budget
        return closure(env)

    return run


def terms_of(ast: list[Any]) -> list[list[Any]]:
    """The terms that `&&`, `||` and `!` join; a condition without them is its own term."""
    if ast[0] in ("&&", "||"):
        return [term for part in ast[1:] for term in terms_of(part)]
    return terms_of(ast[1]) if ast[0] == "!" else [ast]


def conditions_of(ir: IR) -> Iterator[tuple[str, str, list[Any]]]:
    """Node, field and expression of every condition that decides where a run goes."""
    for node_id, node in ir["nodes"].items():
        if "when" in node:
            yield node_id, "when", node["when"]
        if "skip_if" in node:
            yield node_id, "skip_if", node["skip_if"]
        for index, case in enumerate(_maps(node.get("cases"))):
            if "when" in case:
                yield node_id, f"cases[{index}].when", case["when"]
        for index, option in enumerate(_maps(node.get("options"))):
            if "when" in option:
                yield node_id, f"options[{index}].when", option["when"]


def ways_of(ir: IR) -> Iterator[Way]:
    """Every way that leaves a node of a watched IR, in the order of its nodes."""
    for node in ir["nodes"].values():
        yield from _ways_in(node)


def _ways_in(value: Any) -> Iterator[Way]:
    if isinstance(value, Way):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NO_WAYS:
                yield from _ways_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ways_in(item)


def _with_ways(ir: IR) -> IR:
    known = frozenset(ir["nodes"])
    copy = dict(ir)
    copy["nodes"] = {node_id: _node(node, node_id, known) for node_id, node in ir["nodes"].items()}
    for name in (START, ON_ERROR):
        if ir.get(name) in known:
            copy[name] = Way(ir[name], name, name)
    copy["interrupts"] = [
        {**item, "run": _entry(item["run"], f"{INTERRUPT}{item['id']}", "run", known)}
        for item in ir["interrupts"]
    ]
    if ir.get("flows"):
        copy["flows"] = {
            name: {
                **flow,
                **{key: _entry(flow.get(key), f"{FLOW}{name}", key, known) for key in (START, ON_ERROR)},
            }
            for name, flow in ir["flows"].items()
        }
    return copy


def _entry(value: Any, source: str, field: str, known: frozenset[str]) -> Any:
    if isinstance(value, str) and value in known:
        return Way(value, source, field)
    if isinstance(value, dict):
        return {key: _entry(item, source, f"{field}.{key}", known) for key, item in value.items()}
    return value


def _node(node: dict[str, Any], node_id: str, known: frozenset[str]) -> dict[str, Any]:
    copy = {key: _part(value, node_id, key, key, known) for key, value in node.items()}
    copy["exits"] = {
        exit: Way(target, node_id, exit if exit == "next" else f"exits.{exit}")
        for exit, target in node["exits"].items()
    }
    return copy


def _part(value: Any, node_id: str, key: str, field: str, known: frozenset[str]) -> Any:
    if key in _NO_WAYS:
        return value
    if isinstance(value, str):
        return Way(value, node_id, field) if key in _TARGETS and value in known else value
    if isinstance(value, dict):
        return {name: _part(item, node_id, name, f"{field}.{name}", known) for name, item in value.items()}
    if key == "cases" and _is_switch(value, known):
        return [[constant, Way(to, node_id, f"{field}.{_word(constant)}")] for constant, to in value]
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [_part(item, node_id, "", f"{field}[{index}]", known) for index, item in enumerate(value)]
    return value


def _is_switch(value: Any, known: frozenset[str]) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, list) and len(item) == 2 and item[1] in known for item in value
    )


def _word(constant: Any) -> str:
    return str(constant).lower() if isinstance(constant, bool) else str(constant)


def _maps(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
