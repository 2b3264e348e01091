"""A secret leaves its place.

A secret (`secret.…`, or a variable with `secret: true`) would be shown to a customer, to operators, to
a language model, or stand in an address that is logged. Whoever reads it there has it.

Wrong:

```yaml
variables:
  token: {type: string, default: "", secret: true}
start: first
nodes:
  first:
    type: message
    text: {ru: "Ваш ключ: {{ vars.token }}", en: "Your key: {{ vars.token }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  token: {type: string, default: "", secret: true}
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "vars.token != ''", next: hello}
    else: bye
  hello:
    type: message
    text: {ru: Ключ получен., en: The key has arrived.}
    next: bye
  bye: {type: end, outcome: done}
```

Keys belong into the connection, which adds them by itself. Take the secret out here.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.sinks import NAMES
from omnisupport.scenario_dsl.checks.taint import SECRET, taint_of
from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Секрет уходит со своего места.

Секрет (`secret.…` или переменная с `secret: true`) увидел бы клиент, оператор или языковая модель, или
он попал бы в адрес, который пишут в журнал. Кто его там прочтёт, тот им владеет.

Ключам место в подключении, оно добавляет их само. Уберите секрет отсюда.
"""

ENTRIES = {
    "E401": Entry(
        "секрет '{path}' попадает туда, где его прочтут: {sink}",
        "secret '{path}' goes where it can be read: {sink}",
        "храните его в подключении",
        "keep it in a connection",
    ),
    "E401.read": Entry(
        "секреты нельзя читать в сценарии" + COL_RU,
        "a scenario cannot read secrets" + COL_EN,
        "храните его в подключении: оно подставит секрет само",
        "keep it in a connection: that adds it by itself",
    ),
}

_READ = frozenset({"text", "note", "prompt", "url", "event"})


def check(document: Analysis) -> None:
    """E401 wherever a value with a secret in it can be read."""
    taint = taint_of(document)
    for reading in taint.readings:
        if reading.sink not in _READ:
            continue
        for path in sorted(reading.paths):
            if not path.startswith("secret.") and SECRET in taint.of(reading.node.flow, [path]):
                words: dict[str, Any] = {"path": path, "sink": NAMES[reading.sink]}
                node = reading.node.id
                document.report.add("E401", reading.tree, node=node, field=reading.field, **words)
