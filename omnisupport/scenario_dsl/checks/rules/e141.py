"""A circle that waits less than a minute.

The only wait of the circle is a timer of less than a minute, or questions whose time leads back to them. The
customer would be written to every few seconds without having said a word.

Wrong:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: wait
    for: 30s
    on_message: queue
    next: check
  check:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: count
  count:
    type: set
    assign: {vars.count: "=vars.count + 1"}
    next: first
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: wait
    for: 5m
    on_message: queue
    next: check
  check:
    type: condition
    cases:
      - {when: "vars.count > 3", next: bye}
    else: count
  count:
    type: set
    assign: {vars.count: "=vars.count + 1"}
    next: first
  bye: {type: end, outcome: done}
```

Wait at least one minute, or ask the customer.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Цикл с ожиданием меньше минуты.

Единственное ожидание в цикле короче минуты, или время вопроса ведёт снова к нему. Клиенту писали бы каждые
несколько секунд, хотя он ничего не сказал.

Ждите не меньше минуты или спросите клиента.
"""

ENTRIES = {
    "E141": Entry(
        "цикл ждёт меньше минуты: {path}",
        "loop that waits less than a minute: {path}",
        "ждите не меньше 1m",
        "wait at least 1m",
    ),
    "E141.silent": Entry(
        "клиенту, который молчит, пишут каждые {time}: {path}",
        "a customer who says nothing is written to every {time}: {path}",
        "ждите не меньше 1m или ведите время к концу",
        "wait at least 1m, or let the time lead to an end",
    ),
}
