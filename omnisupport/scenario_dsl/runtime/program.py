"""An IR made ready to run: closures for its expressions and texts, built on first use, kept by its hash."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.compile import Closure, compile_expr
from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.render import Writer, compile_text
from omnisupport.scenario_dsl.sinks import Escape, Sink

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.ir import IR
    from omnisupport.scenario_dsl.nodes.base import NodeType

_PROGRAMS_MAX = 512
_programs: OrderedDict[str, Program] = OrderedDict()


class ProgramNode:
    """One node ready to run; `data` are its fields in the IR, `exits` its connected exits."""

    __slots__ = ("data", "exits", "id", "kind", "label")

    def __init__(self, node_id: str, data: dict[str, Any], kind: NodeType, locale: str) -> None:
        self.id = node_id
        self.data = data
        self.kind = kind
        self.exits: dict[str, str] = data["exits"]
        label: dict[str, str] = data.get("label") or {}
        self.label = label.get(locale) or label.get("en") or node_id


class Program:
    """A scenario ready to run.

    Closures are found by the identity of their part of the IR: the program keeps the IR alive and never
    changes it, so an identity stands for one expression.
    """

    def __init__(self, ir: IR) -> None:
        self.ir = ir
        self._main: dict[str, Any] = {"variables": ir["variables"], "on_error": ir["on_error"]}
        self.locale: str = ir["locale"]["default"]
        self._nodes: dict[str, ProgramNode] = {}
        self._closures: dict[int, Closure] = {}
        self._writers: dict[tuple[int, Sink | Escape | None], Writer] = {}
        self.memo: dict[str, Any] = {}
        self.watch: Callable[[str], None] | None = None
        """Told each target that a run goes to; only the simulator watches."""

    def node(self, node_id: str) -> ProgramNode:
        """The node of this id.

        Raises:
            KeyError: the IR has none, so the state is of another scenario.
        """
        node = self._nodes.get(node_id)
        if node is None:
            data = self.ir["nodes"][node_id]
            node = ProgramNode(node_id, data, node_types()[data["type"]], self.locale)
            self._nodes[node_id] = node
        return node

    def flow(self, flow: str | None) -> dict[str, Any]:
        """A flow of the IR (None: the main nodes): start, variables, on_error.

        Raises:
            KeyError: the IR has none, so the state is of another scenario.
        """
        found: dict[str, Any] = self._main if flow is None else self.ir["flows"][flow]
        return found

    def closure(self, ast: list[Any]) -> Closure:
        """The closure of an expression of this IR."""
        closure = self._closures.get(id(ast))
        if closure is None:
            closure = self._closures[id(ast)] = compile_expr(ast)
        return closure

    def writer(self, segments: Any, sink: Sink | Escape | None) -> Writer:
        """The writer of one locale's text of this IR."""
        key = (id(segments), sink)
        writer = self._writers.get(key)
        if writer is None:
            writer = self._writers[key] = compile_text(segments, sink)
        return writer


def program_for(ir: IR) -> Program:
    """The program of an IR; the cache is pure, it only saves the building.

    An IR of the simulator brings its own: what is watched there concerns nobody else.
    """
    own: Program | None = getattr(ir, "program", None)
    if own is not None:
        return own
    program = _programs.get(ir["hash"])
    if program is None:
        program = _programs[ir["hash"]] = Program(ir)
        if len(_programs) > _PROGRAMS_MAX:
            _programs.popitem(last=False)
    return program
