"""The static checks: what is wrong with a document, found before anybody publishes it."""

from __future__ import annotations

from omnisupport.scenario_dsl.checks import (
    conditions,
    edges,
    flow,
    keywords,
    paths,
    places,
    secrets,
    texts,
    triggers,
    turns,
    variables,
    waits,
)
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.linking import called_scenarios, signatures
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse, settle_calls
from omnisupport.scenario_dsl.resources import Resources

_CHECKS = (
    edges.check,
    waits.check,
    paths.check,
    turns.check,
    flow.check,
    conditions.check,
    variables.check,
    texts.check,
    keywords.check,
    triggers.check,
    places.check,
    secrets.check,
)


def check_document(document: Document, *, resources: Resources | None = None) -> list[Finding]:
    """Every fault of a document, by line and column; with `resources`, also names that the tenant lacks."""
    if resources is not None and called_scenarios(document):
        # What is called decides types and exits, so the document is read anew beside it.
        document = Document(document.file, document.root, document.flow)
        analyse(document).callable = signatures(resources.scenarios)
    if document.findings is None:
        analysis = analyse(document)
        settle_calls(analysis)
        for check in _CHECKS:
            check(analysis)
        document.findings = analysis.report.findings()
    if resources is None:
        return list(document.findings)
    found = [*places.check_resources(document, resources).findings(), *document.findings]
    return sorted(found, key=lambda item: (item.line, item.column, item.code))
