"""An address on the web."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import URL, Type
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.words import Both

_LONGEST = 2_000
_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,10}[^\W\d_][\w-]{0,60}[^\W_])"
    r"(?P<port>:[0-9]{1,5})?(?P<rest>[/?#][^\s<>\"{}|\\^`]*)?\Z",
    re.IGNORECASE,
)


class UrlInput(InputKind):
    """`{kind: url}`: http and https only, `https://` is added where none is written, the host in lower case."""

    name = "url"
    question = Both("Пришлите ссылку.", "Please send a link.")
    title = Both("Ссылка", "Link")

    def type(self, data: dict[str, Any]) -> Type:
        return URL

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        text = answer.text.strip("<>")
        match = _ADDRESS.match(text) if len(text) <= _LONGEST else None
        if match is None or (match["port"] and int(match["port"][1:]) > 65_535):
            return None
        scheme = (match["scheme"] or "https").lower()
        return Parsed(f"{scheme}://{match['host'].lower()}{match['port'] or ''}{match['rest'] or ''}")


INPUT = UrlInput()
