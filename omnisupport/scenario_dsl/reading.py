"""Read a whole document: head, variables, triggers, interrupts, nodes."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Flow, Header, Node, Signature, Variable
from omnisupport.scenario_dsl.catalogue import MAX_TEXTS
from omnisupport.scenario_dsl.fields import Field, ListOf, Obj, Plain, Str, Target, Words, read_fields
from omnisupport.scenario_dsl.heads import (
    read_edge,
    read_header,
    read_interrupts,
    read_migrations,
    read_triggers,
)
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.uses import qualified
from omnisupport.scenario_dsl.variables import read_variables, unread_variables
from omnisupport.scenario_dsl.words import Both

# Beyond these a document is refused (E801): nothing of it is read, for the checks would take minutes.
MAX_NODES = 500
MAX_VARIABLES = 200

_ON_ERROR = Obj({"next": Target("on_error.next", required=True)})
_FLOW: dict[str, Field] = {
    "inputs": Plain(),
    "outputs": Plain(),
    "variables": Plain(),
    "returns": ListOf(Str(), most=20),
    "on_error": _ON_ERROR,
    "start": Target("start", required=True),
    "nodes": Plain(required=True),
    "note": Plain(),
}


# Known and refused, with its reason: two questions at once have no meaning in one chat.
_PARALLEL = "parallel"


def analyse(document: Document) -> Analysis:
    """The document as read, with the faults of reading in its report; done once and kept."""
    if document.analysis is None:
        document.analysis = _analyse(document)
    return document.analysis


def _analyse(document: Document) -> Analysis:
    root, report, name = document.root, Report(document.file), document.flow
    header = read_header(root, report, name)
    site = Site(report, header, flow=name)
    found = Analysis(report, root, header, flow=name)
    _read_texts(root.get("texts"), site)
    found.signature, found.variables = _read_variables(root, site, "")
    returns = root.get("returns")
    if returns is not None:
        found.signature.returns = tuple(_FLOW["returns"].read(returns, site, "returns") or ())
    found.triggers = read_triggers(root.get("triggers"), header, report)
    found.interrupts = read_interrupts(root.get("interrupts"), header, report, name)
    found.migrations = read_migrations(root.get("migrations"), header, report, name)
    if "start" not in root.values:
        report.add("E112", root, field="start", name="start")
    found.start = read_edge(root.get("start"), site, "start")
    on_error = root.get("on_error")
    if on_error is not None:
        _ON_ERROR.read(on_error, site, "on_error")
        target = on_error.get("next") if isinstance(on_error, Map) else None
        found.on_error = read_edge(target, site, "on_error.next")
    if "nodes" not in root.values:
        report.add("E112", root, field="nodes", name="nodes")
    found.ids = _read_nodes(root.get("nodes"), found, name, "nodes")
    _read_flows(root.get("flows"), found)
    if not found.has_unread_nodes:
        for key in header.texts.unused():
            site.add("W607", key, f"texts.{key.text}", name=key.text)
    return found


def _read_texts(tree: Tree | None, site: Site) -> None:
    """The catalogue, before anything that refers to it. Its texts are checked where they are used, too."""
    if tree is None:
        return
    if not isinstance(tree, Map):
        Plain().wrong(tree, site, "texts", Both("тексты по ключам", "texts by keys"))
        return
    if len(tree.values) > MAX_TEXTS:
        site.add("E801", tree, "texts", what="texts", count=len(tree.values), limit=MAX_TEXTS)
        return
    for name, value in tree.items():
        # Read once beside the site: what it uses counts where it stands.
        aside = Site(site.report, site.header)
        readable = Words(shown=False).read_here(value, aside, f"texts.{name}") is not MISSING
        site.header.texts.texts[name] = value
        if readable:  # one fault is one finding: of others it is not said that nothing uses them
            site.header.texts.keys[name] = tree.keys[name]


def settle_calls(found: Analysis) -> None:
    """Say what nodes mean that other parts of the document, or other scenarios, decide."""
    for node in found.nodes.values():
        node.type.settle_document(node, found)


def _read_variables(tree: Map, site: Site, prefix: str) -> tuple[Signature, dict[str, Variable]]:
    """Inputs and outputs, and all variables with them; one name is one variable."""
    keys = ("inputs", "outputs", "variables")
    trees = {key: tree.get(key) for key in keys}
    count = sum(len(part.values) for part in trees.values() if isinstance(part, Map))
    read = read_variables if count <= MAX_VARIABLES else unread_variables
    parts = {key: read(trees[key], site, prefix + key) for key in keys}
    everything: dict[str, Variable] = {}
    for key, variables in parts.items():
        for name, variable in variables.items():
            if name in everything:
                site.add("E126.variable", variable.tree, f"{prefix}{key}.{name}", id=name)
            everything.setdefault(name, variable)
    return Signature(parts["inputs"], parts["outputs"]), everything


def _read_flows(tree: Tree | None, found: Analysis) -> None:
    report, header = found.report, found.header
    if tree is None:
        return
    if not isinstance(tree, Map):
        Plain().wrong(tree, Site(report, header), "flows", Both("потоки", "flows"))
        return
    for name, value in tree.items():
        flow_id = name if found.flow is None else f"{found.flow}:{name}"
        field = f"flows.{name}"
        site = Site(report, header, flow=flow_id)
        if not name.isidentifier():
            site.add("E007.name", tree.keys[name], field, name=name)
            continue
        if not isinstance(value, Map):
            Plain().wrong(value, site, field, Both("поток с узлами", "a flow with nodes"))
            continue
        values = read_fields(value, _FLOW, site, f"{field}.")
        signature, variables = _read_variables(value, site, f"{field}.")
        signature.returns = tuple(values.get("returns", ()))
        flow = Flow(flow_id, tree.keys[name], signature, variables)
        flow.start = values.get("start")
        flow.on_error = values.get("on_error", {}).get("next")
        found.flows[flow_id] = flow
        flow.ids = _read_nodes(value.get("nodes"), found, flow_id, f"{field}.nodes")
        found.ids += flow.ids


def _read_nodes(tree: Tree | None, found: Analysis, flow: str | None, field: str) -> tuple[str, ...]:
    """Read the nodes of one flow into the analysis; their ids."""
    report = found.report
    if tree is None:
        return ()
    if not isinstance(tree, Map):
        Plain().wrong(tree, Site(report, found.header), field, Both("узлы", "nodes"))
        return ()
    if len(found.ids) + len(tree.values) > MAX_NODES:
        return tuple(qualified(name, flow) for name in tree.values)
    ids: list[str] = []
    for name, value in tree.items():
        if "/" in name:
            Site(report, found.header).add("E007.node", tree.keys[name], field, name=name)
        node_id = qualified(name, flow)
        ids.append(node_id)
        node = _read_node(node_id, value, found.header, report, flow)
        if node is not None:
            found.nodes[node_id] = node
    return tuple(ids)


def _read_node(node_id: str, tree: Tree, header: Header, report: Report, flow: str | None) -> Node | None:
    site = Site(report, header, node_id, flow)
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
        if word == _PARALLEL:
            site.add("E160", written, "type")
            return None
        site.unknown("E110", written, "type", word, types, known=", ".join(types))
        return None
    if header.kind not in kind.kinds:
        site.add("E113", written, "type", type=kind.name, kind=header.kind)
    values = read_fields(tree, kind.all_fields, site)
    node = Node(node_id, tree, kind, values, site.uses, flow)
    kind.settle(node)
    return node
