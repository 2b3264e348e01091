"""A node that this kind of scenario cannot have.

A background scenario runs beside the conversation and has nobody to ask. A question in it would wait
for an answer to a text that nobody saw.

Wrong:

```yaml
kind: background
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

Right:

```yaml
kind: dialog
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

Change `kind`, or remove the node.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Узел не для этого вида сценария.

Фоновый сценарий идёт рядом с разговором, спрашивать ему некого. Вопрос в нём ждал бы ответа на текст,
который никто не видел.

Поменяйте `kind` или уберите узел.
"""

ENTRIES = {
    "E113": Entry(
        "узел типа {type} не бывает в сценарии вида {kind}",
        "a node of type {type} cannot be in a scenario of kind {kind}",
        "поменяйте kind или уберите узел",
        "change kind or remove the node",
    ),
}
