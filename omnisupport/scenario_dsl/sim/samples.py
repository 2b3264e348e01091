"""Texts that match a pattern, made from the pattern itself; a small part of RE2, checked against RE2."""

from __future__ import annotations

from random import Random

from omnisupport.scenario_dsl.regex import PatternError, compile_pattern

_CLASSES = {
    "d": "0123456789",
    "w": "abcXYZ019_",
    "s": " ",
    "pL": "abcЯжё",
    "pN": "0123456789",
    "D": "xyz-",
    "W": " -.",
    "S": "abc019",
}
_MORE = 3
_TRIES = 12


class _Unknown(Exception):
    """The pattern has something that is not understood here."""


def texts_matching(pattern: str, seed: int = 1, count: int = 4) -> list[str]:
    """Up to `count` different texts that match; none when the pattern is beyond this."""
    try:
        compiled = compile_pattern(pattern)
        found: dict[str, None] = {}
        for attempt in range(_TRIES):
            text = _Maker(pattern, Random(seed + attempt)).make()  # noqa: S311 - a text, no secret
            if compiled.search(text) is not None:
                found[text] = None
            if len(found) >= count:
                break
        return list(found)
    except (_Unknown, PatternError, IndexError, ValueError):
        return []


class _Maker:
    """Walks a pattern once and chooses at every place."""

    def __init__(self, pattern: str, random: Random) -> None:
        self.pattern = pattern
        self.random = random
        self.at = 0

    def make(self) -> str:
        text = self._alternatives()
        if self.at < len(self.pattern):
            raise _Unknown
        return text

    def _alternatives(self) -> str:
        made = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            made.append(self._sequence())
        return self.random.choice(made)

    def _sequence(self) -> str:
        parts: list[str] = []
        while self._peek() not in ("", "|", ")"):
            begins = self.at
            atom = self._atom()
            ends = self.at
            least, most = self._quantifier()
            after = self.at
            for index in range(self.random.randint(least, most)):
                if index == 0:
                    parts.append(atom)
                    continue
                self.at = begins
                parts.append(self._atom())
                assert self.at == ends
            self.at = after
        return "".join(parts)

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def _atom(self) -> str:
        character = self._take()
        if character in "^$":
            return ""
        if character == ".":
            return self.random.choice("aбв1 ")
        if character == "[":
            return self.random.choice(self._class())
        if character == "(":
            return self._group()
        if character == "\\":
            return self.random.choice(self._escape())
        if character in "*+?{":
            raise _Unknown
        return character

    def _group(self) -> str:
        if self._peek() == "?":
            self.at += 1
            if self._peek() == "P":
                self.at = self.pattern.index(">", self.at) + 1
            else:
                end = next(
                    index for index in range(self.at, len(self.pattern)) if self.pattern[index] in ":)"
                )
                self.at = end + 1
                if self.pattern[end] == ")":
                    return ""
        made = self._alternatives()
        if self._take() != ")":
            raise _Unknown
        return made

    def _escape(self) -> str:
        character = self._take()
        if character in "bBAz":
            raise _Unknown  # a border, no character
        if character == "p":
            name = f"p{self._take()}"
            if name == "p{":
                raise _Unknown
            return _CLASSES.get(name, "-")
        return _CLASSES.get(character, character)

    def _class(self) -> str:
        is_negated = self._peek() == "^"
        if is_negated:
            self.at += 1
        members: list[str] = []
        while (character := self._take()) != "]" or not members:
            if character == "\\":
                members.append(self._escape())
                continue
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self._take()
                members.append(
                    "".join(map(chr, range(ord(character), min(ord(last), ord(character) + 80) + 1)))
                )
                continue
            members.append(character)
        known = "".join(members)
        if not is_negated:
            return known
        left = [character for character in "aбB1 -." if character not in known]
        if not left:
            raise _Unknown
        return "".join(left)

    def _quantifier(self) -> tuple[int, int]:
        character = self._peek()
        if character == "?":
            found = (0, 1)
        elif character == "*":
            found = (0, _MORE)
        elif character == "+":
            found = (1, _MORE)
        elif character == "{":
            end = self.pattern.index("}", self.at)
            least, comma, most = self.pattern[self.at + 1 : end].partition(",")
            begins = int(least)
            found = (begins, int(most) if most else begins + (_MORE if comma else 0))
            self.at = end
        else:
            return 1, 1
        self.at += 1
        if self._peek() == "?":
            self.at += 1
        return found
