"""The same field twice.

A field occurs twice in one place. Most YAML tools silently keep the last one, so half of the work would
be lost without a word.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
    next: first
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

Keep one of the two, or give the second one another name.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Поле повторяется.

Одно и то же поле стоит дважды. Большинство программ молча берут последнее, и половина работы пропадает
без предупреждения.

Оставьте одно из двух или переименуйте второе.
"""

ENTRIES = {
    "E003": Entry(
        "поле '{name}' повторяется, первое в строке {line}",
        "field '{name}' occurs twice, first in line {line}",
        "удалите или переименуйте одно из них",
        "remove or rename one of them",
    ),
}
