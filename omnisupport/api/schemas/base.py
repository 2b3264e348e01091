"""What every input shares."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""A text without NUL, which Postgres cannot keep."""

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _as_written(value: object) -> object:
    """Pydantic takes numbers, and texts of digits, for seconds since 1970; who sends `7` has not meant that."""
    if isinstance(value, str) and not _WRITTEN.match(value):
        raise ValueError("a moment or a day begins as 2027-01-31 does")
    if isinstance(value, (int, float)):
        raise ValueError("a moment or a day is a text such as 2027-01-31T09:00:00Z, not a number")
    return value


Moment = Annotated[datetime, BeforeValidator(_as_written)]
"""A moment as ISO 8601 writes it, and no number."""
MomentInZone = Annotated[AwareDatetime, BeforeValidator(_as_written)]
"""The same, and it says of which zone."""
Day = Annotated[date, BeforeValidator(_as_written)]
"""A day of the calendar, in the same way."""

_zones = cache(available_timezones)
"""Read once: each reading walks through the machine's folder of zones, 30 ms."""


def _known(zone: str) -> str:
    if zone not in _zones():
        raise ValueError("a time zone such as Europe/Moscow is needed")
    return zone


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known)]
"""A time zone by its name in the IANA database."""


class Input(BaseModel):
    """Input of a route: unknown fields are refused (S13). A text is as long as its field, or the body, may be."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Output(BaseModel):
    """Output of a route: fields have no defaults."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
