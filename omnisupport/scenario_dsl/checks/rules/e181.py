"""A keyword that is never reached.

Every message with this keyword is taken by an earlier one, so its scenario or way never starts.

Wrong:

```yaml
triggers:
  - {type: keyword, match: contains, any: [чай, tea]}
  - {type: keyword, match: word, any: [зелёный чай, green tea]}
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
  - {type: keyword, match: contains, any: [чай, tea]}
  - {type: keyword, match: word, any: [зелёный чай, green tea], priority: 5}
start: first
nodes:
  first:
    type: message
    text: {ru: Чай есть., en: There is tea.}
    next: bye
  bye: {type: end, outcome: done}
```

Put it earlier, raise its priority, or make the other one narrower.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """До ключевого слова не доходит.

Каждое сообщение с этим словом забирает более раннее, и его путь никогда не начнётся.

Поставьте его раньше, поднимите приоритет или уточните другое.
"""

ENTRIES = {
    "E181": Entry(
        "до слова '{keyword}' не доходит: раньше срабатывает '{first}'",
        "keyword '{keyword}' is never reached: '{first}' takes its messages before",
        "поставьте его раньше, поднимите priority или уточните другое",
        "put it before, raise its priority, or make the other one narrower",
    ),
}
