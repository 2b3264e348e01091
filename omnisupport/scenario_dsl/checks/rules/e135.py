"""A reminder after the timeout.

The node has left before the reminder is due, so the customer is never reminded.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    reminders:
      - {after: 2h, text: {ru: Вы здесь?, en: Are you here?}}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
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
    reminders:
      - {after: 10m, text: {ru: Вы здесь?, en: Are you here?}}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Make `after` shorter than `timeout`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Напоминание позже таймаута.

Узел завершится раньше, чем наступит напоминание, и клиент его не получит.

Сделайте `after` короче `timeout`.
"""

ENTRIES = {
    "E135": Entry(
        "напоминание позже, чем timeout узла '{id}'",
        "a reminder of '{id}' is later than its timeout",
        "сделайте after меньше timeout",
        "make after shorter than timeout",
    ),
}
