"""The little Markdown that bots write (bold, links with words, headings, lists), in the dialects of channels.

The same rules as the widget's `richtext.ts`; whatever is no markup stays as it is. People's texts are never markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_MARKED = re.compile(
    r"\*\*(?!\s)(?P<strong>[^*\n]+?)\*\*"
    r"|\[(?P<label>[^\]\n]{1,300})\]\((?P<address>(?:https?://|mailto:|tel:)[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s{0,3}[-*•]\s+(?P<text>.*)$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*$")

Strong = Callable[[str], str]
Link = Callable[[str, str], str]


def to_plain(text: str) -> str:
    """Words only; a link is its words and its address."""
    return _written(text, lambda words: words, _words_and_address, lambda rest: rest)


def to_html(text: str) -> str:
    """With `<b>` and `<a href>`, everything else escaped: what Telegram and mail programs read."""
    return _written(
        text,
        lambda words: f"<b>{escape(words, quote=False)}</b>",
        lambda label, address: f'<a href="{escape(address)}">{escape(label, quote=False)}</a>',
        lambda rest: escape(rest, quote=False),
    )


def to_stars(text: str) -> str:
    """Bold between single stars, as WhatsApp reads it; links as in `to_plain`."""
    return _written(text, lambda words: f"*{words}*", _words_and_address, lambda rest: rest)


def _words_and_address(label: str, address: str) -> str:
    bare = re.sub(r"^(mailto|tel):", "", address, flags=re.IGNORECASE)
    return bare if label in (address, bare) else f"{label}: {bare}"


def _written(text: str, strong: Strong, link: Link, rest: Callable[[str], str]) -> str:
    return "\n".join(_line(line, strong, link, rest) for line in text.split("\n"))


def _line(line: str, strong: Strong, link: Link, rest: Callable[[str], str]) -> str:
    if heading := _HEADING.match(line):
        return strong(to_plain(heading["text"])) if heading["text"].strip() else ""
    if item := _ITEM.match(line):
        return "• " + _inline(item["text"], strong, link, rest)
    return _inline(line, strong, link, rest)


def _inline(line: str, strong: Strong, link: Link, rest: Callable[[str], str]) -> str:
    found, done = [], 0
    for marked in _MARKED.finditer(line):
        found.append(rest(line[done : marked.start()]))
        words = marked["strong"]
        found.append(strong(words) if words is not None else link(marked["label"], marked["address"]))
        done = marked.end()
    found.append(rest(line[done:]))
    return "".join(found)
