"""A phone number; its metadata changes between releases, so the host parses it (design page 2.3)."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

from omnisupport.scenario_dsl.expr.types import PHONE, Type
from omnisupport.scenario_dsl.fields import Region
from omnisupport.scenario_dsl.inputs.base import InputKind, Outside

_LONGEST = 40
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"[0-9]")
_CANDIDATE = re.compile(r"\+?[0-9][0-9 ()-]{5,24}[0-9]")
_SHORTEST_FOUND = 10
"""Digits from which a number among words is taken for a phone's."""
_EXTENSION = re.compile(r"\s*(?:доб|ext|x)\.?\s*[0-9]+\Z", re.IGNORECASE)


class PhoneInput(InputKind):
    """`{kind: phone, region: RU}`: gives E.164. What cannot be a number is refused without a call.

    The number may stand among words, «мой номер 8 916 …», when it is the only one.
    """

    name = "phone"
    fields = {"region": Region()}

    def type(self, data: dict[str, Any]) -> Type:
        return PHONE

    def parse(self, text: str, data: dict[str, Any]) -> Outside | None:
        plain = normalize("NFKC", text)
        bare = _EXTENSION.sub("", plain)
        if _LETTER.search(bare):
            found = [number for number in _numbers(plain) if _digits(number) >= _SHORTEST_FOUND]
            return self.parse(found[0], data) if len(found) == 1 else None
        if len(plain) > _LONGEST or not 6 <= _digits(bare) <= 15:
            return None
        return Outside({"kind": "phone", "text": plain, "region": data.get("region", "RU")})

    def find(self, text: str, data: dict[str, Any]) -> Outside | None:
        found = _numbers(normalize("NFKC", text))
        return self.parse(found[0], data) if found else None


def _numbers(text: str) -> list[str]:
    return _CANDIDATE.findall(text[:500])


def _digits(text: str) -> int:
    return len(_DIGIT.findall(text))


INPUT = PhoneInput()
