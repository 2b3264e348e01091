"""Edges: targets that exist, exits that are connected, and what each node type checks of its own."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map
from omnisupport.scenario_dsl.uses import Edge


def check(document: Analysis) -> None:
    """E102, E120, E121, E123, and the node types' own checks."""
    for edge in document.roots:
        _resolve(edge, document, None)
    for node in document.nodes.values():
        for edge in node.edges:
            _resolve(edge, document, node.id)
        site = Site(document.report, document.header, node.id)
        _check_exits(node, site, document)
        node.type.check(node, site, document)


def _resolve(edge: Edge, document: Analysis, node: str | None) -> None:
    """Find the target; a misspelt one is followed to what was meant, so that one fault is one finding."""
    if edge.target in document.ids:
        edge.resolved = edge.target
        return
    edge.resolved = did_you_mean(edge.target, document.ids)
    document.report.add(
        "E120", edge.tree, node=node, field=edge.field, similar=edge.resolved, name=edge.target
    )
    document.has_broken_edges = document.has_broken_edges or edge.resolved is None


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
