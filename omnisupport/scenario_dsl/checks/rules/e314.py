"""An item that the list may not have.

The expression takes an item of a list without knowing that the list is so long. For a customer with an
empty list it fails.

Wrong:

```yaml
variables:
  teas: {type: list, of: string, default: []}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "size(vars.teas) > 0", next: told}
    else: bye
  told:
    type: message
    text: {ru: "Второй: {{ vars.teas[1] }}", en: "Second: {{ vars.teas[1] }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  teas: {type: list, of: string, default: []}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "size(vars.teas) > 1", next: told}
    else: bye
  told:
    type: message
    text: {ru: "Второй: {{ vars.teas[1] }}", en: "Second: {{ vars.teas[1] }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Ask `size(list) > 0` before.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """В списке может не быть элемента.

Выражение берёт элемент списка, не зная его длины. У клиента с пустым списком случится сбой.

Проверьте раньше `size(list) > 0`.
"""

ENTRIES = {
    "E314": Entry(
        "в '{path}' может не быть элемента {index}" + COL_RU,
        "'{path}' may have no item {index}" + COL_EN,
        "проверьте раньше: size({path}) > {index}",
        "check before: size({path}) > {index}",
    ),
}
