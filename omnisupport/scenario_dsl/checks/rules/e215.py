"""Unknown function or filter.

There is no function or filter of this name.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "len(vars.name) > 1", next: bye}
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
      - {when: "size(vars.name) > 1", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Correct the name. The message lists all of them.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Неизвестная функция или фильтр.

Функции или фильтра с таким именем нет.

Исправьте имя. Сообщение перечисляет все.
"""

ENTRIES = {
    "E215": Entry(
        "неизвестная функция '{name}'" + COL_RU,
        "unknown function '{name}'" + COL_EN,
        "функции: {known}",
        "functions: {known}",
    ),
    "E215.filter": Entry(
        "неизвестный фильтр '{name}'" + COL_RU,
        "unknown filter '{name}'" + COL_EN,
        "фильтры: {known}",
        "filters: {known}",
    ),
}
