"""Too many messages in a row.

From this node on the customer may get more messages in one turn than are allowed. It reads like spam,
and channels block accounts for it.

Wrong:

```yaml
start: m1
nodes:
  m1: {type: message, text: {ru: Часть 1, en: Part 1}, next: m2}
  m2: {type: message, text: {ru: Часть 2, en: Part 2}, next: m3}
  m3: {type: message, text: {ru: Часть 3, en: Part 3}, next: m4}
  m4: {type: message, text: {ru: Часть 4, en: Part 4}, next: m5}
  m5: {type: message, text: {ru: Часть 5, en: Part 5}, next: m6}
  m6: {type: message, text: {ru: Часть 6, en: Part 6}, next: m7}
  m7: {type: message, text: {ru: Часть 7, en: Part 7}, next: m8}
  m8: {type: message, text: {ru: Часть 8, en: Part 8}, next: m9}
  m9: {type: message, text: {ru: Часть 9, en: Part 9}, next: m10}
  m10: {type: message, text: {ru: Часть 10, en: Part 10}, next: m11}
  m11: {type: message, text: {ru: Часть 11, en: Part 11}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: m1
nodes:
  m1: {type: message, text: {ru: Часть 1, en: Part 1}, next: m2}
  m2: {type: message, text: {ru: Часть 2, en: Part 2}, next: m3}
  m3: {type: message, text: {ru: Часть 3, en: Part 3}, next: m4}
  m4: {type: message, text: {ru: Часть 4, en: Part 4}, next: m5}
  m5: {type: message, text: {ru: Часть 5, en: Part 5}, next: m6}
  m6: {type: message, text: {ru: Часть 6, en: Part 6}, next: m7}
  m7: {type: message, text: {ru: Часть 7, en: Part 7}, next: m8}
  m8: {type: message, text: {ru: Часть 8, en: Part 8}, next: m9}
  m9: {type: message, text: {ru: Часть 9, en: Part 9}, next: m10}
  m10: {type: message, text: {ru: Часть 10, en: Part 10}, next: bye}
  bye: {type: end, outcome: done}
```

Join the texts, or put a question between them.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Слишком много сообщений подряд.

От этого узла клиент может получить за один ход больше сообщений, чем разрешено. Это выглядит как спам,
и каналы за это блокируют.

Объедините тексты или вставьте вопрос.
"""

ENTRIES = {
    "E145": Entry(
        "от узла '{id}' клиент может получить {count} сообщений подряд, допустимо {limit}",
        "from '{id}' on the customer may get {count} messages in a row, {limit} are allowed",
        "объедините тексты или вставьте вопрос",
        "join the texts, or put a question between them",
    ),
}
