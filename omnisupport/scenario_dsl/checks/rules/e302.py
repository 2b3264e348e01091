"""A value of another type.

The value does not fit the variable or the field that receives it. It would be refused for every
customer.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: int}
    save_to: vars.name
    timeout: 1h
    next: told
    exits: {invalid: bye, timeout: bye}
  told:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: int}
    save_to: vars.count
    timeout: 1h
    next: told
    exits: {invalid: bye, timeout: bye}
  told:
    type: message
    text: {ru: "{{ vars.count }}", en: "{{ vars.count }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Change the type of the variable, or the value.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Значение другого типа.

Значение не подходит переменной или полю. Оно не прошло бы ни у одного клиента.

Поменяйте тип переменной или значение.
"""

ENTRIES = {
    "E302": Entry(
        "{path} имеет тип {wanted}, а получает {given}",
        "{path} is {wanted} but receives {given}",
        "поменяйте тип переменной или значение",
        "change the variable's type or the value",
    ),
    "E302.field": Entry(
        "{field_name}: нужно {wanted}, а здесь {given}",
        "{field_name} wants {wanted}, this is {given}",
    ),
    "E302.value": Entry(
        "значение не подходит для {path}: {problem}",
        "the value does not fit {path}: {problem}",
        "поменяйте значение",
        "change the value",
    ),
}
