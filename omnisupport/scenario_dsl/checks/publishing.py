"""What a new version of a scenario does to running conversations and to scenarios that call it (E901, E902, W903)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from omnisupport.scenario_dsl.analysis import Analysis, Signature
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.planning import plan_migration
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.tree import Tree

# Lost as the plan has them; an unset variable is refused for single conversations and counted there.
_LOST = frozenset({"node_gone", "node_changed", "flow_gone"})


def check_migration(
    old: IR, new: IR, document: Document, *, version: int, running: Mapping[str, int]
) -> list[Finding]:
    """E901 and E902 for moving conversations from `old`, published as `version`, to `new` of `document`.

    `running` says how many conversations wait at each node of the old version. Where conversations keep their
    version, nothing is to be checked.
    """
    analysis, report = analyse(document), Report(document.file)
    migration = plan_migration(old, new, document, version)
    at = _place(analysis, "migrations", "nodes")
    for verdict in migration.verdicts:
        count = running.get(verdict.node, 0)
        if count and verdict.way == "refused" and verdict.reason in _LOST:
            report.add("E901", at, field="migrations", at_node=verdict.node, count=count)
    count = sum(running.values())
    for name, reason in sorted(migration.variables.items()) if count else ():
        key = "E902" if reason == "variable_gone" else "E902.type"
        place = _place(analysis, "migrations", "variables")
        report.add(key, place, field=f"variables.{name}", name=name, count=count)
    return report.findings()


def check_callers(old: Document, new: Document, callers: Sequence[str]) -> list[Finding]:
    """W903 for each change of a called scenario's signature that its callers would not survive.

    `callers` are the ids of the published scenarios that call `old`; where nobody does, nothing breaks.
    """
    before, after = analyse(old), analyse(new)
    report = Report(new.file)
    major = after.header.major
    if callers and after.header.kind == "subflow" and major == before.header.major:
        for field, change in _breaks(before.signature, after.signature):
            at = _place(after, field, "id")
            named = ", ".join(callers)
            report.add("W903", at, field=field, callers=named, change=change, major=major + 1)
    return report.findings()


def _breaks(before: Signature, after: Signature) -> Iterator[tuple[str, str]]:
    for name, variable in after.inputs.items():
        known = before.inputs.get(name)
        needed = not variable.type.nullable and not variable.has_default
        if known is None and needed:
            yield "inputs", f"inputs.{name}: +"
        elif known is not None and known.type != variable.type:
            yield "inputs", f"inputs.{name}: {known.type} -> {variable.type}"
    for name in before.inputs:
        if name not in after.inputs:
            yield "inputs", f"inputs.{name}: -"
    for name, variable in before.outputs.items():
        now = after.outputs.get(name)
        if now is None:
            yield "outputs", f"outputs.{name}: -"
        elif now.type != variable.type:
            yield "outputs", f"outputs.{name}: {variable.type} -> {now.type}"
    for exit in before.returns:
        if exit not in after.returns:
            yield "returns", f"returns: -{exit}"
    for exit in after.returns:
        if exit not in before.returns:
            yield "returns", f"returns: +{exit}"


def _place(document: Analysis, *fields: str) -> Tree:
    """Where the first of these fields stands."""
    return next((document.root.keys[name] for name in fields if name in document.root.keys), document.root)
