"""A dead end.

A node that is not an `end` has no way out. The run would stop there for ever and the customer would
wait for an answer that does not come.

Wrong:

```yaml
start: first
nodes:
  first:
    type: menu
    text: {ru: Что?, en: What?}
    options:
      - {id: a, label: {ru: Да, en: "Yes"}, next: last}
      - {id: b, label: {ru: Нет, en: "No"}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  last:
    type: message
    text: {ru: Всё, en: Done}
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
      - {id: a, label: {ru: Да, en: "Yes"}, next: last}
      - {id: b, label: {ru: Нет, en: "No"}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  last:
    type: message
    text: {ru: Всё, en: Done}
    next: bye
  bye: {type: end, outcome: done}
```

Add `next`, or make it an `end`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Тупик.

У узла, который не `end`, нет выхода. Диалог остановился бы на нём навсегда, а клиент ждал бы ответа,
которого не будет.

Добавьте `next` или сделайте узел `end`.
"""

ENTRIES = {
    "E102": Entry(
        "из узла '{id}' нет выхода",
        "node '{id}' is a dead end",
        "добавьте next или сделайте его узлом end",
        "add next, or make it an end",
    ),
}
