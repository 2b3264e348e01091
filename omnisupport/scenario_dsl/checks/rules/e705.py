"""Scenarios that call each other in a circle.

Each of them waits until the other comes back. A customer in it would never leave.

Wrong:

```yaml
start: first
nodes:
  first: {type: call, scenario: circle@1, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first: {type: call, scenario: greeting@1, next: bye}
  bye: {type: end, outcome: done}
```

Break the circle: `start_scenario` with `mode: replace` does not come back.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Сценарии вызывают друг друга по кругу.

Каждый ждёт, пока вернётся другой. Клиент из такого круга не выйдет.

Разорвите круг: `start_scenario` с `mode: replace` не возвращается.
"""

ENTRIES = {
    "E705": Entry(
        "сценарии вызывают друг друга по кругу: {path}",
        "scenarios call each other in a circle: {path}",
        "разорвите круг: start_scenario с mode: replace не возвращается",
        "break the circle: start_scenario with mode: replace does not come back",
    ),
}
