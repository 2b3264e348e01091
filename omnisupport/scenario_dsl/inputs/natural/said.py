"""What a text says about a moment, before anybody knows from which moment it is seen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Said:
    """What a text says about a moment; what it leaves open is None.

    `day` counts from today; `weekday` is 0 for Monday and `week` which one: next, this, nearest, last;
    `date` is (year, month, day) with None for what is not said; `shift` is (months, days, seconds) from now.
    `bare` says that an hour stands alone, so that 3 may well be 15.
    """

    day: int | None = None
    weekday: int | None = None
    week: str | None = None
    date: tuple[int | None, int | None, int] | None = None
    clock: tuple[int, int, int] | None = None
    part: str | None = None
    bare: bool = False
    shift: tuple[int, int, int] | None = None
    marks: list[str] = field(default_factory=list)

    @property
    def has_day(self) -> bool:
        """Whether a day is named."""
        return self.day is not None or self.weekday is not None or self.date is not None
