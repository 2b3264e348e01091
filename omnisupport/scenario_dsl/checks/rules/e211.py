"""Unknown field in an expression.

The object has no field of this name, mostly because of a typing error.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name == '' && vars.nam == ''", next: bye}
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

Correct the name, or declare the field.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Неизвестное поле в выражении.

У объекта нет такого поля, чаще всего из-за опечатки.

Исправьте имя или объявите поле.
"""

ENTRIES = {
    "E211": Entry(
        "нет поля '{name}'" + COL_RU,
        "no field '{name}'" + COL_EN,
        "объявите его или исправьте имя",
        "declare it or correct the name",
    ),
}
