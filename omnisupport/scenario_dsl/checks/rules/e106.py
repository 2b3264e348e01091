"""A message is left without an answer.

A customer's message starts the scenario, and there is a way to an end on which nothing is said. The
customer wrote and hears nothing.

Wrong:

```yaml
triggers:
  - {type: keyword, any: [чай, tea]}
start: first
nodes:
  first:
    type: tag
    add: [tea]
    next: told
  told:
    type: message
    when: "channel.type == 'widget'"
    text: {ru: Записал., en: Noted.}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
triggers:
  - {type: keyword, any: [чай, tea]}
start: first
nodes:
  first:
    type: tag
    add: [tea]
    next: told
  told:
    type: message
    text: {ru: Записал., en: Noted.}
    next: bye
  bye: {type: end, outcome: done}
```

Say something on this way, hand over to people, or let the end give the message back with `release:
redeliver`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Сообщение остаётся без ответа.

Сообщение клиента запускает сценарий, и есть путь к концу, на котором ничего не сказано. Клиент написал
и не получил ничего.

Ответьте на этом пути, передайте диалог людям или верните сообщение через `release: redeliver`.
"""

ENTRIES = {
    "E106": Entry(
        "сообщение клиента может дойти до '{id}' без ответа: {path}",
        "a customer's message can reach '{id}' without a word: {path}",
        "ответьте (message, menu, handoff) или поставьте release: redeliver",
        "say something (message, menu, handoff), or set release: redeliver",
    ),
    "E106.way": Entry(
        "диалог может кончиться в '{id}', не ответив на последнее сообщение: {path}",
        "a run can end at '{id}' and leave the last message without an answer: {path}",
        "ответьте на этом пути или поставьте release: redeliver",
        "say something on this way, or set release: redeliver",
    ),
}
