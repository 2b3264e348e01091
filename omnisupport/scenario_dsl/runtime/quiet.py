"""Quiet hours: a reminder that would fall into them waits for their end."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.calendar import local, parse_time, zone

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn


def move_out_of_quiet_hours(turn: Turn, at: int) -> int:
    """The moment itself, or the end of the quiet hours that it falls into (epoch milliseconds)."""
    quiet = turn.program.ir.get("quiet_hours")
    if quiet is None:
        return at
    begins, ends = parse_time(quiet["from"]), parse_time(quiet["to"])
    if begins is None or ends is None:
        return at
    try:
        moment = local(at, _zone_name(turn, quiet.get("tz")))
    except ValueError:
        return at
    if not _within(moment.time(), begins, ends):
        return at
    end = moment.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    if end <= moment:
        end = _next_day(end)
    return int(end.timestamp()) * 1_000


def _zone_name(turn: Turn, wanted: str | None) -> str:
    own = turn.around.zone
    if wanted in (None, "tenant"):
        return own
    name = turn.context.customer.get("timezone") if wanted == "customer" else wanted
    return name if isinstance(name, str) and zone(name) is not None else own


def _within(moment: time, begins: time, ends: time) -> bool:
    if begins <= ends:
        return begins <= moment < ends
    return moment >= begins or moment < ends


def _next_day(moment: datetime) -> datetime:
    return moment + timedelta(days=1)
