"""Other scenarios that a document calls become flows of it, so that a run never looks anything up."""

from __future__ import annotations

from collections.abc import Mapping

from omnisupport.scenario_dsl.analysis import Analysis, Signature
from omnisupport.scenario_dsl.certainty import SPEAKS, WAITS, certain, has_waited, is_told
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse

Scenarios = Mapping[str, Document]
"""Published subflows by `id@major`."""


def called_scenarios(document: Document) -> list[str]:
    """The scenarios that the document itself calls, `id@major`, in the order of the file."""
    return _called(analyse(document))


def linked(document: Document, scenarios: Scenarios) -> list[Document]:
    """Everything that is called, directly or by what is called, each as the flow of its name; once each."""
    found: dict[str, Document] = {}
    work = called_scenarios(document)
    while work:
        name = work.pop(0)
        if name in found or name not in scenarios:
            continue
        callee = Document(scenarios[name].file, scenarios[name].root, flow=name)
        found[name] = callee
        work += called_scenarios(callee)
    return list(found.values())


def read_beside(document: Document, scenarios: Scenarios) -> Document:
    """The document read anew beside what it calls, which decides types and exits; itself where it calls nothing."""
    if not called_scenarios(document):
        return document
    document = Document(document.file, document.root, document.flow)
    analyse(document).callable = signatures(scenarios)
    return document


def signatures(scenarios: Scenarios) -> dict[str, Signature]:
    """What callers must know of each."""
    found: dict[str, Signature] = {}
    for name in scenarios:
        _add_signature(name, scenarios, found, ())
    return found


def _add_signature(
    name: str, scenarios: Scenarios, found: dict[str, Signature], way: tuple[str, ...]
) -> None:
    """The signature of a scenario, after those of what it calls; of a circle nothing is certain."""
    if name in found or name in way or name not in scenarios:
        return
    written = scenarios[name]
    document = Document(written.file, written.root, written.flow)
    analysis = analyse(document)
    for called in called_scenarios(document):
        _add_signature(called, scenarios, found, (*way, name))
        # Between undecided and unknown there is a difference: what is published and in a circle may never speak.
        if called in scenarios:
            analysis.callable[called] = found.get(called, Signature({}, {}))
    signature = analyse(written).signature
    signature.speaks = certain(analysis, is_told, SPEAKS).holds_from(analysis.start)
    signature.waits = certain(analysis, has_waited, WAITS).holds_from(analysis.start)
    found[name] = signature


def circle_of(document: Document, scenarios: Scenarios) -> list[str]:
    """The way on which a scenario calls itself, ids of scenarios, or nothing."""
    own = analyse(document).header.id

    def visit(name: str, way: list[str]) -> list[str]:
        scenario = name.partition("@")[0]
        if scenario in way:
            return [*way[way.index(scenario) :], scenario]
        if name not in scenarios:
            return []
        for called in called_scenarios(scenarios[name]):
            circle = visit(called, [*way, scenario])
            if circle:
                return circle
        return []

    for called in called_scenarios(document):
        circle = visit(called, [own])
        if circle:
            return circle
    return []


def _called(analysis: Analysis) -> list[str]:
    uses = [use.name for node in analysis.nodes.values() for use in node.uses.flows]
    return list(dict.fromkeys(name for name in uses if "@" in name))
