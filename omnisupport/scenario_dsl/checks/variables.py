"""Variables over the whole document: set and never read, read and never set."""

from __future__ import annotations

from collections.abc import Iterable

from omnisupport.scenario_dsl.analysis import Analysis, Node, Signature, Variable
from omnisupport.scenario_dsl.nodes.handoff import HandoffNode


def check(document: Analysis) -> None:
    """W304, W305. Runs after the types, which note what is read; what is E312 is not W305 as well."""
    if document.has_unread_nodes:
        return
    main = document.signature
    _check(document, document.flow, document.variables, main, "variables")
    for flow in document.flows.values():
        _check(document, flow.id, flow.variables, flow.signature, f"flows.{flow.id}.variables")


def _check(
    document: Analysis, flow: str | None, variables: dict[str, Variable], signature: Signature, field: str
) -> None:
    nodes = [node for node in document.nodes.values() if node.flow == flow]
    # Whoever calls reads what comes out and writes what goes in.
    read = _names(document.reads.get(flow, ())) | set(signature.outputs)
    faulty = _names(document.unset.get(flow, ()))
    written = _written(nodes) | set(signature.inputs)
    shows_all = any(
        isinstance(node.type, HandoffNode) and node.values.get("summary", "auto") == "auto" for node in nodes
    )
    for name, variable in variables.items():
        if name in written and name not in read and not shows_all:
            document.report.add("W304", variable.tree, field=f"{field}.{name}", name=name)
        elif name not in written and not variable.has_default and name in read - faulty:
            document.report.add("W305", variable.tree, field=f"{field}.{name}", name=name)


def _names(paths: Iterable[str]) -> set[str]:
    return {path.split(".")[1] for path in paths if path.startswith("vars.")}


def _written(nodes: list[Node]) -> set[str]:
    return {write.target[1] for node in nodes for write in node.uses.writes if len(write.target) > 1}
