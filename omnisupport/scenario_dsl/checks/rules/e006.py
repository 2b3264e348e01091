"""Another language, or none named.

`omni:` says in which language the scenario is written. Without it, or with a version that is unknown
here, nobody can say what the file means.

Wrong:

```yaml
omni: scenario/v2
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
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Begin the file with `omni: scenario/v1`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Другой язык или язык не назван.

`omni:` говорит, на каком языке написан сценарий. Без этого поля или с неизвестной версией нельзя
сказать, что значит файл.

Начните файл с `omni: scenario/v1`.
"""

ENTRIES = {
    "E006": Entry(
        "язык '{written}' здесь неизвестен",
        "the language '{written}' is not known here",
        "напишите omni: {language}",
        "write omni: {language}",
    ),
    "E006.missing": Entry(
        "не указан язык",
        "the language is not named",
        "начните с omni: {language}",
        "begin with omni: {language}",
    ),
}
