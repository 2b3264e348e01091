"""Markdown as the pages of the reference are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

# `[call](nodes/call)`: a page by its name, without the ending of a language.
_LINK = re.compile(r"\]\(([\w/]+)\)")


def page(title: str, *parts: str) -> str:
    """A page; the last part says how it is made."""
    *body, made = parts
    return "\n\n".join([f"# {title}", *(part for part in body if part), f"<sub>{made}</sub>"]) + "\n"


def block(text: str, language: str = "yaml") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def linked(text: str, suffix: str) -> str:
    """The text with its links leading to pages of one language: `suffix` is `.ru` or empty."""
    return _LINK.sub(rf"](\1{suffix}.md)", text)


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
