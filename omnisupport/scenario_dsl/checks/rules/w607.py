"""A text that is used nowhere.

The catalogue `texts` holds a text that no node refers to. Somebody goes on translating it for nothing.

Wrong:

```yaml
texts:
  greeting: {ru: "Здравствуйте!", en: "Hello!"}
  bye: {ru: "До встречи!", en: "See you!"}
start: first
nodes:
  first:
    type: message
    text: {t: greeting}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
texts:
  greeting: {ru: "Здравствуйте!", en: "Hello!"}
  bye: {ru: "До встречи!", en: "See you!"}
start: first
nodes:
  first:
    type: message
    text: {t: greeting}
    next: second
  second:
    type: message
    text: {t: bye}
    next: bye
  bye: {type: end, outcome: done}
```

Refer to it by `{t: key}`, or delete it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Текст нигде не используется.

В каталоге `texts` есть текст, на который не ссылается ни один узел. Его продолжают переводить зря.

Сошлитесь на него через `{t: key}` или удалите.
"""

ENTRIES = {
    "W607": Entry(
        "текст '{name}' нигде не используется",
        "the text '{name}' is used nowhere",
        "сошлитесь на него: {{t: {name}}}, или удалите",
        "refer to it by {{t: {name}}}, or delete it",
    ),
}
