"""Somebody's HTML in a form that is safe to parse: known tags, nested as they should be, within bounds.

What reads HTML as browsers do takes time and memory that grow with the square of the nesting, and a customer's mail
may be written to make use of it. Here it is read in one pass over its letters, and whatever else reads it afterwards
gets it written anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

MAX_HTML = 512 * 1024
"""Characters that are read; the longest newsletters have a third of that."""
MAX_TAGS = 20_000
MAX_DEPTH = 60
MAX_TAG = 8_192
"""Characters between the brackets of a tag; data in addresses does not count."""
VOID = frozenset({"br", "hr", "img"})
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "td",
        "th",
        "tt",
        "u",
        "var",
    ]
)
SILENT = frozenset(
    [
        "head",
        "iframe",
        "noembed",
        "noframes",
        "object",
        "script",
        "style",
        "svg",
        "math",
        "template",
        "textarea",
        "title",
        "xmp",
    ]
)
"""Elements whose content nobody is to see."""
ATTRIBUTES = frozenset(
    [
        "href",
        "src",
        "alt",
        "title",
        "width",
        "height",
        "colspan",
        "rowspan",
        "class",
        "id",
        "type",
        "style",
        "dir",
    ]
)
MARKS = frozenset({"class", "id", "type", "style"})
"""Attributes by which programs mark what they quote; they are not written again."""
_CLOSES = {
    "p": {"p"},
    "a": {"a"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr", "td", "th"},
}
_WALLS = {"li": {"ul", "ol"}, "p": BLOCKS - {"p"}, "a": {"td", "th"}}
_TABLE = frozenset({"table"})
_OPEN = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:_-]{0,40})(?=[\s/>])")
_REST = re.compile(r"""(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_DATA = re.compile(r"""data:[a-z]{3,12}/[^"'\s>)]*""", re.IGNORECASE)
_ENDLESS = re.compile(r"&#[0-9]{8,}")
Token = tuple[str, str, str]
"""Its kind (text, open, close), its name, and its text or attributes."""


@dataclass(slots=True)
class Element:
    """A tag with what is in it, in order; `name` is empty for the whole page."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Every element below, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def text(self) -> str:
        """All words below, as they are."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def html(self) -> str:
        """The same as HTML again, every tag closed and every letter of a text escaped."""
        inner = "".join(
            escape(child, quote=False) if isinstance(child, str) else child.html() for child in self.children
        )
        if not self.name:
            return inner
        shown = {name: value for name, value in self.attributes.items() if name not in MARKS}
        written = "".join(f' {name}="{escape(value)}"' for name, value in shown.items())
        return f"<{self.name}{written}>" + ("" if self.name in VOID else f"{inner}</{self.name}>")


def parsed(html: str) -> Element:
    """A page in known elements, at most 60 deep; scripts, styles and comments are gone."""
    nest = _Nest()
    for kind, name, content in _tokens(_DATA.sub("", html[: 4 * MAX_HTML])[:MAX_HTML]):
        if kind == "text":
            nest.text(content)
        elif kind == "close":
            nest.close(name)
        else:
            nest.open(name, content)
    return nest.page


class _Nest:
    """Puts each thing into the one that is open; where there is too much, the tag is left out, not its words."""

    def __init__(self) -> None:
        self.page = Element("")
        self._open = [self.page]
        self._left_out: Counter[str] = Counter()
        self._tags = 0

    def text(self, content: str) -> None:
        if content:
            self._open[-1].children.append(plain(content))

    def open(self, name: str, attributes: str) -> None:
        if name in _CLOSES:
            self._pop_to(_CLOSES[name], _TABLE | frozenset(_WALLS.get(name, ())))
        self._tags += 1
        if self._tags > MAX_TAGS or len(self._open) > MAX_DEPTH:
            self._left_out[name] += 1
            return
        element = Element(name, _attributes(attributes))
        self._open[-1].children.append(element)
        if name not in VOID:
            self._open.append(element)

    def close(self, name: str) -> None:
        if self._left_out[name]:
            self._left_out[name] -= 1
            return
        self._pop_to({name}, _TABLE if name != "table" else frozenset[str]())

    def _pop_to(self, names: set[str], walls: frozenset[str]) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name in names:
                del self._open[depth:]
                return
            if self._open[depth].name in walls:
                return


def plain(text: str) -> str:
    """Entities as letters; numbers of more digits than a letter can have are left out."""
    return unescape(_ENDLESS.sub("", text))


def _tokens(html: str) -> Iterator[Token]:
    at, look, broken = 0, 0, 0
    while (sign := html.find("<", look)) >= 0:
        found = _OPEN.match(html, sign)
        if found is None and not html.startswith(("<!", "<?", "</"), sign):
            look = sign + 1  # a letter like others
            continue
        yield "text", "", html[at:sign]
        if found is None:
            at = look = _after(html, "-->" if html.startswith("<!--", sign) else ">", sign)
            continue
        end = _REST.match(html, found.end(), found.end() + MAX_TAG) if broken < 50 else None
        broken += end is None
        at = end.end() if end else _after(html, ">", sign)
        name = found["name"].lower()
        if name in SILENT and not found["close"]:
            at = _after_element(html, name, at)
        elif name in BLOCKS or name in INLINE:
            yield "close" if found["close"] else "open", name, html[found.end() : at] if end else ""
        look = at
    yield "text", "", html[at:]


def _after(html: str, sign: str, start: int) -> int:
    found = html.find(sign, start)
    return len(html) if found < 0 else found + len(sign)


def _after_element(html: str, name: str, start: int) -> int:
    found = re.compile(rf"</{name}\s*>|<body\b", re.IGNORECASE).search(html, start)
    if found is None:
        return len(html)
    return found.start() if found[0].lower() == "<body" else found.end()


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        if name.lower() in ATTRIBUTES:
            found.setdefault(name.lower(), plain(double or single or bare))
    return found
