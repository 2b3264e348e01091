"""A one-time code: the host makes it, sends it and compares it, so it is no part of a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, Type
from omnisupport.scenario_dsl.fields import Duration, Int, Obj, Str, Value
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Outside, Parsed, Refused
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.phrases import CODE_RIGHT, CODE_WRONG, TRY_AGAIN
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

DEFAULT_LENGTH = 6
DEFAULT_ATTEMPTS = 3
DEFAULT_TTL_S = 300
_DIGITS = re.compile(r"[0-9]+\Z")


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


_RESEND = _phrases("""
    еще раз; отправь еще раз; отправьте еще раз; пришлите еще раз; пришли еще раз; вышлите еще раз; еще код;
    новый код; пришлите новый код; отправить еще раз; отправить код еще раз; код не пришел; не пришел код; не пришел;
    не приходит; код не приходит; повторить; повтори; повторите; отправьте снова; пришлите снова;
    resend; resend it; resend code; resend the code; send again; send it again; send new code; send a new code;
    new code; again; code did not arrive; i did not get it; i didn t get it; i did not get the code;
    i didn t get the code; didn t get it; no code
    """)


class CodeInput(InputKind):
    """`{kind: code, length: 6, attempts: 3, ttl: 5m, to: {channel: sms, address: =vars.phone}}`: gives true.

    The code is sent before the question is asked. «Ещё раз» sends a new one; so does an answer that comes
    too late. The text that is compared is not kept as the event's.
    """

    name = "code"
    fields = {
        "length": Int(4, 10),
        "attempts": Int(1, 10),
        "ttl": Duration(),
        "to": Obj(
            {"channel": Str(("email", "sms"), required=True), "address": Value(required=True)}, required=True
        ),
    }
    expressions = ("to",)
    question = Both("Введите код, который мы отправили.", "Please type the code that we have sent.")
    title = Both("Код", "Code")

    def type(self, data: dict[str, Any]) -> Type:
        return BOOL

    def opening(self, data: dict[str, Any]) -> Outside:
        request = {
            "op": "send",
            "length": data.get("length", DEFAULT_LENGTH),
            "ttl_s": data.get("ttl", DEFAULT_TTL_S),
            "to": data["to"],
        }
        return Outside(request, "code")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Outside | None:
        digits = re.sub(r"[\s-]", "", answer.text[:60])
        wanted = data.get("length", DEFAULT_LENGTH)
        if len(answer.text) > 40 or len(digits) != wanted or not _DIGITS.match(digits):
            return None
        kept = answer.kept if isinstance(answer.kept, dict) else {}
        request = {"op": "check", "code_id": kept.get("code_id"), "text": digits}
        return Outside(request, "code", hides_text=True)

    def attempts(self, data: dict[str, Any]) -> int:
        most: int = data.get("attempts", DEFAULT_ATTEMPTS)
        return most

    def heard(self, exit: str, value: Any, otherwise: Parsed | None) -> Found:
        """Only the host's word opens the door: what it cannot check is not right."""
        return Parsed(True) if exit == "ok" else Refused(CODE_WRONG if exit == "wrong" else TRY_AGAIN)

    def must_repeat(self, exit: str) -> bool:
        return exit == "expired"

    def find(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: the code was not sent yet."""

    def show(self, value: Any, around: Surroundings) -> str:
        return CODE_RIGHT.pick(around.locale)


def asks_again(text: str) -> bool:
    """Whether the customer wants another code."""
    return bare(text) in _RESEND


INPUT = CodeInput()
