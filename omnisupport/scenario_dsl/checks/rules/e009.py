"""The file is too large or nested too deep.

A scenario is at most 1 MiB and 32 levels deep. More than that is not a dialog that anybody could read,
and it would slow down every check.

Wrong:

```yaml
view: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
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
view: [[[1]]]
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Split the scenario, or move a part of it into a flow.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Файл слишком велик или вложен слишком глубоко.

Сценарий занимает не больше 1 МиБ и 32 уровней. Больше никто не сможет прочитать, и каждая проверка
станет медленной.

Разделите сценарий или вынесите часть во flow.
"""

ENTRIES = {
    "E009.depth": Entry(
        "вложенность глубже {limit}",
        "nested deeper than {limit}",
        "упростите структуру",
        "flatten it",
    ),
    "E009.size": Entry(
        "файл больше {limit} байт ({size})",
        "the file is larger than {limit} bytes ({size})",
        "разделите сценарий",
        "split the scenario",
    ),
    "E009.values": Entry(
        "в документе больше {limit} значений",
        "the document holds more than {limit} values",
        "разделите сценарий",
        "split the scenario",
    ),
    "E009.keys": Entry(
        "больше {limit} ключей в одном месте",
        "more than {limit} keys in one place",
        "разделите сценарий",
        "split the scenario",
    ),
    "E009.items": Entry(
        "больше {limit} пунктов в одном списке",
        "more than {limit} items in one list",
        "сократите список",
        "shorten the list",
    ),
    "E009.text": Entry(
        "один текст длиной {size} символов, допустимо {limit}",
        "one text of {size} characters, {limit} are allowed",
        "сократите его",
        "shorten it",
    ),
}
