"""A character that expressions do not have.

The expression holds a character or a number that the language of expressions does not know.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name ~ ''", next: bye}
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

Look at the column that is named. Texts stand between quotes, and `and`, `or`, `not` are written `&&`,
`||`, `!`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Символ, которого нет в выражениях.

В выражении стоит символ или число, которого язык выражений не знает.

Посмотрите на указанный символ. Тексты стоят в кавычках, а «и», «или», «не» пишутся `&&`, `||`, `!`.
"""

ENTRIES = {
    "E202": Entry(
        "непонятный символ '{token}'" + COL_RU,
        "bad token '{token}'" + COL_EN,
    ),
    "E202.int": Entry(
        "число {token} слишком велико" + COL_RU,
        "the number {token} is too large" + COL_EN,
    ),
}
