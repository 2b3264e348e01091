"""A phone number; its metadata changes between releases, so the host parses it (design page 2.3)."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import PHONE, Type
from omnisupport.scenario_dsl.fields import Str
from omnisupport.scenario_dsl.inputs.base import InputKind, Outside

_LONGEST = 40
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"[0-9]")
_CANDIDATE = re.compile(r"\+?[0-9][0-9 ()\u00a0-]{5,24}[0-9]")
_EXTENSION = re.compile(r"\s*(?:доб|ext|x)\.?\s*[0-9]+\Z", re.IGNORECASE)


class PhoneInput(InputKind):
    """`{kind: phone, region: RU}`: gives E.164. What cannot be a number is refused without a call."""

    name = "phone"
    fields = {"region": Str()}

    def type(self, data: dict[str, Any]) -> Type:
        return PHONE

    def parse(self, text: str, data: dict[str, Any]) -> Outside | None:
        bare = _EXTENSION.sub("", text)
        digits = len(_DIGIT.findall(bare))
        if len(text) > _LONGEST or not 6 <= digits <= 15 or _LETTER.search(bare):
            return None
        return Outside({"kind": "phone", "text": text, "region": data.get("region", "RU")})

    def find(self, text: str, data: dict[str, Any]) -> Outside | None:
        found = _CANDIDATE.search(text[:500])
        return self.parse(found.group(), data) if found else None


INPUT = PhoneInput()
