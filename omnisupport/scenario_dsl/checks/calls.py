"""Flows that are called: what certainly happens in them before they come back."""

from __future__ import annotations

from collections.abc import Callable

from omnisupport.scenario_dsl.analysis import Analysis, Flow, Node
from omnisupport.scenario_dsl.nodes.return_ import Return

# Whether a way out of a node has the property that is looked for.
Marked = Callable[[Node, str], bool]


def certain(document: Analysis, marked: Marked) -> set[str]:
    """The flows in which every way from the start to a `return` has a marked edge, directly or by a call."""
    found: set[str] = set()
    while True:
        more = {
            flow.id
            for flow in document.flows.values()
            if flow.id not in found and not _comes_back_unmarked(document, flow, marked, found)
        }
        if not more:
            return found
        found |= more


def calls_all(document: Analysis, node: Node, flows: set[str]) -> bool:
    """Whether the node calls flows, and only these."""
    called = [document.flow_named(use.name) for use in node.uses.flows]
    return bool(called) and all(flow is not None and flow.id in flows for flow in called)


def _comes_back_unmarked(document: Analysis, flow: Flow, marked: Marked, found: set[str]) -> bool:
    start = flow.start.resolved if flow.start is not None else None
    seen, work = {start}, [start]
    while work:
        node = document.nodes.get(work.pop() or "")
        if node is None:
            continue
        if isinstance(node.type, Return):
            return True
        if calls_all(document, node, found):
            continue
        for edge in node.edges:
            if edge.resolved not in seen and not marked(node, edge.exit):
                seen.add(edge.resolved)
                work.append(edge.resolved)
    return False
