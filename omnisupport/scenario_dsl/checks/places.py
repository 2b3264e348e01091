"""Names of the tenant's things, and the limits of a document."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.linking import circle_of
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.report import Report, did_you_mean
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree
from omnisupport.scenario_dsl.uses import FlowUse, Ref
from omnisupport.scenario_dsl.words import Both

MAX_NODES = 500
MAX_VARIABLES = 200

_KINDS = {
    "departments": Both("отдел", "department"),
    "calendars": Both("календарь", "calendar"),
    "knowledge": Both("база знаний", "knowledge base"),
    "connections": Both("подключение", "connection"),
    "operations": Both("операция подключения", "operation of a connection"),
    "assistants": Both("ассистент", "assistant"),
    "skills": Both("навык", "skill"),
    "tags": Both("метка", "tag"),
}


def check(document: Analysis) -> None:
    """E410 and E701 against the document's own `resources`, E801."""
    for node in document.nodes.values():
        site = Site(document.report, document.header, node.id)
        for ref in node.uses.refs:
            declared = document.header.resources.get(ref.kind)
            if declared is not None and ref.name not in declared:
                add_unknown(ref, site, frozenset(declared))
    _check_limit(document, "nodes", len(document.ids), MAX_NODES)
    _check_limit(document, "variables", len(document.variables), MAX_VARIABLES)
    for flow in document.flows.values():
        count = len(flow.variables)
        if count > MAX_VARIABLES:
            field = f"flows.{flow.id}.variables"
            document.report.add(
                "E801", flow.tree, field=field, what="variables", count=count, limit=MAX_VARIABLES
            )


def check_resources(document: Document, resources: Resources) -> Report:
    """E410, E701, E703 to E705 against what the tenant has; what the document's own check refused is left out."""
    analysis = analyse(document)
    report = Report(document.file)
    for node in analysis.nodes.values():
        for ref in node.uses.refs:
            if ref.kind == "operations":
                _check_operation(ref, Site(report, analysis.header, node.id), resources)
            else:
                _check_ref(ref, node, analysis, resources, report)
        _check_words(node, analysis, resources, report)
        for use in node.uses.flows:
            if "@" in use.name and use.name not in resources.scenarios:
                _add_scenario(use, Site(report, analysis.header, node.id), resources)
    circle = circle_of(document, resources.scenarios)
    if circle:
        report.add("E705", analysis.root.keys.get("id", analysis.root), field="id", path=" -> ".join(circle))
    return report


def _add_scenario(use: FlowUse, site: Site, resources: Resources) -> None:
    scenario, _, _ = use.name.partition("@")
    published = {*resources.scenarios, *resources.callable}
    majors = [name for name in published if name.partition("@")[0] == scenario]
    if majors:
        site.add("E704", use.tree, use.field, name=use.name, known=", ".join(sorted(majors)))
    else:
        similar = did_you_mean(use.name, sorted(published))
        site.add("E703", use.tree, use.field, similar, name=scenario)


def _check_words(node: Node, document: Analysis, resources: Resources, report: Report) -> None:
    """E701 for skills and tags, where the tenant says which it has."""
    site = Site(report, document.header, node.id)
    for kind, known, path in (
        ("skills", resources.skills, ("target", "skills")),
        ("tags", resources.tags, ("add",)),
        ("tags", resources.tags, ("remove",)),
    ):
        if known is None or (kind == "tags" and node.type.name != "tag"):
            continue
        tree: Tree | None = node.tree
        for name in path:
            tree = tree.get(name) if isinstance(tree, Map) else None
        for item in tree.items if isinstance(tree, Seq) else ():
            if isinstance(item, Scalar) and item.text not in known:
                add_unknown(Ref(kind, item.text, item, ".".join(path)), site, known, of_tenant=True)


def _check_ref(ref: Ref, node: Node, document: Analysis, resources: Resources, report: Report) -> None:
    declared = document.header.resources.get(ref.kind)
    if declared is not None and ref.name not in declared:
        return
    known: frozenset[str] | None = getattr(resources, ref.kind, None)
    name = (declared or {}).get(ref.name, ref.name)
    if known is None or name in known:
        return
    site = Site(report, document.header, node.id)
    if name in resources.elsewhere.get(ref.kind, frozenset()):
        site.add("E702", ref.tree, ref.field, name=ref.name, kind=_KINDS[ref.kind])
    else:
        add_unknown(ref, site, known, of_tenant=True)


def _check_operation(ref: Ref, site: Site, resources: Resources) -> None:
    """E701 for an operation that its connection does not have; of an unknown connection E410 has told."""
    written, _, operation = ref.name.partition(".")
    connection = site.header.resources.get("connections", {}).get(written, written)
    if resources.operations is None or connection not in resources.connections:
        return
    has = [each.partition(".") for each in resources.operations]
    known = frozenset(f"{written}.{name}" for key, _, name in has if key == connection)
    if f"{written}.{operation}" not in known:
        add_unknown(ref, site, known, of_tenant=True)


def add_unknown(ref: Ref, site: Site, known: frozenset[str], *, of_tenant: bool = False) -> None:
    """Note a name that is not among the known ones: of the document, or of the tenant, who can set it up."""
    similar = did_you_mean(ref.name, known)
    key = ".missing" if of_tenant else ""
    if ref.kind == "connections":
        names = ", ".join(sorted(known)) or "-"
        site.add(f"E410{key}", ref.tree, ref.field, similar, name=ref.name, known=names)
    else:
        site.add(f"E701{key}", ref.tree, ref.field, similar, name=ref.name, kind=_KINDS[ref.kind])


def _check_limit(document: Analysis, what: str, count: int, limit: int) -> None:
    if count > limit:
        at = document.root.keys.get(what, document.root)
        document.report.add("E801", at, field=what, what=what, count=count, limit=limit)
