"""Look at the tokens of a text: words ahead, numbers in digits and words, days of the month."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.natural import words
from omnisupport.scenario_dsl.inputs.natural.said import Said
from omnisupport.scenario_dsl.inputs.natural.tokens import Token


class Cursor:
    """A place in the tokens; each rule of those who read takes some at `at` or leaves everything as it is."""

    def __init__(self, tokens: list[Token], month_first: bool) -> None:
        self.tokens = tokens
        self.month_first = month_first
        self.at = 0
        self.said = Said()

    def _word(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _kind(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def _is(self, *phrase: str) -> bool:
        return all(self._word(index) == word for index, word in enumerate(phrase))

    def _take(self, count: int) -> bool:
        self.at += count
        return True

    def _count(self, ahead: int = 0) -> tuple[float, int] | None:
        """A number in digits or words, and how many tokens it takes."""
        word, kind = self._word(ahead), self._kind(ahead)
        if kind == "number":
            return float(word), 1
        if kind == "decimal" or (kind == "dotted" and word.count(".") == 1):
            return float(word.replace(",", ".")), 1
        if word in words.TENS:
            unit = words.NUMBERS.get(self._word(ahead + 1), 0)
            return (words.TENS[word] + unit, 2) if 1 <= unit <= 9 else (words.TENS[word], 1)
        return (words.NUMBERS[word], 1) if word in words.NUMBERS else None

    def _ordinal(self, ahead: int = 0) -> tuple[int, int] | None:
        """«5», «5-го», "5th", «двадцать пятого»: a day of the month, and how many tokens it takes."""
        word = self._word(ahead)
        if self._kind(ahead) == "number":
            ending = self._word(ahead + 1)
            return int(word), 2 if ending in words.ORDINAL_ENDINGS else 1
        if word in words.TENS and 1 <= words.ORDINALS.get(self._word(ahead + 1), 0) <= 9:
            return words.TENS[word] + words.ORDINALS[self._word(ahead + 1)], 2
        return (words.ORDINALS[word], 1) if word in words.ORDINALS else None

    def _is_clock(self) -> bool:
        """Whether `15.30` is a time: said after «в», or no day of any month."""
        word = self._word()
        if "/" in word or word.count(".") != 1:
            return False
        first, second = word.split(".")
        if len(second) != 2 or int(first) > 23 or int(second) > 59:
            return False
        return self._word(-1) in words.BEFORE_HOUR or int(second) > 12 or self._word(1) in ("am", "pm")
