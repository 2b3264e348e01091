"""A YAML anchor, alias or tag.

Anchors and aliases let a small file unfold into a huge one, and tags change the meaning of a value.
Both also break when a canvas saves the scenario, so the language has neither.

Wrong:

```yaml
start: first
nodes:
  first:
    type: message
    text: &hello {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: "&Привет", en: "&Hello"}
    next: bye
  bye: {type: end, outcome: done}
```

Write the value a second time. If the `&`, `*` or `!` belongs to a text, quote the text.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Якорь, ссылка или тег YAML.

Якоря и ссылки позволяют маленькому файлу развернуться в огромный, а теги меняют смысл значения. Кроме
того, они ломаются при сохранении с холста, поэтому в языке их нет.

Напишите значение ещё раз. Если `&`, `*` или `!` это часть текста, возьмите текст в кавычки.
"""

ENTRIES = {
    "E004.alias": Entry(
        "якоря и ссылки YAML не разрешены",
        "YAML anchors and aliases are not allowed",
        "повторите значение; если это текст, возьмите его в кавычки",
        "write the value again; quote it if it is text",
    ),
    "E004.tag": Entry(
        "теги YAML не разрешены",
        "YAML tags are not allowed",
        "уберите тег; если это текст, возьмите его в кавычки",
        "remove the tag; quote it if it is text",
    ),
    "E004.merge": Entry(
        "ключ слияния << не поддерживается",
        "the merge key << is not allowed",
        "напишите поля здесь",
        "write the fields here",
    ),
}
