"""A text that is not in the catalogue.

`{t: key}` refers to a text under `texts`, and there is none of this key. Customers would read nothing.

Wrong:

```yaml
texts:
  greeting: {ru: "Здравствуйте!", en: "Hello!"}
start: first
nodes:
  first:
    type: message
    text: {t: greting}
    next: second
  second:
    type: message
    text: {t: greeting}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
texts:
  greeting: {ru: "Здравствуйте!", en: "Hello!"}
start: first
nodes:
  first:
    type: message
    text: {t: greeting}
    next: bye
  bye: {type: end, outcome: done}
```

Add the text under `texts`, or correct the key.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Текста нет в каталоге.

`{t: key}` ссылается на текст в `texts`, а такого ключа там нет. Клиент не прочёл бы ничего.

Добавьте текст в `texts` или исправьте ключ.
"""

ENTRIES = {
    "E606": Entry(
        "в texts нет текста '{name}'",
        "there is no text '{name}' under texts",
        "добавьте его в texts или исправьте ключ",
        "add it to texts or correct the key",
    ),
}
