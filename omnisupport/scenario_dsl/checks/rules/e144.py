"""A loop without a bound.

`for_each` does not say how many items it takes at most. A customer with a thousand orders would be
asked a thousand questions.

Wrong:

```yaml
variables:
  orders: {type: list, of: string, default: []}
start: first
nodes:
  first: {type: for_each, each: vars.orders, as: order, flow: one, next: bye}
  bye: {type: end, outcome: done}
flows:
  one:
    inputs:
      order: {type: string}
    start: say
    nodes:
      say:
        type: message
        text: {ru: "Заказ {{ vars.order }}", en: "Order {{ vars.order }}"}
        next: back
      back: {type: return}
```

Right:

```yaml
variables:
  orders: {type: list, of: string, default: []}
start: first
nodes:
  first: {type: for_each, each: vars.orders, as: order, flow: one, max: 20, next: bye}
  bye: {type: end, outcome: done}
flows:
  one:
    inputs:
      order: {type: string}
    start: say
    nodes:
      say:
        type: message
        text: {ru: "Заказ {{ vars.order }}", en: "Order {{ vars.order }}"}
        next: back
      back: {type: return}
```

Add `max`, at most 100.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Цикл без предела.

`for_each` не говорит, сколько элементов брать самое большее. Клиента с тысячей заказов спросили бы
тысячу раз.

Добавьте `max`, не больше 100.
"""

ENTRIES = {
    "E144": Entry(
        "у цикла '{id}' нет предела",
        "loop '{id}' has no bound",
        "добавьте max: не больше {most}",
        "add max: {most} at most",
    ),
}
