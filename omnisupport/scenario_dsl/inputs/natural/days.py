"""Days: named, of the week, and of the calendar."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.cursor import Cursor


class Days(Cursor):
    """Reads days."""

    def _named_day(self) -> bool:
        for phrase, distance in (
            (("the", "day", "after", "tomorrow"), 2),
            (("day", "after", "tomorrow"), 2),
            (("the", "day", "before", "yesterday"), -2),
            (("day", "before", "yesterday"), -2),
        ):
            if self._is(*phrase):
                return self._set_day(distance, len(phrase))
        if self._is("tonight"):
            self.said.part = words.EVENING
            return self._set_day(0, 1)
        day = words.DAYS.get(self._word())
        return day is not None and self._set_day(day, 1)

    def _set_day(self, day: int, count: int) -> bool:
        if self.said.day is not None:
            return False
        self.said.day = day
        return self._take(count)

    def _week(self) -> bool:
        """«на следующей неделе», which needs a weekday besides: «в пятницу на следующей неделе»."""
        for which, known in (("next", words.NEXT), ("this", words.THIS)):
            if self._word() in known and self._word(1) in ("неделе", "неделю", "week"):
                if self.said.week is not None:
                    return False
                self.said.week = which
                self.said.marks.append("week")
                return self._take(2)
        return False

    def _weekday(self) -> bool:
        ahead, week = 0, None
        for which, known in (
            ("next", words.NEXT),
            ("this", words.THIS),
            ("nearest", words.NEAREST),
            ("last", words.PAST),
        ):
            if self._word() in known:
                ahead, week = 1, which
        weekday = words.WEEKDAYS.get(self._word(ahead))
        if weekday is None or self.said.weekday is not None or (week and self.said.week):
            return False
        self.said.weekday = weekday
        self.said.week = week or self.said.week
        return self._take(ahead + 1)

    def _written_date(self) -> bool:
        kind, word = self._kind(), self._word()
        if kind == "iso":
            year, month, day = map(int, word.split("-"))
            return self._set_date(year, month, day, 1)
        if kind == "dashed" and word.count("-") == 2:
            day, month, year = map(int, word.split("-"))
            return self._set_date(year, month, day, 1)
        if kind != "dotted" or self._is_clock():
            return False
        slashed = "/" in word
        numbers = [int(part) for part in word.replace("/", ".").split(".")]
        day, month = numbers[0], numbers[1]
        if (slashed and self.month_first and day <= 12) or (month > 12 >= day and slashed):
            day, month = month, day
        said_year = None
        if len(numbers) == 3:
            # Two digits are kept below zero: which century is meant is seen later.
            said_year = numbers[2] if len(word) >= 4 and word[-4:].isdigit() else -1 - numbers[2]
        return self._set_date(said_year, month, day, 2 if self._word(1) in ("г", "год", "года") else 1)

    def _day_and_month(self) -> bool:
        month = words.MONTHS.get(self._word())
        if month is not None:
            ahead = 2 if self._word(1) == "the" else 1
            ordinal = self._ordinal(ahead)
            if ordinal is None or not 1 <= ordinal[0] <= 31:
                return False
            return self._set_month_date(month, ordinal[0], ahead + ordinal[1])
        ordinal = self._ordinal()
        if ordinal is None:
            return False
        day, count = ordinal
        if self._word(count) == "of":
            count += 1
        month = words.MONTHS.get(self._word(count))
        return month is not None and self._set_month_date(month, day, count + 1)

    def _set_month_date(self, month: int, day: int, count: int) -> bool:
        year = None
        if self._kind(count) == "number" and len(self._word(count)) == 4:
            year = int(self._word(count))
            count += 1
            if self._word(count) in ("г", "год", "года", "году"):
                count += 1
        return self._set_date(year, month, day, count)

    def _day_of_month(self) -> bool:
        """«5-го», «5 числа», «пятого», "the 5th"."""
        ordinal = self._ordinal()
        if ordinal is None:
            return False
        day, count = ordinal
        if self._word(count) == "числа":
            return self._set_date(None, None, day, count + 1)
        if self._kind() == "number" and count == 1:
            return False
        return self._set_date(None, None, day, count)

    def _set_date(self, year: int | None, month: int | None, day: int, count: int) -> bool:
        if self.said.date is not None or not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
            return False
        self.said.date = (year, month, day)
        return self._take(count)
