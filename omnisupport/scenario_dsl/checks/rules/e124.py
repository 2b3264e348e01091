"""A condition without `else`.

When none of the cases is true the run has nowhere to go.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name == ''", next: bye}
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

Add `else`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Условие без `else`.

Если ни один случай не верен, идти некуда.

Добавьте `else`.
"""

ENTRIES = {
    "E124": Entry(
        "у условия '{id}' нет else",
        "condition '{id}' has no else",
        "добавьте else",
        "add else",
    ),
}
