"""Compile a checked document into its IR."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Interrupt, Node, Trigger
from omnisupport.scenario_dsl.checks import check_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.ir import ENGINE, IR, hash_ir
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.scope import calendars
from omnisupport.scenario_dsl.uses import to_ir

# Fields for people and editors, and those that became exits.
_LEFT_OUT = frozenset({"type", "type_version", "note", "next", "exits", "on_error", "label", "when"})


def compile_document(document: Document) -> IR:
    """The IR of a document: JSON values only, the same bytes for the same meaning, `hash` over all of it.

    Raises:
        ScenarioInvalid: the document has errors; warnings do not matter.
    """
    findings = check_document(document)
    if any(finding.is_error for finding in findings):
        raise ScenarioInvalid(findings)
    analysis = analyse(document)
    header = analysis.header
    ir: IR = {
        "engine": ENGINE,
        "id": header.id,
        "name": header.name,
        "kind": header.kind,
        "channels": header.channels,
        "locale": {"default": header.default_locale, "supported": list(header.locales)},
        "timezone": header.timezone,
        "quiet_hours": header.quiet_hours,
        "triggers": [_trigger(trigger) for trigger in analysis.triggers],
        "variables": {name: variable.spec for name, variable in sorted(analysis.variables.items())},
        "calendars": calendars(analysis),
        "interrupts": [_interrupt(interrupt) for interrupt in analysis.interrupts],
        "on_error": analysis.on_error.target if analysis.on_error else None,
        "start": analysis.start.target if analysis.start else None,
        "nodes": {node_id: _node(node) for node_id, node in sorted(analysis.nodes.items())},
    }
    ir["hash"] = hash_ir(ir)
    return ir


def _trigger(trigger: Trigger) -> dict[str, Any]:
    return {key: to_ir(value) for key, value in trigger.values.items()} | {"id": trigger.id}


def _interrupt(interrupt: Interrupt) -> dict[str, Any]:
    return {
        "id": interrupt.id,
        "when": interrupt.when,
        "run": interrupt.edge.target if interrupt.edge else None,
    }


def _node(node: Node) -> dict[str, Any]:
    data: dict[str, Any] = {"type": node.type.name, "version": node.type.version}
    for field in ("label", "when"):
        if field in node.values:
            data[field] = to_ir(node.values[field])
    for field, value in node.type.compile(node).items():
        if field not in _LEFT_OUT and value is not None:
            data[field] = to_ir(value)
    known = {*node.type.exits, "error"}
    edges = [edge for edge in node.edges if edge.exit in known or node.type.knows_exit(edge.exit)]
    data["exits"] = {edge.exit: edge.target for edge in sorted(edges, key=lambda edge: edge.exit)}
    return data
