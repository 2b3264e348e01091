"""A trigger for a channel that the scenario does not serve.

`channels` of the scenario does not list the channel of this trigger, so it never fires.

Wrong:

```yaml
triggers:
  - {type: keyword, any: [чай, tea], channels: [telegram]}
start: first
nodes:
  first:
    type: message
    text: {ru: Чай есть., en: There is tea.}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
triggers:
  - {type: keyword, any: [чай, tea], channels: [widget]}
start: first
nodes:
  first:
    type: message
    text: {ru: Чай есть., en: There is tea.}
    next: bye
  bye: {type: end, outcome: done}
```

Add the channel to `channels`, or take it out of the trigger.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Триггер для канала, которого нет в сценарии.

В `channels` сценария нет канала этого триггера, и он никогда не сработает.

Добавьте канал в `channels` или уберите его из триггера.
"""

ENTRIES = {
    "E182": Entry(
        "триггер ждёт канал {channel}, которого нет в channels",
        "the trigger waits for channel {channel}, which channels does not list",
        "channels: {known}",
        "channels: {known}",
    ),
}
