"""A phone number; its metadata changes between releases, so the host parses it (design page 2.3)."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

from omnisupport.scenario_dsl.expr.types import PHONE, Type
from omnisupport.scenario_dsl.fields import Bool, Region
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Outside
from omnisupport.scenario_dsl.words import Both

_LONGEST = 40
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"[0-9]")
_CANDIDATE = re.compile(r"\+?[0-9][0-9 ()-]{5,24}[0-9]")
_SHORTEST_FOUND = 10
"""Digits from which a number among words is taken for a phone's."""
_EXTENSION = re.compile(r"(?:доб|ext|x)\.?\s{0,5}[0-9]{1,8}\Z", re.IGNORECASE)


class PhoneInput(InputKind):
    """`{kind: phone, region: RU, share_contact}`: gives E.164. What cannot be a number is refused without a call.

    The number may stand among words, «мой номер 8 916 …», when it is the only one; a contact that the
    customer shares is taken as well. `share_contact` shows a button for that where the channel has one.
    """

    name = "phone"
    fields = {"region": Region(), "share_contact": Bool()}
    question = Both("Укажите телефон.", "What is your phone number?")
    title = Both("Телефон", "Phone")

    def type(self, data: dict[str, Any]) -> Type:
        return PHONE

    def parse(self, answer: Answer, data: dict[str, Any]) -> Outside | None:
        contact = answer.content.get("contact")
        shared = contact.get("phone") if isinstance(contact, dict) else None
        text = shared if isinstance(shared, str) and not answer.text else answer.text
        plain = normalize("NFKC", text[:1_000])
        bare = _EXTENSION.sub("", plain)
        if _LETTER.search(bare):
            found = [number for number in _numbers(plain) if _digits(number) >= _SHORTEST_FOUND]
            return _request(found[0], data) if len(found) == 1 else None
        return _request(plain, data)

    def find(self, answer: Answer, data: dict[str, Any]) -> Outside | None:
        found = _numbers(normalize("NFKC", answer.text[:1_000]))
        return _request(found[0], data) if found else None


def _request(plain: str, data: dict[str, Any]) -> Outside | None:
    if len(plain) > _LONGEST or not 6 <= _digits(_EXTENSION.sub("", plain)) <= 15:
        return None
    return Outside({"kind": "phone", "text": plain, "region": data.get("region", "RU")})


def _numbers(text: str) -> list[str]:
    return _CANDIDATE.findall(text[:500])


def _digits(text: str) -> int:
    return len(_DIGIT.findall(text))


INPUT = PhoneInput()
