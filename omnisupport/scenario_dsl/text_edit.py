"""A change of a text by places, as findings propose it and editors apply it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# As the loader counts lines: YAML has more ends of lines than most editors.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A change of the file: what stands from one place up to another becomes `text`. Counted from 1.

    Where both places are the same, the text is put in between.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The edit as JSON values."""
        return {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "text": self.text,
        }


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits made; their places count in the text as it was.

    Raises:
        ValueError: two of them change the same characters.
    """
    # The loader counts behind a byte order mark.
    first = 1 if text.startswith("\ufeff") else 0
    starts = [first, *(match.end() for match in _BREAK.finditer(text))]
    spans = sorted(
        (
            starts[edit.line - 1] + edit.column - 1,
            starts[edit.end_line - 1] + edit.end_column - 1,
            edit.text,
        )
        for edit in set(edits)
    )
    parts: list[str] = []
    position = 0
    for start, end, replacement in spans:
        if start < position:
            raise ValueError("edits overlap")
        parts += (text[position:start], replacement)
        position = end
    return "".join([*parts, text[position:]])
