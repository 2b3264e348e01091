"""An exit is not connected.

The node will leave by this exit sooner or later, and nothing says where it leads. Drafts often forget
the closed office, the empty list, the unknown answer: those customers would be left alone.

Wrong:

```yaml
start: first
nodes:
  first:
    type: business_hours
    calendar: support
    exits: {open: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: business_hours
    calendar: support
    exits: {open: bye, closed: bye}
  bye: {type: end, outcome: done}
```

Add the exit and lead it somewhere.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Выход не соединён.

Рано или поздно узел выйдет этим выходом, а куда он ведёт, не сказано. Чаще всего забывают закрытый
офис, пустой список, непонятный ответ, и эти клиенты остались бы одни.

Добавьте выход и проведите его.
"""

ENTRIES = {
    "E123": Entry(
        "выход '{exit}' узла '{id}' не соединён",
        "exit '{exit}' of '{id}' is not connected",
        "добавьте exits.{exit}",
        "add exits.{exit}",
    ),
}
