"""The HTML of a mail: as words, without what is quoted, and as a page that loads nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import nh3

from omnisupport.channels.email.markup import BLOCKS, Element, parsed

MAX_PAGE = 256 * 1024
"""Bytes of a page that is kept."""
SCHEMES = {"http", "https", "mailto", "cid"}
TAGS = (nh3.ALLOWED_TAGS | {"font", "big"}) - {"map", "area"}
PAGE_ATTRIBUTES = {
    "*": {"title", "dir"},
    "a": {"href"},
    "img": {"src", "data-src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
QUOTES = frozenset({"gmail_attr", "yahoo_quoted", "moz-cite-prefix"})
SIGNATURES = frozenset(
    {"gmail_signature", "gmail_signature_prefix", "moz-signature", "ms-outlook-mobile-signature"}
)
DIVIDERS = frozenset(
    {"appendonsend", "divrplyfwdmsg", "mail-editor-reference-message-container", "olk_src_body_section"}
)
"""Before these stands the answer; behind them is what it answers to."""
_OUTLOOK_LINE = re.compile(r"border-top:\s*solid\s*#(?:e1e1e1|b5c4df)", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all", re.IGNORECASE)
_REMOTE = re.compile(r"https?://[^\s\x00-\x20]+", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0\u200b\u200c\u034f\u00ad]+")
_SPACES = re.compile(r" {2,}")
_LINES = re.compile(r"\n{3,}")


class Page:
    """A mail's HTML, read once."""

    def __init__(self, html: str) -> None:
        self._root = parsed(html)

    def words(self) -> str:
        """All of it in words; what is quoted stands behind `> `."""
        return _written(_without(self._root, _is_hidden))

    def own_words(self, *, is_forward: bool) -> str:
        """Without signatures, and without what the programs have marked as quoted; the rest is told by its text."""
        kept = _without(self._root, lambda each: _is_hidden(each) or _is_signature(each))
        if not is_forward:
            kept, _ = _before(_without(kept, _is_quoted), _is_divider)
        return _written(kept)

    def shown(self, *, pictures: bool = False) -> str:
        """The page for an operator: no styles, no scripts; what would be loaded waits in `data-src`.

        With `pictures` those of the internet are there: whoever sent them learns that the mail is read, and where.
        """
        for image in self._root.walk():
            if image.name == "img" and not pictures and _REMOTE.fullmatch(image.attributes.get("src", "")):
                image.attributes = {
                    "data-src" if name == "src" else name: value for name, value in image.attributes.items()
                }
        judge = _loads_pictures if pictures else _loads_nothing
        return _bounded(_clean(self._root.html()[: 4 * MAX_PAGE], judge), judge)


Judge = Callable[[Element], bool]


def _without(tree: Element, is_out: Judge) -> Element:
    kept: list[Element | str] = [
        child if isinstance(child, str) else _without(child, is_out)
        for child in tree.children
        if isinstance(child, str) or not is_out(child)
    ]
    return Element(tree.name, tree.attributes, kept)


def _before(tree: Element, is_end: Judge) -> tuple[Element, bool]:
    """The page up to the first such element, and whether there is one."""
    kept: list[Element | str] = []
    for child in tree.children:
        if isinstance(child, str):
            kept.append(child)
            continue
        if is_end(child):
            return Element(tree.name, tree.attributes, kept), True
        part, ended = _before(child, is_end)
        kept.append(part)
        if ended:
            return Element(tree.name, tree.attributes, kept), True
    return Element(tree.name, tree.attributes, kept), False


def _is_hidden(each: Element) -> bool:
    return _HIDDEN.search(each.attributes.get("style", "")) is not None


def _is_signature(each: Element) -> bool:
    return not SIGNATURES.isdisjoint(_classes(each))


def _is_quoted(each: Element) -> bool:
    if each.name == "blockquote":
        return each.attributes.get("type", "").lower() == "cite" or "gmail_quote" in _classes(each)
    # The same line stands above what somebody forwards, and that is his own business.
    return not QUOTES.isdisjoint(_classes(each)) and "-----" not in each.text()[:40]


def _is_divider(each: Element) -> bool:
    if each.attributes.get("id", "").lower() in DIVIDERS:
        return True
    return each.name == "div" and _OUTLOOK_LINE.search(each.attributes.get("style", "")) is not None


def _classes(each: Element) -> list[str]:
    return each.attributes.get("class", "").split()


def _written(tree: Element) -> str:
    text = _SPACES.sub(" ", "".join(_pieces(tree)))
    lines = [line.strip(" ") for line in text.split("\n")]
    return _LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _pieces(tree: Element) -> Iterator[str]:
    """Words in their order; the depth is bounded by `markup.MAX_DEPTH`."""
    for child in tree.children:
        if isinstance(child, Element):
            yield from _element(child)
        else:
            yield _indented(child) if tree.name == "pre" else _BLANKS.sub(" ", child)


def _element(each: Element) -> Iterator[str]:
    if each.name == "br":
        yield "\n"
    elif each.name == "blockquote":
        lines = _written(each).split("\n")
        yield "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n"
    elif each.name in BLOCKS:
        around = "\n\n" if each.name == "p" else "\n"
        yield f"{around}• " if each.name == "li" else around
        yield from _pieces(each)
        yield around
    else:
        yield from _pieces(each)
        yield " " if each.name in ("td", "th") else ""


def _indented(text: str) -> str:
    return "\n".join(
        "\xa0" * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in text.split("\n")
    )


Filter = Callable[[str, str, str], str | None]


def _clean(html: str, judge: Filter) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=PAGE_ATTRIBUTES,
        attribute_filter=judge,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


def _loads_nothing(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if value.startswith("cid:") else None
    if name == "data-src":
        return value if _REMOTE.fullmatch(value) else None
    return value


def _loads_pictures(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if value.startswith("cid:") or _REMOTE.fullmatch(value) else None
    return None if name == "data-src" else value


def _bounded(page: str, judge: Filter) -> str:
    room = MAX_PAGE
    while len(page.encode("utf-8", "replace")) > MAX_PAGE:
        room -= 8 * 1024
        # Cleaning closes what the cut has left open.
        page = _clean(page.encode("utf-8", "replace")[:room].decode("utf-8", "ignore"), judge)
    return page
