"""Compile a checked document into its IR."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis, Flow, Interrupt, Node, Signature, Trigger
from omnisupport.scenario_dsl.checks import check_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.ir import ENGINE, IR, hash_ir
from omnisupport.scenario_dsl.linking import Scenarios, linked, read_beside
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.scope import calendars
from omnisupport.scenario_dsl.uses import Edge, to_ir

# Fields for people and editors, and those that became exits.
_LEFT_OUT = frozenset({"type", "type_version", "note", "next", "exits", "on_error", "label", "when"})


def compile_document(document: Document, *, scenarios: Scenarios | None = None) -> IR:
    """The IR of a document: JSON values only, the same bytes for the same meaning, `hash` over all of it.

    What it calls of `scenarios` becomes part of it.

    Raises:
        ScenarioInvalid: the document, or a scenario that it calls, has errors; warnings do not matter.
    """
    parts = linked(document, scenarios or {})
    analysis, *called = [_checked(part, scenarios or {}) for part in (document, *parts)]
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
        "on_error": _target(analysis.on_error),
        "start": _target(analysis.start),
        "nodes": {node_id: _node(node) for node_id, node in sorted(analysis.nodes.items())},
    }
    ir |= _signature(analysis.signature) | header.policies
    if header.intents:
        ir["intents"] = header.intents
    if analysis.migrations:
        ir["migrations"] = [to_ir(moves.values) for moves in analysis.migrations]
    if header.patterns:
        ir["patterns"] = header.patterns
    flows = {flow_id: _flow(flow) for flow_id, flow in analysis.flows.items()}
    for part in called:
        flows[part.flow or ""] = _main_flow(part)
        flows |= {flow_id: _flow(flow) for flow_id, flow in part.flows.items()}
        ir["nodes"] |= {node_id: _node(node) for node_id, node in part.nodes.items()}
        ir["calendars"] = sorted({*ir["calendars"], *calendars(part)})
    if flows:
        ir["flows"] = dict(sorted(flows.items()))
        ir["nodes"] = dict(sorted(ir["nodes"].items()))
    ir["hash"] = hash_ir(ir)
    return ir


def _checked(document: Document, scenarios: Scenarios) -> Analysis:
    document = read_beside(document, scenarios)
    findings = check_document(document)
    if any(finding.is_error for finding in findings):
        raise ScenarioInvalid(findings)
    return analyse(document)


def _main_flow(part: Analysis) -> dict[str, Any]:
    """A called scenario as a flow."""
    main = Flow(part.flow or "", part.root, part.signature, part.variables, part.start, part.on_error)
    return _flow(main)


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "start": _target(flow.start),
        "on_error": _target(flow.on_error),
        "variables": {name: variable.spec for name, variable in sorted(flow.variables.items())},
        **_signature(flow.signature),
    }


def _signature(signature: Signature) -> dict[str, Any]:
    """Names of what goes in and comes out; the types stand with the variables. Empty lists are left out."""
    lists = {
        "inputs": list(signature.inputs),
        "outputs": list(signature.outputs),
        "returns": list(signature.returns),
    }
    return {key: names for key, names in lists.items() if names}


def _target(edge: Edge | None) -> str | None:
    return edge.id if edge is not None else None


def _trigger(trigger: Trigger) -> dict[str, Any]:
    return {key: to_ir(value) for key, value in trigger.values.items()} | {"id": trigger.id}


def _interrupt(interrupt: Interrupt) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": interrupt.id,
        "when": interrupt.when,
        "run": _target(interrupt.edge),
    }
    if interrupt.flow is not None:
        data |= {"flow": interrupt.flow.name, "resume": interrupt.resume}
    return data


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
    data["exits"] = {edge.exit: edge.id for edge in sorted(edges, key=lambda edge: edge.exit)}
    return data
