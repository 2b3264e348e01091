"""The compiler's plan for runs of an older version: what moves by itself, what the document says, what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.flow import known_at
from omnisupport.scenario_dsl.expr.ast import paths_in
from omnisupport.scenario_dsl.graph import reachable
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.migrate import Plan
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.registry import node_types
from omnisupport.scenario_dsl.template import Hole
from omnisupport.scenario_dsl.uses import Uses


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a run that waits at a node of the older version: automatic, mapped or refused."""

    node: str
    way: str
    to: str | None = None
    reason: str | None = None
    what: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {"node": self.node, "way": self.way, "to": self.to, "reason": self.reason, "what": self.what}


@dataclass(slots=True)
class Migration:
    """A plan with what it means for each node where a run can wait, and for the variables."""

    plan: Plan
    verdicts: list[Verdict] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    """Variables that stand in the way: name -> variable_gone or variable_changed."""

    def verdict(self, node: str) -> Verdict | None:
        """What happens to runs at this node."""
        return next((item for item in self.verdicts if item.node == node), None)

    def skeleton(self, version: int) -> str:
        """The `migrations:` entry to complete, as YAML; empty when nothing is missing."""
        lost = [item for item in self.verdicts if item.way == "refused" and item.reason != "variable_unset"]
        if not lost and not self.variables:
            return ""
        lines = ["migrations:", f"  - from: {version}"]
        if lost:
            lines.append("    nodes:")
            lines += [f"      {item.node}: {{goto: ?}}" for item in lost]
        gone = sorted(name for name, reason in self.variables.items() if reason == "variable_gone")
        changed = sorted(name for name, reason in self.variables.items() if reason == "variable_changed")
        if changed:
            lines.append("    vars:")
            lines += [f"      {name}: '=vars.{name}'" for name in changed]
        if gone:
            lines.append(f"    drop: [{', '.join(gone)}]")
        return "\n".join(lines) + "\n"


def plan_migration(old: IR, new: IR, document: Document, version: int) -> Migration:
    """The plan for runs of `old`, which was published as `version`, under `new`, compiled from `document`."""
    analysis = analyse(document)
    entry = _entry(new, version)
    plan: Plan = {
        "nodes": entry.get("nodes", {}),
        "vars": entry.get("vars", {}),
        "drop": entry.get("drop", []),
        "moved": _read_by(entry.get("vars", {})),
        "timers": entry.get("timers", "keep"),
        "needs": _needs(analysis, new),
    }
    found = Migration(plan)
    found.variables = _variables(old["variables"], new["variables"], plan)
    for node_id, node in old["nodes"].items():
        if _is_wait(node):
            found.verdicts.append(_verdict(node_id, node, new, plan))
    return found


def _entry(new: IR, version: int) -> dict[str, Any]:
    """The document's own words for this version: the entry with the highest `from` that is not above it."""
    entries = [entry for entry in new.get("migrations", ()) if entry["from"] <= version]
    return max(entries, key=lambda entry: entry["from"]) if entries else {}


def _is_wait(node: dict[str, Any]) -> bool:
    return node_types()[node["type"]].may_wait(node)


def _verdict(node_id: str, node: dict[str, Any], new: IR, plan: Plan) -> Verdict:
    way = plan["nodes"].get(node_id, {})
    target = way.get("goto") or way.get("to") or node_id
    found = new["nodes"].get(target)
    if found is None:
        return Verdict(node_id, "refused", None, "node_gone", target)
    if "goto" not in way and found["type"] != node["type"]:
        return Verdict(node_id, "refused", target, "node_changed", target)
    return Verdict(node_id, "mapped" if way else "automatic", target)


def _variables(old: dict[str, Any], new: dict[str, Any], plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    handled = {*plan["vars"], *plan["drop"], *plan["moved"]}
    for name, spec in old.items():
        if name in handled:
            continue
        if name not in new:
            found[name] = "variable_gone"
        elif new[name]["type"] != spec["type"]:
            found[name] = "variable_changed"
    return found


def _needs(analysis: Analysis, new: IR) -> dict[str, list[str]]:
    """For each node the variables that certainly have a value there and are read from there on."""
    graph, known = analysis.graph(), known_at(analysis)
    read = {node.id: _read_in(node.uses) for node in analysis.nodes.values()}
    needs: dict[str, list[str]] = {}
    for node_id, paths in known.items():
        later = {path for follows in reachable(graph, [node_id]) for path in read[follows]}
        names = sorted(path.split(".")[1] for path in paths & later)
        if names and node_id in new["nodes"]:
            needs[node_id] = names
    return needs


def _read_in(uses: Uses) -> set[str]:
    """The variables that a node's expressions and texts read, as `vars.name`."""
    trees = [use.ast for use in uses.expressions]
    for text in uses.texts:
        trees += [hole.ast for part in text.locales.values() for hole in part if isinstance(hole, Hole)]
    paths = {path for tree in trees for path in paths_in(tree) if path.startswith("vars.")}
    return {".".join(path.split(".")[:2]) for path in paths}


def _read_by(values: dict[str, Any]) -> list[str]:
    """The variables that the plan's own expressions read: they may go."""
    found: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                visit(item)
        elif isinstance(value, list):
            if len(value) == 3 and value[0] == "." and value[1] == ["id", "vars"]:
                found.add(str(value[2]))
            for item in value:
                visit(item)

    visit(values)
    return sorted(found)
