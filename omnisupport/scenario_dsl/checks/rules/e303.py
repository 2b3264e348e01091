"""A write to something read-only.

`customer`, `conversation`, `tenant`, `event` and others are read here. They change by nodes of their
own.

Wrong:

```yaml
start: first
nodes:
  first:
    type: set
    assign: {customer.name: Анна}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: set
    assign: {vars.name: Анна}
    next: told
  told:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Write to `vars.…`, or use `update_customer` or `update_conversation`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Запись в то, что только читается.

`customer`, `conversation`, `tenant`, `event` и другие здесь только читаются. Меняют их отдельные узлы.

Пишите в `vars.…` или используйте `update_customer` и `update_conversation`.
"""

ENTRIES = {
    "E303": Entry(
        "{path} нельзя изменить",
        "{path} is read-only",
        "пишите в vars.…",
        "write to vars.…",
    ),
    "E303.node": Entry(
        "{path} нельзя изменить",
        "{path} is read-only",
        "это меняет узел {node_type}",
        "a node {node_type} changes it",
    ),
}
