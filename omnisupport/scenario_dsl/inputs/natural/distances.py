"""Distances from now and lengths of time: «через час и 20 минут», "2 days ago"."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.cursor import Cursor


class Distances(Cursor):
    """Reads what is counted in units."""

    def _distance(self) -> bool:
        """«через 2 часа», «через час и 20 минут», "in an hour and a half", "2 days from now"."""
        begins = self._word() in ("через", "in", "within", "after")
        start = 1 if begins else 0
        found = self._lengths(start)
        if found is None or self.said.shift is not None:
            return False
        shift, count = found
        if not begins:
            if (self._word(count), self._word(count + 1)) == ("from", "now"):
                count += 2
            elif self._word(count) == "later":
                count += 1
            else:
                return False
        elif self._word() == "in" and self._word(count) in ("time", "now"):
            count += 1
        self.said.shift = shift
        return self._take(count)

    def _ago(self) -> bool:
        found = self._lengths(0)
        if found is None or self.said.shift is not None:
            return False
        (months, days, seconds), count = found
        if self._word(count) not in ("назад", "ago"):
            return False
        self.said.shift = (-months, -days, -seconds)
        return self._take(count + 1)

    def _lengths(self, start: int) -> tuple[tuple[int, int, int], int] | None:
        """One or more counted units: (months, days, seconds) and the tokens up to their end."""
        months = days = seconds = 0
        at, last = start, -1
        while True:
            ahead = at + 1 if at > start and self._word(at) in ("и", "and") else at
            found = self._length(ahead, last)
            if found is None:
                break
            unit, count, taken = found
            last = unit
            at = ahead + taken
            if unit in (words.MONTH, words.YEAR):
                months += int(count * (12 if unit == words.YEAR else 1))
            elif unit in (words.DAY, words.WEEK):
                whole = count * (7 if unit == words.WEEK else 1)
                days += int(whole)
                seconds += int((whole - int(whole)) * 86_400)
            else:
                seconds += int(count * (1, 60, 3_600)[unit])
        return ((months, days, seconds), at) if last >= 0 else None

    def _length(self, at: int, last: int) -> tuple[int, float, int] | None:
        """A counted unit at `at`: (unit, count, tokens)."""
        word = self._word(at)
        if word in ("полчаса", "полчасика"):
            return (words.MINUTE, 30, 1) if last != words.MINUTE else None
        if word == "полгода":
            return words.MONTH, 6, 1
        if word == "fortnight" or (word == "a" and self._word(at + 1) == "fortnight"):
            return words.WEEK, 2, 1 if word == "fortnight" else 2
        count, taken = self._quantity(at)
        unit = words.UNITS.get(self._word(at + taken))
        if unit is None or unit == last or (taken == 0 and not self._is_unit_alone(at)):
            return None
        taken += 1
        if self._word(at + taken) == "and" and (self._word(at + taken + 1), self._word(at + taken + 2)) == (
            "a",
            "half",
        ):
            return unit, count + 0.5, taken + 3
        return unit, count, taken

    def _is_unit_alone(self, at: int) -> bool:
        """«через час», «через неделю»: one of it."""
        return self._word(at) in (
            "час",
            "часик",
            "минута",
            "минуту",
            "минутку",
            "день",
            "денек",
            "сутки",
        ) or (
            self._word(at)
            in ("неделя", "неделю", "недельку", "месяц", "год", "секунду", "hour", "week", "day", "month")
        )

    def _quantity(self, at: int) -> tuple[float, int]:
        word, following = self._word(at), self._word(at + 1)
        if word in ("полтора", "полторы"):
            return 1.5, 1
        if word in ("пару", "пара"):
            return 2, 1
        if word == "a" and following == "couple":
            return 2, 3 if self._word(at + 2) == "of" else 2
        if word == "half" and following in ("a", "an"):
            return 0.5, 2
        if word in ("a", "an", "one"):
            return 1, 1
        number = self._count(at)
        if number is None:
            return 1, 0
        value, taken = number
        if self._word(at + taken) == "с" and self._word(at + taken + 1) == "половиной":
            return value + 0.5, taken + 2
        return value, taken
