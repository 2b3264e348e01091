"""A change of a text by places, as findings propose it and editors apply it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# As the loader counts lines: YAML has more ends of lines than most editors.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """The text from one place up to another, replaced by `text`. Lines and columns count from 1.

    Where both places are the same, the text is put in between.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The edit as JSON values."""
        return {
            "start": {"line": self.start_line, "column": self.start_column},
            "end": {"line": self.end_line, "column": self.end_column},
            "text": self.text,
        }


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits made; their places count in the text as it was.

    Raises:
        ValueError: two of them change the same characters.
    """
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    spans = sorted(
        (
            starts[edit.start_line - 1] + edit.start_column - 1,
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
