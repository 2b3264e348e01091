"""Unknown name in an expression.

The expression reads a name that does not exist. At run time there would be no value and the customer
would meet an error.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "name == ''", next: bye}
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

Names begin with `vars.`, `customer.`, `conversation.`, `event.`, `tenant.`, `channel.` and a few more.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Неизвестное имя в выражении.

Выражение читает имя, которого нет. Во время работы значения не было бы, и клиент встретил бы ошибку.

Имена начинаются с `vars.`, `customer.`, `conversation.`, `event.`, `tenant.`, `channel.` и немногих
других.
"""

ENTRIES = {
    "E210": Entry(
        "неизвестное имя '{name}'" + COL_RU,
        "unknown variable '{name}'" + COL_EN,
        "переменные сценария пишутся vars.имя",
        "the scenario's variables are vars.name",
    ),
}
