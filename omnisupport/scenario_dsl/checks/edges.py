"""Edges: targets that exist, exits that are connected, and what each node type checks of its own."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.uses import Edge, Uses, qualified


def check(document: Analysis) -> None:
    """E102, E120, E121, E123, and the node types' own checks."""
    known = frozenset(document.ids)
    for edge in document.roots:
        _resolve(edge, document, None, known)
    for _, edge in document.flow_roots:
        _resolve(edge, document, None, known)
    for moves in document.migrations:
        for edge in moves.uses.edges:
            _resolve(edge, document, None, known)
    for interrupt in document.interrupts:
        _check_flows(interrupt.uses, document, None)
    for node in document.nodes.values():
        for edge in node.edges:
            _resolve(edge, document, node.id, known)
        _check_flows(node.uses, document, node.id)
        site = Site(document.report, document.header, node.id, node.flow)
        _check_exits(node, site, document)
        node.type.check(node, site, document)


def _resolve(edge: Edge, document: Analysis, node: str | None, known: frozenset[str]) -> None:
    """Find the target; a misspelt one is followed to what was meant, so that one fault is one finding."""
    if edge.id in known:
        edge.resolved = edge.id
        return
    similar = did_you_mean(edge.target, _names(document, edge.flow))
    edge.resolved = qualified(similar, edge.flow) if similar is not None else None
    document.report.add("E120", edge.tree, node=node, field=edge.field, similar=similar, name=edge.target)
    document.has_broken_edges = document.has_broken_edges or edge.resolved is None


def _names(document: Analysis, flow: str | None) -> list[str]:
    """The ids of a flow's nodes, as they are written in it."""
    prefix = qualified("", flow)
    return [name for each in document.ids if "/" not in (name := each.removeprefix(prefix))]


def _check_flows(uses: Uses, document: Analysis, node: str | None) -> None:
    """Find the flows that are entered; those of other scenarios (`id@major`) are looked for when it is published."""
    for use in uses.flows:
        if "@" in use.name or document.flow_named(use.name) is not None:
            continue
        names = [flow.id.rsplit(":", 1)[-1] for flow in document.flows.values()]
        similar = did_you_mean(use.name, names)
        document.report.add("E120.flow", use.tree, node=node, field=use.field, similar=similar, name=use.name)
        document.has_broken_edges = True


def _check_exits(node: Node, site: Site, document: Analysis) -> None:
    missing = [exit for exit in node.type.mandatory_exits(node) if not _is_written(node, exit)]
    if not missing:
        return
    document.has_broken_edges = True
    if not node.edges and not any(field in node.tree.values for field in ("next", "exits")):
        site.add("E102", node.tree, id=node.id)
        return
    for exit in missing:
        if exit == "next":
            site.add("E121", node.tree, "next", id=node.id)
        else:
            site.add("E123", node.tree, f"exits.{exit}", exit=exit, id=node.id)


def _is_written(node: Node, exit: str) -> bool:
    """Whether the author connected the exit, be it to a target that cannot be read."""
    if exit in node.tree.values:
        return True
    exits = node.tree.get("exits")
    return isinstance(exits, Map) and exit in exits.values
