"""Unknown top-level field.

The head of the scenario has a field that the language does not know. Usually it is a typing error, and
what it was to say is not done: hours are not quiet, a language is not spoken.

Wrong:

```yaml
trigers: []
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
triggers: []
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

RU = """Неизвестное поле верхнего уровня.

В заголовке сценария стоит поле, которого язык не знает. Обычно это опечатка, и то, что поле должно было
сказать, не выполняется: тихие часы не соблюдаются, перевод не показывается.

Исправьте имя или удалите поле.
"""

ENTRIES = {
    "E005": Entry(
        "неизвестное поле верхнего уровня '{name}'",
        "unknown top-level field '{name}'",
        "удалите его",
        "remove it",
    ),
}
