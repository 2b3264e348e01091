"""An empty value where one is required.

The value may be null, and the place that receives it takes none.

Wrong:

```yaml
variables:
  name: {type: string}
start: first
nodes:
  first:
    type: set
    assign: {vars.name: "=customer.name"}
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
    type: set
    assign: {vars.name: "=customer.name.orValue('друг')"}
    next: told
  told:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Use `orValue(…)`, or check before.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Пустое значение там, где оно обязательно.

Значение может быть null, а там, куда оно идёт, null не принимают.

Используйте `orValue(…)` или проверьте раньше.
"""

ENTRIES = {
    "E313": Entry(
        "{field_name}: значение может быть null, а оно обязательно",
        "{field_name}: the value may be null, but one is required",
        "используйте orValue(…) или проверьте раньше",
        "use orValue(…) or check before",
    ),
}
