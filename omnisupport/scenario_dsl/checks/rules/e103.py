"""A flow that never comes back.

The flow has neither a `return` nor an `end`. Whoever calls it waits for ever, and with it the customer.

Wrong:

```yaml
start: first
nodes:
  first: {type: call, flow: greeting, next: bye}
  bye: {type: end, outcome: done}
flows:
  greeting:
    start: hello
    nodes:
      hello: {type: message, text: {ru: Привет, en: Hello}, next: pause}
      pause: {type: wait, for: 24h, on_message: queue, next: hello}
```

Right:

```yaml
start: first
nodes:
  first: {type: call, flow: greeting, next: bye}
  bye: {type: end, outcome: done}
flows:
  greeting:
    start: hello
    nodes:
      hello: {type: message, text: {ru: Привет, en: Hello}, next: pause}
      pause: {type: wait, for: 24h, on_message: queue, next: back}
      back: {type: return}
```

Lead its ways to a `return`, or to an `end` if the whole run is over there.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry

RU = """Поток не возвращается.

В потоке нет ни `return`, ни `end`. Тот, кто его вызвал, ждёт вечно, а с ним и клиент.

Проведите его пути к `return` или к `end`, если на этом кончается весь диалог.
"""

ENTRIES = {
    "E103": Entry(
        "поток '{name}' не возвращается: в нём нет return",
        "flow '{name}' never comes back: it has no return",
        "добавьте узел return или end",
        "add a return or an end",
    ),
}


def check(document: Analysis) -> None:
    """E103, unless a node of the flow could not be read."""
    for flow in document.flows.values():
        nodes = [document.nodes[node_id] for node_id in flow.ids if node_id in document.nodes]
        if nodes and len(nodes) == len(flow.ids) and not any(node.type.ends for node in nodes):
            document.report.add("E103", flow.tree, field=f"flows.{flow.id}", name=flow.id)
            document.has_broken_edges = True
