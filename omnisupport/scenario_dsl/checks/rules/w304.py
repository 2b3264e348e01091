"""Set and never read.

The variable receives a value that nothing uses. Perhaps the customer is asked for something that nobody
needs.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: set
    assign: {vars.name: Анна}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: set
    assign: {vars.name: Анна}
    next: told
  told:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Use it, or delete it together with its question.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Значение не читается.

Переменная получает значение, которое никому не нужно. Возможно, клиента спрашивают зря.

Используйте её или удалите вместе с вопросом.
"""

ENTRIES = {
    "W304": Entry(
        "переменная '{name}' получает значение, но не читается",
        "variable '{name}' is set but never read",
        "используйте её или удалите",
        "use it or delete it",
    ),
}
