"""Keys, tokens and card numbers that stand in a document: everybody who may read it would have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.regex import compile_any
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree
from omnisupport.scenario_dsl.uses import qualified
from omnisupport.scenario_dsl.words import Both

# Every key has so many characters in a row, and a card so many digits: most texts need no closer look.
_POSSIBLE = re.compile(r"[A-Za-z0-9_.~+/-]{13}|[0-9][0-9 -]{11,}[0-9]|PRIVATE KEY")
_KEY = compile_any(
    "|".join(
        (
            r"\bsk-[A-Za-z0-9_-]{20}",
            r"\b[srp]k_(live|test)_[A-Za-z0-9]{16}",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bAIza[0-9A-Za-z_-]{35}",
            r"\bgh[opsru]_[A-Za-z0-9]{30}",
            r"\bgithub_pat_[A-Za-z0-9_]{30}",
            r"\bglpat-[A-Za-z0-9_-]{20}",
            r"\bxox[abeprs]-[A-Za-z0-9-]{10}",
            r"\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\b",
            r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
            r"(?i)\bbearer [a-z0-9._~+/-]{20}",
        )
    )
)
_CARD = compile_any(r"\b([2-6][0-9]{3}(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5})\b")

_KINDS = {"key": Both("ключ или токен", "a key or token"), "card": Both("номер карты", "a card number")}


def check(document: Analysis) -> None:
    """E403."""
    for key, part in document.root.items():
        if key == "nodes":
            _check_nodes(document, part, document.flow)
        elif key == "flows" and isinstance(part, Map):
            for name, flow in part.items():
                for field, value in flow.items() if isinstance(flow, Map) else ():
                    if field == "nodes":
                        _check_nodes(document, value, name)
                    else:
                        _check(document, value, None)
        else:
            _check(document, part, None)


def _check_nodes(document: Analysis, tree: Tree, flow: str | None) -> None:
    for node_id, node in tree.items() if isinstance(tree, Map) else ():
        _check(document, node, qualified(node_id, flow))


def _check(document: Analysis, tree: Tree, node: str | None) -> None:
    for scalar in _scalars(tree):
        kind = _kind(scalar.text) if _POSSIBLE.search(scalar.text) else None
        if kind is not None:
            document.report.add("E403", scalar, node=node, kind=_KINDS[kind])


def _scalars(tree: Tree) -> Iterator[Scalar]:
    stack = [tree]
    while stack:
        found = stack.pop()
        if isinstance(found, Scalar):
            yield found
        elif isinstance(found, Map):
            stack.extend(found.values.values())
        elif isinstance(found, Seq):
            stack.extend(found.items)


def _kind(text: str) -> str | None:
    if _KEY.search(text) is not None:
        return "key"
    card = _CARD.search(text)
    return "card" if card is not None and _is_card(card.group(1)) else None


def _is_card(written: str) -> bool:
    """Whether the check digit is right (Luhn)."""
    digits = [int(character) for character in written if character.isdigit()][::-1]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
