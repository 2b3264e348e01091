"""Two cases for the same value.

The second of two equal cases is never taken. One of them was probably meant for another value.

Wrong:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: switch
    value: vars.count
    cases: {10: bye, 0xA: bye}
    exits: {default: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: switch
    value: vars.count
    cases: {10: bye, 11: bye}
    exits: {default: bye}
  bye: {type: end, outcome: done}
```

Correct one of them, or remove it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Два случая для одного значения.

Второй из двух одинаковых случаев никогда не сработает. Вероятно, один из них писали для другого
значения.

Исправьте или удалите один из них.
"""

ENTRIES = {
    "E127": Entry(
        "два случая для '{constant}'",
        "two cases for '{constant}'",
        "удалите один",
        "remove one",
    ),
}
