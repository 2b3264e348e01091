"""The expression is not complete.

Something is missing or stands in the wrong place: a bracket, an operator, a value.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.name ==", next: bye}
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

The message says what was expected at which column.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Выражение не закончено.

Чего-то не хватает или что-то стоит не на месте: скобка, оператор, значение.

Сообщение говорит, что ожидалось и где.
"""

ENTRIES = {
    "E203": Entry(
        "нужно {wanted}, а стоит {found}" + COL_RU,
        "expected {wanted}, found {found}" + COL_EN,
    ),
    "E203.has": Entry(
        "has() принимает поле, например has(vars.email)" + COL_RU,
        "has() takes a field, such as has(vars.email)" + COL_EN,
    ),
    "E203.hole": Entry(
        "{{{{ без }}}}" + COL_RU,
        "{{{{ without }}}}" + COL_EN,
        "закройте скобки",
        "close the braces",
    ),
    "E203.key": Entry(
        "ключ '{name}' повторяется" + COL_RU,
        "key '{name}' stands there twice" + COL_EN,
    ),
    "E203.holes": Entry(
        "в тексте больше {limit} подстановок",
        "a text of more than {limit} placeholders",
        "разделите текст",
        "split the text",
    ),
}
