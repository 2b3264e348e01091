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
from omnisupport.scenario_dsl.checks.rules import (
    e103,
    e143,
    e150,
    e151,
    e308,
    e401,
    e402,
    e404,
    e411,
    e412,
    e413,
    e414,
    e501,
    e510,
    e511,
    e512,
    e513,
    e521,
    e522,
    e523,
    e801,
    e802,
    w114,
    w137,
    w152,
    w220,
    w405,
    w514,
    w515,
    w604,
    w605,
    w606,
    w803,
)
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.linking import read_beside
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.reading import analyse, settle_calls
from omnisupport.scenario_dsl.resources import Resources

# In this order: what one finds, the next need not say again.
_CHECKS = (
    edges.check,
    e103.check,
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
    w114.check,
    e143.check,
    e150.check,
    e151.check,
    w137.check,
    e308.check,
    w152.check,
    w220.check,
    e401.check,
    w405.check,
    e412.check,
    e413.check,
    e414.check,
    e501.check,
    e510.check,
    e511.check,
    e512.check,
    e513.check,
    w514.check,
    w515.check,
    e521.check,
    w604.check,
    w605.check,
    w606.check,
    e801.check,
    e802.check,
    w803.check,
)
# Those that ask what the tenant has.
_CHECKS_WITH = (
    e402.check_with,
    e404.check_with,
    e411.check_with,
    e522.check_with,
    e523.check_with,
)


def check_document(document: Document, *, resources: Resources | None = None) -> list[Finding]:
    """Every fault of a document, by line and column; with `resources`, also names that the tenant lacks."""
    if resources is not None:
        document = read_beside(document, resources.scenarios)
    if document.findings is None:
        analysis = analyse(document)
        settle_calls(analysis)
        for check in _CHECKS:
            check(analysis)
        document.findings = analysis.report.findings()
    if resources is None:
        return list(document.findings)
    report = places.check_resources(document, resources)
    for check_with in _CHECKS_WITH:
        check_with(analyse(document), resources, report)
    found = [*report.findings(), *document.findings]
    return sorted(found, key=lambda item: (item.line, item.column, item.code))
