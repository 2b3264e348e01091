"""Another major version of the called scenario is published.

A new major version takes other inputs or gives other outputs, so the call must be looked at before it
moves on.

Wrong:

```yaml
start: first
nodes:
  first: {type: call, scenario: greeting@2, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first: {type: call, scenario: greeting@1, next: bye}
  bye: {type: end, outcome: done}
```

Adapt the call to the published version and name its major number.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Опубликована другая мажорная версия вызываемого сценария.

Новая мажорная версия принимает другие входы или отдаёт другие выходы, поэтому вызов надо проверить,
прежде чем переходить на неё.

Приведите вызов к опубликованной версии и укажите её номер.
"""

ENTRIES = {
    "E704": Entry(
        "'{name}' не опубликован, есть {known}",
        "'{name}' is not published, there is {known}",
        "перейдите на опубликованную версию входов и выходов",
        "move on to the published version of its inputs and outputs",
    ),
}
