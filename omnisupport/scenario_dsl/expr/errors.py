"""What can be wrong with an expression: when it is written, and when it runs."""

from __future__ import annotations

from typing import Any


class ExprSyntaxError(Exception):
    """An expression that cannot be read. `key` names the sentence, `position` counts characters from 0."""

    def __init__(self, key: str, position: int, **words: Any) -> None:
        super().__init__(key)
        self.key = key
        self.position = position
        self.words = words


class ExprError(Exception):
    """An expression that cannot be evaluated here.

    `code` is `expr.null`, `expr.type`, `expr.limit` or `expr.value` (division by zero, a text that is no
    number): an ordinary error of the node.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
