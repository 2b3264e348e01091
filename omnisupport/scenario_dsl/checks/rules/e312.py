"""A value that may be unset.

On some way to this node the variable has no value yet. The customer would read a text with a hole, or
meet an error.

Wrong:

```yaml
variables:
  name: {type: string}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "event.text == ''", next: given}
    else: told
  given:
    type: set
    assign: {vars.name: Анна}
    next: told
  told:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "event.text == ''", next: given}
    else: told
  given:
    type: set
    assign: {vars.name: Анна}
    next: told
  told:
    type: message
    text: {ru: "{{ vars.name | default('друг') }}", en: "{{ vars.name | default('друг') }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Ask `has(…)` before, give `| default(…)` in the text, or set the variable on every way.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Значение может быть не задано.

На каком-то пути к этому узлу у переменной ещё нет значения. Клиент увидел бы текст с пропуском или
ошибку.

Проверьте `has(…)`, дайте в тексте `| default(…)` или задайте переменную на каждом пути.
"""

ENTRIES = {
    "E312": Entry(
        "'{path}' здесь может быть не задано",
        "'{path}' may be unset here",
        ("используйте has({path}) или '| default(...)', или задайте значение на каждом пути к этому узлу"),
        "use has({path}) or '| default(...)', or set it on every path to this node",
    ),
    "E312.value": Entry(
        "значение здесь может быть null" + COL_RU,
        "the value may be null here" + COL_EN,
        "используйте orValue(…)",
        "use orValue(…)",
    ),
}
