"""A circle without a wait.

The nodes of the circle follow each other without waiting for anybody. The run would turn until the
limit of steps stops it, and send the same message again and again.

Wrong:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: count
  count:
    type: set
    assign: {vars.count: "=vars.count + 1"}
    next: first
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: count
  count:
    type: set
    assign: {vars.count: "=vars.count + 1"}
    next: bye
  bye: {type: end, outcome: done}
```

Put an `ask` or a `menu` into the circle, or lead it out.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Цикл без ожидания.

Узлы цикла идут друг за другом, никого не дожидаясь. Диалог крутился бы до предела шагов и слал бы одно
и то же сообщение.

Вставьте в цикл `ask` или `menu` или выведите из него путь.
"""

ENTRIES = {
    "E140": Entry(
        "цикл без ожидания клиента: {path}",
        "loop without user input: {path}",
        "добавьте ask, menu или выход из цикла",
        "put an ask or a menu into it, or lead it out",
    ),
}
