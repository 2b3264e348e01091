"""A question while people have the conversation.

The scenario asks after a handoff that does not wait for its end, or waits after the conversation was
resolved. The bot and an operator would talk at the same time. A message with a pause before it would not
be said at all there.

Wrong:

```yaml
start: people
nodes:
  people:
    type: handoff
    wait_for: none
    next: asked
  asked:
    type: ask
    text: {ru: Помогли?, en: Did it help?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: people
nodes:
  people:
    type: handoff
    wait_for: closed
    queue_timeout: 10m
    exits: {closed: asked, queue_timeout: bye}
  asked:
    type: ask
    text: {ru: Помогли?, en: Did it help?}
    input: {kind: text}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
  bye: {type: end, outcome: done}
```

Set `wait_for: closed`, or end the scenario there.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Вопрос, пока разговор у людей.

Сценарий спрашивает после handoff, который не ждёт конца, или ждёт в уже закрытом разговоре. Бот и
оператор писали бы одновременно. А сообщение с паузой перед ним там не прозвучало бы вовсе.

Поставьте `wait_for: closed` или закончите здесь сценарий.
"""

ENTRIES = {
    "E161": Entry(
        "'{id}' спрашивает, пока разговор у людей: handoff '{left}' не ждёт его конца",
        "'{id}' asks while people have the conversation: handoff '{left}' does not wait for its end",
        "поставьте wait_for: closed или закончите сценарий",
        "set wait_for: closed, or end the scenario",
    ),
    "E161.late": Entry(
        "'{id}' говорит после паузы, а разговор уже у людей: handoff '{left}' не ждёт его конца",
        "'{id}' speaks after a pause, and people have the conversation: handoff '{left}' does not wait for its end",
        "скажите это до handoff или без delay и typing",
        "say it before the handoff, or without delay and typing",
    ),
    "E161.close": Entry(
        "'{id}' ждёт, хотя '{left}' уже закрыл разговор",
        "'{id}' waits although '{left}' has resolved the conversation",
        "закройте разговор после ответа",
        "resolve it after the answer",
    ),
}
