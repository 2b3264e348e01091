"""A pattern that RE2 does not take.

Patterns run on RE2, which answers in time whatever a customer types. It has no look-around and no
back-references.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name.matches('(?=a)')", next: bye}
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
      - {when: "vars.name.matches('(a)')", next: bye}
    else: bye
  bye: {type: end, outcome: done}
```

Write the pattern without them.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """RE2 не понимает шаблон.

Шаблоны исполняет RE2: он отвечает вовремя, что бы ни написал клиент. Просмотра вперёд и ссылок на
группы в нём нет.

Напишите шаблон без них.
"""

ENTRIES = {
    "E217": Entry(
        "RE2 не понимает шаблон '{pattern}': {problem}" + COL_RU,
        "RE2 does not take the pattern '{pattern}': {problem}" + COL_EN,
    ),
    "E217.field": Entry(
        "RE2 не понимает шаблон '{pattern}': {problem}",
        "RE2 does not take the pattern '{pattern}': {problem}",
        "без просмотра вперёд и ссылок на группы",
        "without look-around and back-references",
    ),
}
