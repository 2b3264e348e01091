"""How a node fails while it runs."""

from __future__ import annotations


class NodeError(Exception):
    """A node cannot do its work; `code` is typed (`http.timeout`, `input.invalid`, `expr.null`, `limit.steps`)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
