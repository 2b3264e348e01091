"""Unknown field of a node.

The node has a field that its type does not know, or two fields that exclude each other. What the field
was to say would silently not happen.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    nxt: bye
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

Correct the name, or delete the field.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Неизвестное поле узла.

У узла есть поле, которого его тип не знает, или два поля, которые исключают друг друга. То, что оно
должно было сказать, молча не произошло бы.

Исправьте имя или удалите поле.
"""

ENTRIES = {
    "E111": Entry(
        "неизвестное поле '{name}'",
        "unknown field '{name}'",
        "возможные поля: {known}",
        "fields: {known}",
    ),
    "E111.both": Entry(
        "'{name}' и '{other}' вместе не бывают",
        "'{name}' and '{other}' exclude each other",
        "оставьте одно из них",
        "keep one of them",
    ),
}
