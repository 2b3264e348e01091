"""A wait without a timeout.

A customer who does not answer would keep the scenario waiting for ever: the next message months later
would be taken as the answer to a forgotten question, and nobody would see that the customer was lost.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
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
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add `timeout` and the exit `timeout`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Ожидание без предела.

Клиент, который не ответил, оставил бы сценарий ждать вечно: сообщение через месяцы сочли бы ответом на
забытый вопрос, а потерю клиента никто бы не заметил.

Добавьте `timeout` и выход `timeout`.
"""

ENTRIES = {
    "E130": Entry(
        "ждущий узел '{id}' без timeout",
        "waiting node '{id}' has no timeout",
        "добавьте timeout: 24h и exits.timeout",
        "add timeout: 24h and exits.timeout",
    ),
    "E130.queue": Entry(
        "handoff '{id}' ждёт без queue_timeout",
        "handoff '{id}' waits without queue_timeout",
        "добавьте queue_timeout: 15m и exits.queue_timeout",
        "add queue_timeout: 15m and exits.queue_timeout",
    ),
}
