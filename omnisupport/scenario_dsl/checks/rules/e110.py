"""Unknown node type.

There is no node of this type, so it is not known what should happen here.

Wrong:

```yaml
start: first
nodes:
  first:
    type: mesage
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Correct the type. The message lists all of them.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Неизвестный тип узла.

Узла такого типа нет, поэтому неизвестно, что здесь должно произойти.

Исправьте тип. Сообщение перечисляет все типы.
"""

ENTRIES = {
    "E110": Entry(
        "неизвестный тип узла '{name}'",
        "unknown node type '{name}'",
        "типы: {known}",
        "types: {known}",
    ),
}
