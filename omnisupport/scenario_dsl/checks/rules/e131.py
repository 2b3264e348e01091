"""A timeout that leads nowhere.

The time runs out and nothing says what follows.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add the exit that is named: a farewell, a reminder, a tag.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Таймаут никуда не ведёт.

Время выходит, а что дальше, не сказано.

Добавьте названный выход: прощание, напоминание, тег.
"""

ENTRIES = {
    "E131": Entry(
        "у timeout узла '{id}' нет выхода",
        "the timeout of '{id}' has no exit",
        "добавьте exits.{exit}",
        "add exits.{exit}",
    ),
}
