"""Flows that are called: what certainly happens in them before they come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from omnisupport.scenario_dsl.analysis import Analysis, Node, Signature
from omnisupport.scenario_dsl.nodes.return_ import Return
from omnisupport.scenario_dsl.uses import Edge

# Whether a way out of a node has the property that is looked for.
Marked = Callable[[Node, str], bool]
# What a scenario that is called says of the same.
Of = Callable[[Signature], bool]
SPEAKS: Of = attrgetter("speaks")
WAITS: Of = attrgetter("waits")


@dataclass(slots=True)
class Certain:
    """The flows in which every way from the start to a `return` has a marked edge, directly or by a call."""

    document: Analysis
    marked: Marked
    of: Of
    flows: set[str] = field(default_factory=set)

    def calls_all(self, node: Node) -> bool:
        """Whether the node calls flows or scenarios, and only such ones."""
        return bool(node.uses.flows) and all(self._is_one(use.name) for use in node.uses.flows)

    def holds_from(self, start: Edge | None) -> bool:
        """Whether every way from here to a `return` has a marked edge."""
        return not _comes_back_unmarked(self, _target(start) if start is not None else None)

    def _is_one(self, name: str) -> bool:
        flow = self.document.flow_named(name)
        if flow is not None:
            return flow.id in self.flows
        signature = self.document.callable.get(name)
        # Where nobody knows what is called, nothing is held against it: at the latest a publish knows.
        return "@" in name and (signature is None or self.of(signature))


def certain(document: Analysis, marked: Marked, of: Of) -> Certain:
    """Find those flows; one that calls another has the property when that one has it."""
    found = Certain(document, marked, of)
    while True:
        left = [flow for flow in document.flows.values() if flow.id not in found.flows]
        more = {flow.id for flow in left if found.holds_from(flow.start)}
        if not more:
            return found
        found.flows |= more


def is_told(node: Node, exit: str) -> bool:
    """Whether the customer has heard something behind this exit; of errors he hears at least an apology."""
    may_be_skipped = exit == "next" and "when" in node.values
    return exit == "error" or (node.type.speaks(exit) and not may_be_skipped)


def has_waited(node: Node, exit: str) -> bool:
    """Whether time has passed behind this exit."""
    return node.type.is_wait(node)


def _comes_back_unmarked(certain: Certain, start: str | None) -> bool:
    document = certain.document
    seen, work = {start}, [start]
    while work:
        node = document.nodes.get(work.pop() or "")
        if node is None:
            continue
        if isinstance(node.type, Return):
            return True
        if certain.calls_all(node):
            continue
        for edge in node.edges:
            if (target := _target(edge)) not in seen and not certain.marked(node, edge.exit):
                seen.add(target)
                work.append(target)
    return False


def _target(edge: Edge) -> str:
    """Where it leads; what is called is published, so that nothing in it is misspelt."""
    return edge.resolved or edge.id
