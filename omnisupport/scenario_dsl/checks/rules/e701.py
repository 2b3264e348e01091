"""Something of the tenant that does not exist.

A department, a calendar, a knowledge base, an operation of a connection or an event is named that is not
there. Customers would be sent to nobody.

Wrong:

```yaml
resources: {calendars: {support: {ref: cal/support}}}
start: first
nodes:
  first:
    type: business_hours
    calendar: suport
    exits: {open: bye, closed: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
resources: {calendars: {support: {ref: cal/support}}}
start: first
nodes:
  first:
    type: business_hours
    calendar: support
    exits: {open: bye, closed: bye}
  bye: {type: end, outcome: done}
```

Choose one that exists.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Такого нет в компании.

Назван отдел, календарь, база знаний, операция подключения или событие, которых нет. Клиенты попали бы в никуда.

Выберите из существующих.
"""

ENTRIES = {
    "E701": Entry(
        "неизвестно: {kind} '{name}'",
        "unknown {kind} '{name}'",
        "выберите из существующих",
        "choose one that exists",
    ),
    "E701.event": Entry(
        "неизвестно: событие '{name}'; есть {known}",
        "unknown event '{name}'; there are {known}",
        "своё событие пишется {own}",
        "an event of your own is written {own}",
    ),
    "E701.missing": Entry(
        "нет такого: {kind} '{name}'",
        "there is no {kind} '{name}'",
        "заведите в настройках или выберите из существующих",
        "set it up in the settings, or choose one that exists",
    ),
}
