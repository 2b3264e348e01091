"""Read a whole document: head, variables, triggers, interrupts, nodes."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Header, Node
from omnisupport.scenario_dsl.fields import Obj, Plain, read_fields
from omnisupport.scenario_dsl.heads import read_edge, read_header, read_interrupts, read_triggers
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.variables import read_variables
from omnisupport.scenario_dsl.words import Both


def analyse(document: Document) -> Analysis:
    """The document as read, with the faults of reading in its report; done once and kept."""
    if document.analysis is None:
        document.analysis = _analyse(document)
    return document.analysis


def _analyse(document: Document) -> Analysis:
    root, report = document.root, Report(document.file)
    header = read_header(root, report)
    found = Analysis(report, root, header)
    found.variables = read_variables(root.get("variables"), Site(report, header))
    found.triggers = read_triggers(root.get("triggers"), header, report)
    found.interrupts = read_interrupts(root.get("interrupts"), header, report)
    if "start" not in root.values:
        report.add("E112", root, field="start", name="start")
    found.start = read_edge(root.get("start"), header, report, "start")
    on_error = root.get("on_error")
    if on_error is not None:
        Obj({"next": Plain(required=True)}).read(on_error, Site(report, header), "on_error")
        target = on_error.get("next") if isinstance(on_error, Map) else None
        found.on_error = read_edge(target, header, report, "on_error.next")
    _read_nodes(root.get("nodes"), found)
    return found


def _read_nodes(tree: Tree | None, found: Analysis) -> None:
    report = found.report
    if tree is None:
        report.add("E112", found.root, field="nodes", name="nodes")
        return
    if not isinstance(tree, Map):
        Plain().wrong(tree, Site(report, found.header), "nodes", Both("узлы", "nodes"))
        return
    found.ids = tuple(tree.values)
    for node_id, value in tree.items():
        node = _read_node(node_id, value, found.header, report)
        if node is not None:
            found.nodes[node_id] = node


def _read_node(node_id: str, tree: Tree, header: Header, report: Report) -> Node | None:
    site = Site(report, header, node_id)
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, node_id, Both("узел с полями", "a node with fields"))
        return None
    written = tree.get("type")
    if written is None:
        site.add("E112", tree, "type", name="type")
        return None
    types = node_types()
    kind = types.get(written.text) if isinstance(written, Scalar) else None
    if kind is None:
        word = written.text if isinstance(written, Scalar) else ""
        site.unknown("E110", written, "type", word, types, known=", ".join(types))
        return None
    if header.kind not in kind.kinds:
        site.add("E113", written, "type", type=kind.name, kind=header.kind)
    values = read_fields(tree, kind.all_fields, site)
    node = Node(node_id, tree, kind, values, site.uses)
    kind.settle(node)
    return node
