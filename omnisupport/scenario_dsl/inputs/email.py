"""An e-mail address."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.types import EMAIL, Type
from omnisupport.scenario_dsl.fields import Bool
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Outside, Parsed, pieces
from omnisupport.scenario_dsl.inputs.misspelt import likely_domain
from omnisupport.scenario_dsl.words import Both

_LONGEST = 254
# RFC 5321 in its everyday form: dot-atom, at least two labels; also addresses in Russian letters (RFC 6531).
_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])\Z"
)


class EmailInput(InputKind):
    """`{kind: email, check_mx}`: the syntax is checked here, the domain is stored in lower case.

    The address may stand among words, «моя почта …», when it is the only one. A domain that looks like a
    misspelt well-known one (`gmial.com`) is asked about. `check_mx` lets the host look whether the domain
    takes mail; where it cannot tell, the address is taken.
    """

    name = "email"
    fields = {"check_mx": Bool()}
    question = Both("Укажите e-mail.", "What is your e-mail address?")
    title = Both("E-mail", "E-mail")

    def type(self, data: dict[str, Any]) -> Type:
        return EMAIL

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | Outside | None:
        words = [answer.text, *pieces(answer.text)]
        found = list(dict.fromkeys(address for word in words if (address := _address(word))))
        if len(found) != 1:
            return None
        address = found[0]
        name, _, domain = address.rpartition("@")
        likely = None if answer.is_sure else likely_domain(domain)
        if likely is not None:
            return Parsed(address, meant=f"{name}@{likely}")
        if not data.get("check_mx"):
            return Parsed(address)
        return Outside({"kind": "email_domain", "address": address}, otherwise=Parsed(address))


def _address(text: str) -> str | None:
    address = text.strip("<>").removeprefix("mailto:")
    if len(address) > _LONGEST or not _ADDRESS.match(address):
        return None
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


INPUT = EmailInput()
