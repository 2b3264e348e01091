"""The bounds of dates and times: a date as written, or an expression such as `now`."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from omnisupport.scenario_dsl.calendar import local, parse_date, parse_moment, parse_time
from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Expr, Field
from omnisupport.scenario_dsl.inputs.natural.moments import at_clock
from omnisupport.scenario_dsl.runtime.errors import NodeError
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Scalar, Tree
from omnisupport.scenario_dsl.uses import ValueExpression
from omnisupport.scenario_dsl.words import Both

_A_TIME = Both("время, например 09:00", "a time such as 09:00")
# What a day or a moment may be compared with.
_WHEN = Type("date|datetime")


class When(Field):
    """`2026-03-05`, `2026-03-05T10:00:00+03:00`, or an expression of a date or a moment: `now`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Scalar) and (parse_date(tree.text) or parse_moment(tree.text)):
            return tree.text
        use = Expr(_WHEN).read(tree, site, name)
        return use if use is MISSING else ValueExpression(use)


class Clock(Field):
    """`09:00`, or an expression of a time."""

    def __init__(self, *, literal: bool = False) -> None:
        super().__init__()
        self.literal = literal

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Scalar) and parse_time(tree.text):
            return tree.text
        if self.literal:
            return self.wrong(tree, site, name, _A_TIME)
        use = Expr(Type("time")).read(tree, site, name)
        return use if use is MISSING else ValueExpression(use)


def as_date(bound: Any, zone_name: str) -> date:
    """A bound as a day of the zone. Raises `NodeError` when it is none."""
    if type(bound) is str:
        day = parse_date(bound)
        moment = parse_moment(bound) if day is None else None
    else:
        day, moment = None, bound
    if day is not None:
        return day
    if type(moment) is not int:
        raise NodeError("expr.type", "a bound of the answer is no date")
    try:
        return local(moment, zone_name).date()
    except ValueError as error:
        raise NodeError("expr.value", f"a bound of the answer is {error}") from error


def as_moment(bound: Any, zone_name: str, *, end: bool) -> int:
    """A bound as a moment: of a date its beginning, with `end` its last millisecond. Raises `NodeError`."""
    if type(bound) is int:
        return bound
    day = parse_date(bound) if type(bound) is str else None
    if day is not None:
        begins = at_clock(day, time(), zone_name)
        return begins + 86_400_000 - 1 if end else begins
    moment = parse_moment(bound) if type(bound) is str else None
    if moment is None:
        raise NodeError("expr.type", "a bound of the answer is no moment")
    return moment
