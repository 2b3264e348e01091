"""Read a text as a day, a time of day, a distance from now, or several of them together."""

from __future__ import annotations

from collections.abc import Callable

from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.clocks import Clocks
from omnisupport.scenario_dsl.inputs.natural.days import Days
from omnisupport.scenario_dsl.inputs.natural.distances import Distances
from omnisupport.scenario_dsl.inputs.natural.said import Said
from omnisupport.scenario_dsl.inputs.natural.tokens import tokenise


def read(text: str, *, month_first: bool = False) -> Said | None:
    """What a text says, or None when a word of it is none of a date's. `month_first` reads 5/3 as May 3."""
    tokens = tokenise(text)
    return None if tokens is None else _Reader(tokens, month_first).read()


def read_length(text: str) -> tuple[int, int, int] | None:
    """A text that is a length of time and nothing else, as (months, days, seconds)."""
    tokens = tokenise(text)
    return None if tokens is None else _Reader(tokens, False).length()


class _Reader(Days, Distances, Clocks):
    """Goes over the tokens once; each rule takes some tokens at `at` or leaves everything as it is."""

    def read(self) -> Said | None:
        rules: tuple[Callable[[], bool], ...] = (
            self._named_day,
            self._distance,
            self._ago,
            self._week,
            self._written_date,
            self._day_and_month,
            self._time,
            self._part_of_day,
            self._weekday,
            self._day_of_month,
            self._filler,
        )
        while self.at < len(self.tokens):
            if not any(rule() for rule in rules):
                return None
        said = self.said
        is_empty = not said.has_day and said.clock is None and said.part is None and said.shift is None
        return None if is_empty or not _agrees(said) else said

    def length(self) -> tuple[int, int, int] | None:
        while self._word() in words.FILLERS:
            self.at += 1
        found = self._lengths(0)
        if found is None:
            return None
        self.at += found[1]
        while self._word() in words.FILLERS:
            self.at += 1
        return found[0] if self.at == len(self.tokens) else None

    def _filler(self) -> bool:
        token = self.tokens[self.at]
        return token.kind == "word" and token.text in words.FILLERS and self._take(1)


def _agrees(said: Said) -> bool:
    """Whether the parts may stand together; that a weekday is right for its date is seen later."""
    if "week" in said.marks and said.weekday is None:
        return False
    named = [said.day is not None, said.date is not None]
    if sum(named) > 1 or (said.week is not None and any(named)):
        return False
    if said.shift is None:
        return True
    if said.has_day:
        return False
    return (said.clock is None and said.part is None) or said.shift[2] == 0
