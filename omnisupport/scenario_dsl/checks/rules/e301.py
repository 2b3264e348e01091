"""A variable that is not declared.

The scenario writes or shows a variable that `variables` does not declare. Without a type nothing can be
checked, and a typing error would make a second variable.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.name }} {{ vars.nme }}", en: "{{ vars.name }} {{ vars.nme }}"}
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
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Declare it, or correct the name.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Переменная не объявлена.

Сценарий пишет или показывает переменную, которой нет в `variables`. Без типа ничего не проверить, а
опечатка создала бы вторую переменную.

Объявите её или исправьте имя.
"""

ENTRIES = {
    "E301": Entry(
        "переменная '{name}' не объявлена",
        "variable '{name}' is not declared",
        "объявите её в variables",
        "declare it under variables",
    ),
    "E301.text": Entry(
        "переменная '{name}' не объявлена" + COL_RU,
        "variable '{name}' is not declared" + COL_EN,
        "объявите её в variables",
        "declare it under variables",
    ),
}
