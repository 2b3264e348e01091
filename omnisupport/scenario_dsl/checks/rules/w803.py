"""A scenario that has grown large.

So many nodes in one graph are hard to read, and whoever changes one of them is afraid of the others.

Move parts that belong together into `flows`, or into scenarios of their own.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry

RU = """Сценарий стал большим.

Столько узлов в одном графе трудно читать, и тот, кто меняет один, боится за остальные.

Вынесите связанные части во `flows` или в отдельные сценарии.
"""

ENTRIES = {
    "W803": Entry(
        "узлов в одном графе: {count}, читать удобно до {limit}",
        "{count} nodes in one graph, up to {limit} are easy to read",
        "вынесите части во flows",
        "move parts into flows",
    ),
}

LIMIT = 150


def check(document: Analysis) -> None:
    """W803 for the main graph and for each flow."""
    counts = {document.flow: sum("/" not in node_id for node_id in document.ids)}
    counts |= {flow.id: len(flow.ids) for flow in document.flows.values()}
    for flow, count in counts.items():
        if count > LIMIT:
            at = document.root.keys.get("nodes", document.root) if flow is None else document.flows[flow].tree
            document.report.add("W803", at, field="nodes", count=count, limit=LIMIT)
