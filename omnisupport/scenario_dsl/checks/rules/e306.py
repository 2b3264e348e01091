"""A default that breaks its own rules.

The default of the variable does not fit its type or its bounds.

Wrong:

```yaml
variables:
  count: {type: int, min: 1, default: 0}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, min: 1, default: 1}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Change the default or the bounds.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Значение по умолчанию нарушает свои правила.

Значение по умолчанию не подходит типу или границам переменной.

Поменяйте значение или границы.
"""

ENTRIES = {
    "E306": Entry(
        "default не подходит переменной: {problem}",
        "the default does not fit its variable: {problem}",
        "поменяйте default",
        "change the default",
    ),
}
