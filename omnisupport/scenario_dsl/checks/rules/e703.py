"""A scenario that is not published is called.

The call names a scenario that has no published version. Customers would come to a call that goes
nowhere.

Wrong:

```yaml
start: first
nodes:
  first: {type: call, scenario: farewell@1, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first: {type: call, scenario: greeting@1, next: bye}
  bye: {type: end, outcome: done}
```

Publish the called scenario first, with `kind: subflow`, or correct its name.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Вызывается неопубликованный сценарий.

Вызов называет сценарий без опубликованной версии. Клиент пришёл бы к вызову, который никуда не ведёт.

Сначала опубликуйте вызываемый сценарий с `kind: subflow` или исправьте имя.
"""

ENTRIES = {
    "E703": Entry(
        "сценарий '{name}' не опубликован или его нет",
        "scenario '{name}' is not published, or does not exist",
        "опубликуйте его: kind: subflow",
        "publish it: kind: subflow",
    ),
}
