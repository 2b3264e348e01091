"""Variables over the whole document: set and never read, read and never set."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.nodes.handoff import HandoffNode


def check(document: Analysis) -> None:
    """W304, W305. Runs after the types, which note what is read; what is E312 is not W305 as well."""
    if document.has_unread_nodes:
        return
    read = {path.split(".")[1] for path in document.reads if path.startswith("vars.")}
    faulty = {path.split(".")[1] for path in document.unset if path.startswith("vars.")}
    written = _written(document)
    shows_all = any(
        isinstance(node.type, HandoffNode) and node.values.get("summary", "auto") == "auto"
        for node in document.nodes.values()
    )
    for name, variable in document.variables.items():
        field = f"variables.{name}"
        if name in written and name not in read and not shows_all:
            document.report.add("W304", variable.tree, field=field, name=name)
        elif name not in written and not variable.has_default and name in read - faulty:
            document.report.add("W305", variable.tree, field=field, name=name)


def _written(document: Analysis) -> set[str]:
    return {
        write.path[1] for node in document.nodes.values() for write in node.uses.writes if len(write.path) > 1
    }
