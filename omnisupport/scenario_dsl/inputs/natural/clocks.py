"""Times of day: written, spoken, named, and parts of the day."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.cursor import Cursor


class Clocks(Cursor):
    """Reads times of day."""

    def _time(self) -> bool:
        return self._named_time() or self._spoken_time() or self._written_time() or self._hour()

    def _named_time(self) -> bool:
        clock = words.NAMED_TIMES.get(self._word())
        return clock is not None and self._set_clock(clock[0], clock[1], 1)

    def _spoken_time(self) -> bool:
        """«половина пятого», «полпятого», «без четверти пять», "half past four", "quarter to five"."""
        word = self._word()
        if word.startswith("пол") and word[3:] in words.ORDINALS and words.ORDINALS[word[3:]] <= 12:
            return self._set_hour(words.ORDINALS[word[3:]] - 1 or 12, 30, 1, bare=True)
        if word in ("половина", "половине", "пол", "четверть"):
            hour = words.ORDINALS.get(self._word(1), 0)
            minutes = 15 if word == "четверть" else 30
            return 1 <= hour <= 12 and self._set_hour(hour - 1 or 12, minutes, 2, bare=True)
        if word == "без":
            return self._minutes_to(1)
        if word in ("half", "quarter") or (word == "a" and self._word(1) == "quarter"):
            return self._past(2 if word == "a" else 1, 30 if word == "half" else 15)
        number = self._count()
        if number is not None and number[0] < 60:
            taken = number[1] + (1 if words.UNITS.get(self._word(number[1])) == words.MINUTE else 0)
            hour = words.ORDINALS.get(self._word(taken), 0)
            if taken > number[1] and 1 <= hour <= 12 and self._kind(taken) == "word":
                return self._set_hour(hour - 1 or 12, int(number[0]), taken + 1, bare=True)
            return self._past(taken, int(number[0]))
        return False

    def _minutes_to(self, at: int) -> bool:
        if self._word(at) == "четверти":
            minutes, at = 15, at + 1
        else:
            number = self._count(at)
            if number is None or not 1 <= number[0] < 30:
                return False
            minutes, at = int(number[0]), at + number[1]
            if words.UNITS.get(self._word(at)) == words.MINUTE:
                at += 1
        hour = self._count(at)
        if self._word(at) == "час":
            hour = (1.0, 1)
        if hour is None or not 1 <= hour[0] <= 12:
            return False
        return self._set_hour(int(hour[0]) - 1 or 12, 60 - minutes, at + hour[1], bare=True)

    def _past(self, at: int, minutes: int) -> bool:
        joint = self._word(at)
        hour = self._count(at + 1)
        if joint not in ("past", "to") or hour is None or not 1 <= hour[0] <= 12:
            return False
        whole = int(hour[0]) - (1 if joint == "to" else 0) or 12
        return self._set_hour(whole, 60 - minutes if joint == "to" else minutes, at + 1 + hour[1], bare=True)

    def _written_time(self) -> bool:
        """`15:30`, `15.30`, «в 15-30», each perhaps with pm or «дня»."""
        kind, word = self._kind(), self._word()
        if kind == "clock":
            numbers = [int(part) for part in word.split(":")]
        elif kind == "dotted" and self._is_clock():
            numbers = [int(part) for part in word.split(".")]
        elif kind == "dashed" and word.count("-") == 1 and self._word(-1) in words.BEFORE_HOUR:
            numbers = [int(part) for part in word.split("-")]
            if numbers[1] % 5:
                # «9-18» are hours from and to.
                return False
        else:
            return False
        hour, minute, second = [*numbers, 0][:3]
        return self._set_hour(hour, minute, 1, second=second)

    def _hour(self) -> bool:
        """«в 15», «15 часов 30 минут», «9 утра», "3pm", "3 o'clock"."""
        if self._word() == "час" and (self._word(-1) in words.BEFORE_HOUR or self._word(1) in words.OF_DAY):
            return self._set_hour(1, 0, 1, bare=True)
        number = self._count()
        if number is None or number[0] != int(number[0]) or self._kind() in ("decimal", "dotted"):
            return False
        hour, taken = int(number[0]), number[1]
        following = self._word(taken)
        if following in words.CLOCK_HOURS:
            return self._hours_and_minutes(hour, taken + 1)
        if following == "o" and self._word(taken + 1) == "clock":
            return self._set_hour(hour, 0, taken + 2, bare=True)
        if following == "oclock":
            return self._set_hour(hour, 0, taken + 1, bare=True)
        if following in ("am", "pm") or following in words.OF_DAY:
            return self._set_hour(hour, 0, taken)
        if self._word(-1) not in words.BEFORE_HOUR:
            # A number alone is a time only where a day stands beside it: «завтра 15».
            is_last = self.at + taken == len(self.tokens)
            if not (self.said.has_day and is_last) or self._kind() != "number":
                return False
        if following in words.MONTHS or following in words.ORDINAL_ENDINGS:
            return False
        minutes = self._word(taken)
        if self._kind(taken) == "number" and len(minutes) == 2 and int(minutes) < 60:
            return self._set_hour(hour, int(minutes), taken + 1)
        return self._set_hour(hour, 0, taken, bare=True)

    def _hours_and_minutes(self, hour: int, taken: int) -> bool:
        number = self._count(taken)
        if number is not None and words.UNITS.get(self._word(taken + number[1])) == words.MINUTE:
            return number[0] < 60 and self._set_hour(hour, int(number[0]), taken + number[1] + 1)
        is_said = self._word(-1) in words.BEFORE_HOUR or self._word(taken) in words.OF_DAY
        # «2 часа» alone is a length.
        if not is_said and not self.said.has_day and hour < 13:
            return False
        return self._set_hour(hour, 0, taken, bare=True)

    def _set_hour(self, hour: int, minute: int, count: int, *, second: int = 0, bare: bool = False) -> bool:
        """An hour with the half of the day that follows it."""
        following = self._word(count)
        if following in ("am", "pm"):
            if not 1 <= hour <= 12:
                return False
            return self._set_clock(hour % 12 + (12 if following == "pm" else 0), minute, count + 1, second)
        part = words.OF_DAY.get(following)
        if part is None:
            return self._set_clock(hour, minute, count, second, bare=bare)
        found = hour_of_part(hour, part)
        return found is not None and self._set_clock(found, minute, count + 1, second)

    def _set_clock(self, hour: int, minute: int, count: int, second: int = 0, *, bare: bool = False) -> bool:
        if self.said.clock is not None or not (hour < 24 and minute < 60 and second < 60):
            return False
        self.said.clock, self.said.bare = (hour, minute, second), bare
        return self._take(count)

    def _part_of_day(self) -> bool:
        """«утром», «с утра», "in the evening", "morning"."""
        ahead = 0
        if self._word() == "in" and self._word(1) == "the":
            ahead = 2
        word = self._word(ahead)
        count = ahead + 1
        if word == "с" and self._word(ahead + 1) == "утра":
            word, count = "с утра", ahead + 2
        part = words.PARTS.get(word)
        if part is None or self.said.part is not None:
            return False
        self.said.part = part
        return self._take(count)


def hour_of_part(hour: int, part: str) -> int | None:
    """The hour on a clock of 24 that «3 дня» or «9 вечера» means, None where there is none."""
    if part == words.MORNING:
        return hour % 24 if hour <= 12 else None
    if part == words.NIGHT:
        if 1 <= hour <= 5:
            return hour
        return {9: 21, 10: 22, 11: 23, 12: 0, 21: 21, 22: 22, 23: 23, 0: 0}.get(hour)
    if hour >= 13:
        return hour
    return 12 if hour == 12 and part == words.AFTERNOON else hour + 12 if 1 <= hour <= 11 else None
