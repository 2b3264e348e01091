"""A duration that cannot be read.

A time such as `timeout` is not written as a duration. A guess could make a customer wait a day in place
of a minute.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    timeout: 15 minutes
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
    timeout: 15m
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Write a number with its unit: `30s`, `15m`, `24h`, `3d`, `1h30m`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Непонятная длительность.

Время, например `timeout`, записано не как длительность. Ошибка в догадке заставила бы клиента ждать
день вместо минуты.

Напишите число с единицей: `30s`, `15m`, `24h`, `3d`, `1h30m`.
"""

ENTRIES = {
    "E008": Entry(
        "'{written}' не длительность",
        "'{written}' is no duration",
        "например 30s, 15m, 24h, 3d, 1h30m",
        "for example 30s, 15m, 24h, 3d, 1h30m",
    ),
    "E008.cron": Entry(
        "расписание '{written}': {problem}",
        "schedule '{written}': {problem}",
        "например 0 9 * * mon-fri",
        "for example 0 9 * * mon-fri",
    ),
}
