"""A field of something that has none.

A text or a number has no fields.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name.first == ''", next: bye}
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

Read the value itself, or declare the variable as an `object`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Поле у значения без полей.

У текста и числа полей нет.

Читайте само значение или объявите переменную как `object`.
"""

ENTRIES = {
    "E212": Entry(
        "у значения типа {type} нет полей, а спрошено '{name}'" + COL_RU,
        "a {type} has no fields, '{name}' is asked" + COL_EN,
    ),
}
