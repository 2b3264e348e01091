"""The lowest and the highest value of a variable, written as values of its type are."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.calendar import parse_date, parse_duration, parse_moment, parse_time
from omnisupport.scenario_dsl.fields import Field, Int, Number
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Scalar, Tree
from omnisupport.scenario_dsl.words import Both

# Types whose values have an order that `min` and `max` can speak of; money by its minor units.
BOUNDED = frozenset({"int", "number", "money", "date", "time", "datetime", "duration"})

_WIDE = 10.0**300
_WHOLE = 2**53
_WANTED = {
    "date": Both("дата, например 2026-03-02", "a date such as 2026-03-02"),
    "time": Both("время, например 09:30", "a time such as 09:30"),
    "datetime": Both(
        "дата и время со смещением, например 2026-03-02T09:30:00+03:00",
        "a date and time with an offset, such as 2026-03-02T09:30:00+03:00",
    ),
    "duration": Both("длительность, например 15m", "a duration such as 15m"),
}


class Bound(Field):
    """`min` or `max` of a variable of some type, as the values of that type are kept."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if self.kind in ("int", "number"):
            return Number(-_WIDE, _WIDE).read(tree, site, name)
        if self.kind == "money":
            return Int(-_WHOLE, _WHOLE).read(tree, site, name)
        found = self._moment(tree.text) if isinstance(tree, Scalar) else None
        if found is None:
            self.wrong(tree, site, name, _WANTED[self.kind])
            return MISSING
        return found

    def _moment(self, text: str) -> Any:
        if self.kind == "date":
            return text if parse_date(text) is not None else None
        if self.kind == "time":
            time = parse_time(text)
            return time.isoformat() if time is not None else None
        if self.kind == "datetime":
            return parse_moment(text)
        seconds = parse_duration(text)
        return seconds * 1_000 if seconds is not None else None
