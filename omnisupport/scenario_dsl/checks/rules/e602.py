"""Different values in two languages.

The same text shows other values in one language than in the other: customers of one language are not
told the sum or the date.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.name }}, привет", en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.name }}, привет", en: "Hello {{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Use the same placeholders in both.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Разные подстановки в двух языках.

Один и тот же текст на разных языках показывает разные значения: клиенты с одним из языков не узнают
сумму или дату.

Используйте одинаковые подстановки.
"""

ENTRIES = {
    "E602": Entry(
        "подстановки в {locale} и {other} разные: {different}",
        "placeholders of {locale} and {other} differ: {different}",
        "используйте в обоих текстах одни и те же",
        "use the same ones in both texts",
    ),
}
