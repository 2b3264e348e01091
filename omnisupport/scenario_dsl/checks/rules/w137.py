"""A schedule inside the quiet hours.

The scenario starts at a time that its own quiet hours forbid. Its messages wait until the quiet hours
are over, all at once.

Wrong:

```yaml
timezone: Europe/Moscow
quiet_hours: {from: "21:00", to: "09:00"}
triggers:
  - {id: morning, type: schedule, cron: "30 7 * * mon-fri"}
start: first
nodes:
  first: {type: message, text: {ru: Доброе утро, en: Good morning}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
timezone: Europe/Moscow
quiet_hours: {from: "21:00", to: "09:00"}
triggers:
  - {id: morning, type: schedule, cron: "30 9 * * mon-fri"}
start: first
nodes:
  first: {type: message, text: {ru: Доброе утро, en: Good morning}, next: bye}
  bye: {type: end, outcome: done}
```

Move the schedule, or the quiet hours.
"""

from __future__ import annotations

from datetime import time
from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.calendar import parse_time
from omnisupport.scenario_dsl.cron import CronError, parse_cron
from omnisupport.scenario_dsl.sentence import Entry

RU = """Расписание попадает в тихие часы.

Сценарий начинается во время, которое запрещают его же тихие часы. Его сообщения дождутся конца тихих
часов и уйдут все сразу.

Передвиньте расписание или тихие часы.
"""

ENTRIES = {
    "W137": Entry(
        "в {time} сценарий начнётся в тихие часы ({begins}–{ends})",
        "at {time} the scenario starts in its quiet hours ({begins}–{ends})",
        "назначьте время вне тихих часов",
        "choose a time outside of them",
    ),
    "W137.whole": Entry(
        "тихие часы занимают весь день",
        "the quiet hours take the whole day",
        "поменяйте from или to",
        "change from or to",
    ),
}


def check(document: Analysis) -> None:
    """W137 for schedules, whose hours are those of the wall, as quiet hours are."""
    quiet = document.header.quiet_hours
    begins, ends = (parse_time(quiet.get(name, "")) if quiet else None for name in ("from", "to"))
    if begins is None or ends is None or quiet is None:
        return
    if begins == ends:
        at = document.root.keys["quiet_hours"]
        document.report.add("W137.whole", at, field="quiet_hours")
        return
    for trigger in document.triggers:
        if trigger.values["type"] != "schedule" or "cron" not in trigger.values:
            continue
        first = _first_inside(str(trigger.values["cron"]), begins, ends)
        if first is not None:
            words: dict[str, Any] = {
                "time": first.strftime("%H:%M"),
                "begins": quiet["from"],
                "ends": quiet["to"],
            }
            field = f"triggers.{trigger.id}.cron"
            document.report.add("W137", trigger.tree.values["cron"], field=field, **words)


def _first_inside(cron: str, begins: time, ends: time) -> time | None:
    """The first time of the day at which the schedule fires inside the quiet hours, when it never fires outside."""
    try:
        schedule = parse_cron(cron)
    except CronError:
        return None
    times = [time(hour, minute) for hour in schedule.hours for minute in schedule.minutes]
    inside = [each for each in times if _is_between(each, begins, ends)]
    return inside[0] if inside and len(inside) == len(times) else None


def _is_between(at: time, begins: time, ends: time) -> bool:
    return begins <= at < ends if begins < ends else at >= begins or at < ends
