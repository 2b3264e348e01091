"""A call that may be done twice.

The call changes something, is tried again after a failure, and carries no key by which the other system
would know that it is the same. An order could be placed twice.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: POST, path: /orders}
    retry: {max_attempts: 3}
    idempotency: none
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
    request: {method: POST, path: /orders}
    retry: {max_attempts: 3}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Leave `idempotency` at `auto`, or do not retry.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry

RU = """Вызов, который может выполниться дважды.

Вызов что-то меняет, повторяется после сбоя и не несёт ключа, по которому другая система узнала бы
повтор. Заказ мог бы создаться дважды.

Оставьте `idempotency: auto` или не повторяйте вызов.
"""

ENTRIES = {
    "E414": Entry(
        "{method} повторяется без ключа и может выполниться дважды",
        "{method} is tried again without a key and may be done twice",
        "удалите idempotency: none или retry",
        "delete idempotency: none, or retry",
    ),
}

# Done twice, these leave the same as done once.
_SAFE = frozenset({"GET", "PUT", "DELETE"})


def check(document: Analysis) -> None:
    """E414 for calls whose author switched the key off."""
    for node in document.nodes.values():
        request, retry = node.values.get("request"), node.values.get("retry")
        if node.values.get("idempotency") != "none" or not isinstance(request, dict):
            continue
        method = request.get("method", "GET")
        if method not in _SAFE and isinstance(retry, dict) and retry.get("max_attempts", 2) > 1:
            at = node.tree.values["idempotency"]
            document.report.add("E414", at, node=node.id, field="idempotency", method=method)
