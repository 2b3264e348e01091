"""Read and never set.

The variable is read and no node gives it a value, so it is always empty.

Wrong:

```yaml
variables:
  name: {type: string}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "has(vars.name)", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name == ''", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Give it a default, or save an answer to it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Читается, но не получает значения.

Переменная читается, но ни один узел не даёт ей значения, и она всегда пуста.

Задайте `default` или сохраните в неё ответ.
"""

ENTRIES = {
    "W305": Entry(
        "переменная '{name}' читается, но не получает значения",
        "variable '{name}' is read but never set",
        "задайте default или сохраните в неё ответ",
        "give it a default or save an answer to it",
    ),
}
