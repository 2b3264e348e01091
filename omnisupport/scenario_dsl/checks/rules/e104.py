"""No way leads to an end.

From this node every way leads back into the same group of nodes. The run never ends, so the customer
never comes back to normal service and no outcome is counted.

Wrong:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Что?, en: What?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: again}
      - {id: b, label: {ru: Нет, en: "No"}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  again:
    type: menu
    text: {ru: Ещё раз?, en: Once more?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: again}
    timeout: 1h
    exits: {invalid: again, timeout: again}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Что?, en: What?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: again}
      - {id: b, label: {ru: Нет, en: "No"}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  again:
    type: menu
    text: {ru: Ещё раз?, en: Once more?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: again}
    timeout: 1h
    exits: {invalid: again, timeout: bye}
  bye: {type: end, outcome: done}
```

Lead one way out of the group to an `end`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Пути к концу нет.

От этого узла все пути ведут обратно в ту же группу узлов. Диалог не кончается: клиент не возвращается к
обычному обслуживанию, итог не учитывается.

Выведите один путь из группы к узлу `end`.
"""

ENTRIES = {
    "E104": Entry(
        "от узла '{id}' ни один путь не ведёт к end",
        "no path leads from node '{id}' to an end",
        "добавьте выход к узлу end",
        "add a way to an end node",
    ),
    "E104.way": Entry(
        "из ожидания '{id}' диалог может не выйти ни к концу, ни к людям: {path}",
        "a run that waits at '{id}' may come neither to an end nor to people: {path}",
        "добавьте путь к узлу end или handoff",
        "add a way to an end or a handoff",
    ),
}
