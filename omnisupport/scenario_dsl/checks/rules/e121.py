"""No `next`.

The node does its work and then nothing says where to go. The run would stop and the customer would
wait.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add `next`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Нет `next`.

Узел выполняет работу, а куда идти дальше, не сказано. Диалог остановился бы, а клиент ждал.

Добавьте `next`.
"""

ENTRIES = {
    "E121": Entry(
        "у узла '{id}' нет next",
        "node '{id}' has no next",
        "добавьте next",
        "add next",
    ),
}
