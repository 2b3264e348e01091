"""The customer decides what is called.

The first part of the path is what a customer typed. It chooses the operation of the other system, so a
customer could call any of them.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/{{ event.text }}/orders"}
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
    request: {method: GET, path: "/orders/{{ event.text }}"}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Write the operation yourself, `/orders/{{ vars.number }}`, or let a `switch` choose it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.taint import TYPED, Reading, taint_of
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.template import Hole

RU = """Клиент решает, что вызывать.

Первая часть пути взята из слов клиента. Она выбирает операцию другой системы, и клиент мог бы вызвать
любую.

Напишите операцию сами, `/orders/{{ vars.number }}`, или выберите её через `switch`.
"""

ENTRIES = {
    "E412": Entry(
        "операцию выбирают слова клиента: '{path}'",
        "words of the customer choose the operation: '{path}'",
        "начните путь сами: /orders/{{{{ {path} }}}}",
        "begin the path yourself: /orders/{{{{ {path} }}}}",
    ),
}


def check(document: Analysis) -> None:
    """E412 for paths of calls."""
    taint = taint_of(document)
    for reading in taint.readings:
        if reading.node.type.name != "http" or reading.field != "request.path" or not _is_first(reading):
            continue
        for path in sorted(reading.paths):
            if TYPED in taint.of(reading.node.flow, [path]):
                node = reading.node.id
                document.report.add("E412", reading.tree, node=node, field=reading.field, path=path)


def _is_first(reading: Reading) -> bool:
    """Whether the hole is a part of the first segment."""
    assert reading.text is not None
    before = ""
    for part in reading.text.locales[reading.locale]:
        if part is reading.hole:
            break
        before += "{}" if isinstance(part, Hole) else part
    return "/" not in before.removeprefix("/")
