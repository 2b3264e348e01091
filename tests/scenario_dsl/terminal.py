"""A terminal with what a command has really printed, as a picture in SVG."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from html import escape

COLUMNS, INDENT = 108, 4
FONT, LEADING, ADVANCE = 14, 21, 8.43
PADDING, BAR = 20, 34
INK, PAPER, FAINT = "#e6e9ef", "#12161f", "#8b94a7"
RED, YELLOW, GREEN, BLUE = "#ff7b72", "#e3b341", "#7ee787", "#79c0ff"
_MARKS = (
    (re.compile(r"^\S+:\d+:\d+:"), BLUE),
    (re.compile(r"\berror [EG]\d{3}\b"), RED),
    (re.compile(r"\bwarning [WG]\d{3}\b"), YELLOW),
    (re.compile(r"\[fix: .*"), GREEN),
    (re.compile(r"«[^»]*» (?=→)"), RED),
    (re.compile(r"(?<=→ )«.*"), GREEN),
    (re.compile(r"\b(?:other text|other path|other outcome|stuck|no recorded answer)\b"), YELLOW),
    (re.compile(r"\bthe same \d+"), GREEN),
)


def picture(printed: str, *, title: str) -> str:
    """The picture of a session; `title` is read to those who cannot see it."""
    lines = [row for line in printed.splitlines() for row in _drawn(line)]
    width = round(COLUMNS * ADVANCE + 2 * PADDING)
    height = BAR + LEADING * len(lines) + PADDING
    dots = "".join(
        f'<circle cx="{PADDING + 18 * number}" cy="17" r="5.5" fill="{colour}"/>'
        for number, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    rows = "\n".join(
        f'<text x="{PADDING}" y="{BAR + LEADING * number + FONT}">{line}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>text {{ font: {FONT}px ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; "
        f"fill: {INK}; white-space: pre }}</style>\n"
        f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>\n{dots}\n{rows}\n</svg>\n'
    )


def _drawn(line: str) -> Iterator[str]:
    """A line in spans of one colour each; a long one in several, as a reader would break it."""
    if line.startswith("$ "):
        yield _span("$ ", GREEN) + f'<tspan font-weight="bold">{escape(line[2:], quote=False)}</tspan>'
        return
    colours = [INK] * len(line)
    for pattern, colour in _MARKS:
        for match in pattern.finditer(line):
            colours[match.start() : match.end()] = [colour] * (match.end() - match.start())
    at = 0
    for number, piece in enumerate(textwrap.wrap(line, COLUMNS - INDENT, break_long_words=False) or [""]):
        begin = line.index(piece, at)
        at = begin + len(piece)
        yield " " * (INDENT if number else 0) + "".join(_spans(piece, colours[begin:at]))


def _spans(text: str, colours: list[str]) -> Iterator[str]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or colours[at] != colours[start]:
            yield _span(text[start:at], colours[start])
            start = at


def _span(text: str, colour: str) -> str:
    return f'<tspan fill="{colour}">{escape(text, quote=False)}</tspan>'
