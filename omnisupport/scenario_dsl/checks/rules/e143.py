"""A flow that calls itself on every way.

Whatever happens in the flow, it calls itself again, directly or by another flow, before it can come
back. The run goes deeper until the limit of 16 calls stops it.

Wrong:

```yaml
start: first
nodes:
  first: {type: call, flow: again, next: bye}
  bye: {type: end, outcome: done}
flows:
  again:
    start: question
    nodes:
      question:
        type: menu
        text: {ru: Ещё?, en: More?}
        options:
          - {id: more, label: {ru: Да, en: "Yes"}, next: repeat}
        timeout: 1h
        exits: {invalid: repeat, timeout: repeat}
      repeat: {type: call, flow: again, next: back}
      back: {type: return}
```

Right:

```yaml
start: first
nodes:
  first: {type: call, flow: again, next: bye}
  bye: {type: end, outcome: done}
flows:
  again:
    start: question
    nodes:
      question:
        type: menu
        text: {ru: Ещё?, en: More?}
        options:
          - {id: more, label: {ru: Да, en: "Yes"}, next: repeat}
        timeout: 1h
        exits: {invalid: back, timeout: back}
      repeat: {type: call, flow: again, next: back}
      back: {type: return}
```

Give the flow a way to `return` on which it does not call itself.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Flow
from omnisupport.scenario_dsl.graph import circle_path, circles
from omnisupport.scenario_dsl.sentence import Entry

RU = """Поток вызывает сам себя на каждом пути.

Что бы ни случилось в потоке, он снова вызывает себя, прямо или через другой поток, прежде чем
вернуться. Вызовы вкладываются до предела в 16 и останавливаются с ошибкой.

Дайте потоку путь к `return`, на котором он себя не вызывает.
"""

ENTRIES = {
    "E143": Entry(
        "поток '{name}' вызывает сам себя на каждом пути: {path}",
        "flow '{name}' calls itself on every way: {path}",
        "добавьте путь к return без этого вызова",
        "add a way to return without this call",
    ),
}


def check(document: Analysis) -> None:
    """E143 once for each circle of flows; behind a broken edge nothing is said."""
    if document.has_broken_edges or document.has_unread_nodes or not document.flows:
        return
    calls = {flow: _called(document, flow) for flow in document.flows}
    ends = _coming_back(document)
    for part in circles(calls):
        flow = part[0]
        if not ends & set(part):
            path = " -> ".join(circle_path(calls, part))
            at = document.flows[flow].tree
            document.report.add("E143", at, field=f"flows.{flow}", name=flow, path=path)


def _called(document: Analysis, flow: str) -> list[str]:
    nodes = [node for node in document.nodes.values() if node.flow == flow]
    named = [document.flow_named(use.name) for node in nodes for use in node.uses.flows]
    return [each.id for each in named if each is not None]


def _coming_back(document: Analysis) -> set[str]:
    """The flows that can come to their end by calling only flows that can."""
    found: set[str] = set()
    while True:
        more = {flow.id for flow in document.flows.values() if _ends(document, flow, found)} - found
        if not more:
            return found
        found |= more


def _ends(document: Analysis, flow: Flow, found: set[str]) -> bool:
    start = flow.start.resolved if flow.start is not None else None
    seen, work = {start}, [start]
    while work:
        node = document.nodes.get(work.pop() or "")
        if node is None:
            continue
        if node.type.ends:
            return True
        called = [document.flow_named(use.name) for use in node.uses.flows]
        edges = node.edges
        if any(each is not None and each.id not in found for each in called):
            # A node with `when` may be skipped, and goes on as if it had come back.
            edges = [edge for edge in edges if edge.exit == "next" and "when" in node.values]
        targets = [edge.resolved for edge in edges if edge.resolved not in seen]
        seen.update(targets)
        work += targets
    return False
