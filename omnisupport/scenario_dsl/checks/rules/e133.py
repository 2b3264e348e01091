"""An effect without a way for errors.

A call to another system fails sometimes. Without a way for that the customer gets an apology and a
human, even where the failure would not matter.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    next: bye
    exits: {"404": bye}
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

Add `exits.error`, or `on_error` of the scenario.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Действие без пути на случай ошибки.

Обращение к другой системе иногда не удаётся. Без отдельного пути клиент получит извинение и оператора
даже там, где сбой неважен.

Добавьте `exits.error` или `on_error` сценария.
"""

ENTRIES = {
    "E133": Entry(
        "у действия '{id}' нет пути на случай ошибки",
        "'{id}' has an effect but no error path",
        "добавьте exits.error или on_error сценария",
        "add exits.error or the scenario's on_error",
    ),
}
