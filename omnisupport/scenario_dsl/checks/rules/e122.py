"""An exit that the node does not have.

`exits` names a way out that this type of node does not have, so nobody would ever go there.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye, expired: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Use one of the exits that the message lists.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Такого выхода у узла нет.

В `exits` назван выход, которого у этого типа узла нет, и никто никогда по нему не пойдёт.

Используйте один из выходов, перечисленных в сообщении.
"""

ENTRIES = {
    "E122": Entry(
        "у узла '{id}' нет выхода '{name}'",
        "node '{id}' has no exit '{name}'",
        "выходы: {known}",
        "exits: {known}",
    ),
    "E122.return": Entry(
        "поток не объявляет выход '{name}', есть: {known}",
        "the flow declares no exit '{name}', it has: {known}",
        "добавьте его в returns",
        "add it to returns",
    ),
}
