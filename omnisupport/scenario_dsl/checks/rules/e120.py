"""The target does not exist.

A way leads to a node that is not there, mostly because its name is misspelt. Customers who go this way
would meet an error.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: goodbye
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Correct the name or create the node. What lies behind the broken way is not reported: mend this first.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Узла, куда ведёт путь, нет.

Путь ведёт к узлу, которого нет, чаще всего из-за опечатки. Клиент на этом пути встретил бы ошибку.

Исправьте имя или создайте узел. То, что следует за сломанным путём, не сообщается: сначала исправьте
его.
"""

ENTRIES = {
    "E120": Entry(
        "неизвестный узел '{name}'",
        "unknown node '{name}'",
        "создайте узел или исправьте имя",
        "create the node or correct the name",
    ),
    "E120.flow": Entry(
        "неизвестный поток '{name}'",
        "unknown flow '{name}'",
        "объявите его под flows",
        "declare it under flows",
    ),
}
