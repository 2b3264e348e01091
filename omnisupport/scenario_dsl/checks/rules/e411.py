"""A method that the connection does not allow.

The administrator allows only some methods for this connection, so the call would be refused every time.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: DELETE, path: "/orders/1"}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Use an allowed method, or ask the administrator to allow this one.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.tree import Map

RU = """Подключение не разрешает этот метод.

Администратор разрешил для подключения только некоторые методы, и вызов каждый раз получал бы отказ.

Используйте разрешённый метод или попросите администратора разрешить этот.
"""

ENTRIES = {
    "E411": Entry(
        "подключение '{name}' не разрешает {method}, разрешено: {known}",
        "connection '{name}' does not allow {method}, it allows: {known}",
        "используйте разрешённый метод",
        "use a method that is allowed",
    ),
}


def check_with(document: Analysis, resources: Resources, report: Report) -> None:
    """E411 for connections of which it is known what they allow."""
    for node in document.nodes.values():
        request = node.values.get("request")
        if node.type.name != "http" or not isinstance(request, dict):
            continue
        method = request.get("method", "GET")
        for ref in node.uses.refs:
            if ref.kind != "connections":
                continue
            name = document.header.resources.get(ref.kind, {}).get(ref.name, ref.name)
            allowed = resources.methods.get(name)
            if allowed is not None and method not in allowed:
                tree = node.tree.get("request")
                at = tree.get("method") if isinstance(tree, Map) else None
                words: dict[str, Any] = {
                    "name": ref.name,
                    "method": method,
                    "known": ", ".join(sorted(allowed)) or "-",
                }
                report.add("E411", at or tree or node.tree, node=node.id, field="request.method", **words)
