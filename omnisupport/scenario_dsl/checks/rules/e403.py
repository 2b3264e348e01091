"""A key, a token or a card number in the file.

Many people read a scenario: it stands in versions, exports and reviews. A key in it is known to all of
them, and a number of a card may not be kept at all.

Wrong:

```yaml
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {path: /orders, headers: {Authorization: Bearer abcdefghijklmnopqrstuvwxyz}}
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
    request: {path: /orders}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Keep it in a connection of the tenant, delete it here, and replace the key: it is no longer secret.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Ключ, токен или номер карты в файле.

Сценарий читают многие: он есть в версиях, выгрузках и проверках. Ключ в нём известен им всем, а номер
карты хранить нельзя вовсе.

Храните его в подключении, удалите отсюда и замените ключ: он больше не секретный.
"""

ENTRIES = {
    "E403": Entry(
        "похоже на {kind}: сценарий читают многие",
        "this looks like {kind}: many people read a scenario",
        "храните его в подключении и удалите отсюда",
        "keep it in a connection and delete it here",
    ),
}
