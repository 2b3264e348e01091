"""Attempts that take too long together.

All attempts of a call with their pauses may take more than two minutes. The customer sees nothing for
all that time and leaves.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    timeout: 8s
    retry: {max_attempts: 20, initial: 1s, backoff: 10}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    timeout: 8s
    retry: {max_attempts: 5, initial: 1s, max_interval: 15s, jitter: true, retry_on: [timeout, "503"]}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Lower `timeout`, `max_attempts` or the pauses.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Попытки вместе длятся слишком долго.

Все попытки вызова с паузами могут занять больше двух минут. Всё это время клиент ничего не видит и
уходит.

Уменьшите `timeout`, `max_attempts` или паузы.
"""

ENTRIES = {
    "E136": Entry(
        "все попытки узла '{id}' вместе могут длиться больше 2 минут, клиент столько не ждёт",
        "all attempts of '{id}' together may take more than 2 minutes, longer than a customer waits",
        "уменьшите timeout, max_attempts или паузы",
        "lower timeout, max_attempts or the pauses",
    ),
}
