"""A required field is missing.

Without this field the node cannot do its work: a question without text, a call without an address.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: regex}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: regex, pattern: "^[0-9]+$"}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add the field that is named.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Нет обязательного поля.

Без этого поля узел не может работать: вопрос без текста, вызов без адреса.

Добавьте названное поле.
"""

ENTRIES = {
    "E112": Entry(
        "нет обязательного поля '{name}'",
        "required field '{name}' is missing",
        "добавьте {name}",
        "add {name}",
    ),
    "E112.either": Entry(
        "нужно поле '{name}' или '{other}'",
        "field '{name}' or '{other}' is missing",
        "добавьте одно из них",
        "add one of them",
    ),
    "E112.items": Entry(
        "{field_name}: нужно не меньше {least}",
        "{field_name} wants at least {least}",
        "добавьте элемент",
        "add an item",
    ),
}
