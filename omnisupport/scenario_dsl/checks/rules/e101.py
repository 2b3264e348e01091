"""A node that can never be reached.

No way leads to this node from `start`, from an interrupt, from `on_error` or from a flow. Somebody
wrote it for customers to see, and no customer ever will.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  lost:
    type: message
    text: {ru: Никогда, en: Never}
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
    next: second
  second:
    type: message
    text: {ru: И ещё, en: More}
    next: bye
  bye: {type: end, outcome: done}
```

Connect the node, or delete it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Недостижимый узел.

К этому узлу не ведёт ни один путь от `start`, прерывания, `on_error` или flow. Кто-то написал его для
клиентов, но ни один клиент его не увидит.

Соедините узел или удалите его.
"""

ENTRIES = {
    "E101": Entry(
        "до узла '{id}' нельзя дойти",
        "node '{id}' can never be reached",
        "соедините его или удалите",
        "connect it or delete it",
    ),
}
