"""An address or a connection that is not known.

A scenario names a connection and a path, never an address: the address, its keys and the list of
allowed hosts belong to the tenant's settings.

Wrong:

```yaml
resources: {connections: {shop: {ref: conn/shop}}}
start: first
nodes:
  first:
    type: http
    connection: shp
    request: {method: GET, path: "/orders/1"}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
resources: {connections: {shop: {ref: conn/shop}}}
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    next: bye
    exits: {error: bye}
  bye: {type: end, outcome: done}
```

Name a connection that exists and begin the path with `/`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Адрес или неизвестное подключение.

Сценарий называет подключение и путь, а не адрес: адрес, ключи и список разрешённых узлов хранятся в
настройках.

Назовите существующее подключение и начните путь с `/`.
"""

ENTRIES = {
    "E410": Entry(
        "неизвестное подключение '{name}'",
        "unknown connection '{name}'",
        "подключения: {known}",
        "connections: {known}",
    ),
    "E410.missing": Entry(
        "подключения '{name}' нет",
        "there is no connection '{name}'",
        "заведите его в настройках или назовите другое: {known}",
        "set it up in the settings, or name another: {known}",
    ),
    "E410.path": Entry(
        "path должен начинаться с / и не может содержать адрес, .., ? и #",
        "path must begin with / and cannot hold an address, .., ? or #",
        "адрес хранит подключение, параметры пишут в query",
        "the connection holds the address, parameters go to query",
    ),
}
