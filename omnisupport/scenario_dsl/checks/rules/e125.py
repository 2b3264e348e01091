"""A switch that forgets values.

The value can be one of a fixed list and some of them have no case. Customers with these values would
meet an error.

Wrong:

```yaml
variables:
  size: {type: enum, values: [small, large], default: small}
start: first
nodes:
  first:
    type: switch
    value: vars.size
    cases: {small: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  size: {type: enum, values: [small, large], default: small}
start: first
nodes:
  first:
    type: switch
    value: vars.size
    cases: {small: bye, large: bye}
  bye: {type: end, outcome: done}
```

Add the missing cases, or `exits.default`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Switch учитывает не все значения.

Значение берётся из известного списка, но для части значений нет случая. Клиенты с такими значениями
встретили бы ошибку.

Добавьте недостающие случаи или `exits.default`.
"""

ENTRIES = {
    "E125": Entry(
        "switch '{id}' не учитывает: {missing}",
        "switch '{id}' does not cover: {missing}",
        "добавьте случаи или exits.default",
        "add cases or exits.default",
    ),
}
