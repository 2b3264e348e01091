"""A translation is missing.

The scenario promises a language in which this text does not exist. Customers of this language read
another one.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет}
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

Add the translation, or take the language out of `locale.supported`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Нет перевода.

Сценарий обещает язык, на котором этого текста нет. Клиенты с этим языком читают чужой.

Добавьте перевод или уберите язык из `locale.supported`.
"""

ENTRIES = {
    "W601": Entry(
        "нет перевода на {locale}",
        "the translation to {locale} is missing",
        "добавьте {locale}: …",
        "add {locale}: …",
    ),
}
