"""An e-mail address."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import EMAIL, Type
from omnisupport.scenario_dsl.inputs.base import InputKind, Parsed, pieces

_LONGEST = 254
# RFC 5321 in its everyday form: dot-atom, at least two labels; also addresses in Russian letters (RFC 6531).
_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])\Z"
)


class EmailInput(InputKind):
    """`{kind: email}`: the syntax is checked here, the domain is stored in lower case.

    The address may stand among words, «моя почта …», when it is the only one.
    """

    name = "email"

    def type(self, data: dict[str, Any]) -> Type:
        return EMAIL

    def parse(self, text: str, data: dict[str, Any]) -> Parsed | None:
        found = {address for word in [text, *pieces(text)] if (address := _address(word))}
        return Parsed(found.pop()) if len(found) == 1 else None


def _address(text: str) -> str | None:
    address = text.strip("<>").removeprefix("mailto:")
    if len(address) > _LONGEST or not _ADDRESS.match(address):
        return None
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


INPUT = EmailInput()
