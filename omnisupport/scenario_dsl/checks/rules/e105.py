"""An outcome that is not declared.

`settings.outcomes` lists the outcomes that reports count, and this `end` has another one. The report
would miss these conversations.

Wrong:

```yaml
settings: {outcomes: [won, lost]}
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
settings: {outcomes: [done, lost]}
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Use a declared outcome, or declare this one.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Итог не объявлен.

В `settings.outcomes` перечислены итоги для отчётов, а у этого `end` другой. Такие диалоги выпали бы из
отчёта.

Используйте объявленный итог или объявите этот.
"""

ENTRIES = {
    "E105": Entry(
        "итог '{outcome}' не объявлен в settings.outcomes",
        "outcome '{outcome}' is not declared in settings.outcomes",
        "объявлены: {known}",
        "declared: {known}",
    ),
}
