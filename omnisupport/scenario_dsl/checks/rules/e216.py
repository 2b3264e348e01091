"""A pattern or an argument that is not constant.

Patterns and the arguments of filters must be written out, so that they can be checked before publishing
and not depend on what a customer types.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name.matches(event.text)", next: bye}
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
      - {when: "vars.name.matches('^a')", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Write the pattern in quotes.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Шаблон или аргумент не константа.

Шаблоны и аргументы фильтров пишутся явно, чтобы их можно было проверить до публикации и чтобы они не
зависели от слов клиента.

Напишите шаблон в кавычках.
"""

ENTRIES = {
    "E216": Entry(
        "шаблон matches() должен быть строкой в кавычках" + COL_RU,
        "the pattern of matches() must be a quoted constant" + COL_EN,
    ),
    "E216.filter": Entry(
        "аргументы фильтра {name} должны быть константами" + COL_RU,
        "the arguments of filter {name} must be constants" + COL_EN,
    ),
}
