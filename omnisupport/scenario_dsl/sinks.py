"""Where texts go, and how each place keeps a value from being read as anything but a value.

A text is its author's words with values between them. Whoever renders it for a place names the sink; the
sink writes each value, each of the author's words and each link so that a reader of that place finds the
same characters again and no markup, address, formula or instruction that a value brought along.

`render` knows nothing of the dialects; the channels' adapters, the http node and the prompts of assistants
choose. Sinks are pure and total, but for those that refuse (`header`, `link`): they raise `ExprError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from omnisupport.scenario_dsl.expr.errors import ExprError

Escape = Callable[[str], str]


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a customer may follow, with the words to show for it (empty: the address itself)."""

    address: str
    title: str

    def __str__(self) -> str:
        return f"{self.title}: {self.address}" if self.title else self.address


@dataclass(frozen=True, slots=True)
class Sink:
    """How one place is written to: `value` for what varies, `literal` for the author's own words."""

    name: str
    value: Escape
    literal: Escape = _as_it_is
    link: Callable[[Link], str] | None = None

    def write_link(self, link: Link) -> str:
        """A link in this place; where there are none, its words and its address."""
        return self.link(link) if self.link is not None else self.value(str(link))


# --- Addresses, headers, data ---

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEMES = ("http", "https", "mailto", "tel")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f<>\"`{}|\\^]")


def make_link(address: Any, title: str = "") -> Link:
    """A link to the web, to a mailbox or to a phone number.

    Raises:
        ExprError: `expr.value`, the address is of another scheme (`javascript:`) or holds blanks or quotes.
    """
    if type(address) is not str or _NOT_IN_ADDRESS.search(address):
        raise ExprError("expr.value", "link: wants an address such as https://example.com")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ExprError("expr.value", "link: wants an address such as https://example.com") from error
    on_web = parts.scheme in ("http", "https")
    if parts.scheme not in _SCHEMES or (on_web and not parts.netloc) or (not on_web and not parts.path):
        raise ExprError("expr.value", "link: wants an address such as https://example.com")
    return Link(address, title)


def url_component(text: str) -> str:
    """A value as one segment of a path, one name or one value of a query: it adds no `/`, `?`, `&`, `#`, `..`."""
    encoded = quote(text, safe="", errors="replace")
    return encoded.replace(".", "%2E") if encoded and not encoded.strip(".") else encoded


def header(text: str) -> str:
    """A value of an HTTP or mail header.

    Raises:
        ExprError: `expr.value`, it holds a line break or another control character.
    """
    if _CONTROL.search(text):
        raise ExprError("expr.value", "a header holds a line break")
    return text


def json_text(value: Any) -> str:
    """A value as JSON that may also stand in a page or a script: no `<`, `>`, `&`, no line separators."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(
        _JSON_IN_PAGES
    )


_JSON_IN_PAGES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029\x7f"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def csv_cell(text: str) -> str:
    """A cell of a table that is read as text by spreadsheets: no formula, and whole whatever it holds."""
    guarded = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + guarded.replace('"', '""') + '"'


# --- What models read ---

_PART_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def prompt_part(name: str, value: Any) -> str:
    """A value for a model: data, quoted and named, in marks that the value itself cannot write.

    `name` is ours, never a value. What the data says is no instruction; the prompt around it says so.
    """
    if not _PART_NAME.match(name):
        raise ValueError(f"{name!r} names no part of a prompt")
    return f'<data name="{name}">{json_text(value)}</data>'


def prompt_value(text: str) -> str:
    """A value inside the words of a prompt: a JSON string."""
    return json_text(text)


# --- What customers read ---

_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}


def telegram_html(text: str) -> str:
    """Telegram's HTML: the characters that begin tags and entities (core.telegram.org/bots/api#html-style)."""
    return text.translate(_HTML)


def email_html(text: str) -> str:
    """HTML of a letter; line breaks stay line breaks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.translate(_HTML).replace("\n", "<br>\n")


def _anchor(link: Link) -> str:
    return f'<a href="{link.address.translate(_HTML)}">{(link.title or link.address).translate(_HTML)}</a>'


# All that may be escaped (core.telegram.org/bots/api#markdownv2-style); in an address only the last two are.
_MARKDOWN = {ord(letter): f"\\{letter}" for letter in "_*[]()~`>#+-=|{}.!\\"}
_MARKDOWN_ADDRESS = {ord(letter): f"\\{letter}" for letter in ")\\"}


def telegram_markdown(text: str) -> str:
    """Telegram's MarkdownV2."""
    return text.translate(_MARKDOWN)


def _markdown_link(link: Link) -> str:
    title = telegram_markdown(link.title or link.address)
    return f"[{title}]({link.address.translate(_MARKDOWN_ADDRESS)})"


# WhatsApp and VK have no way to escape: what would be markup is written with a letter that looks the same.
_WHATSAPP_LIKE = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}
_LINE_LIKE = {"*": "∗", "-": "‐", ">": "›"}
# A mark formats only at the edge of a word; one inside, as in `my_name@mail.ru`, is left to be copied.
_WHATSAPP_MARK = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_WHATSAPP_LINE = re.compile(r"^([ \t]*)(?:([-*>])|([0-9]+)\.)(?=\s|\Z)|^([ \t]*)(>)", re.MULTILINE)


def whatsapp(text: str) -> str:
    """WhatsApp: no bold, italic, struck, monospace, list or quotation."""
    lines = _WHATSAPP_LINE.sub(_plain_line, text)
    return _WHATSAPP_MARK.sub(lambda match: _WHATSAPP_LIKE[match[0]], lines)


def _plain_line(match: re.Match[str]) -> str:
    if match[3] is not None:
        return f"{match[1]}{match[3]}\u2024"
    return (match[1] or match[4] or "") + _LINE_LIKE[match[2] or match[5]]


_VK_LIKE = {"[": "［", "@": "＠", "*": "∗", "&": "＆"}
# `[id1|name]`, `@name` and `*name` mention, `&#35;` is read as a character. Both edges may meet another value.
_VK_MARK = re.compile(r"\[|(?<!\w)[@*](?=\w|\Z)|&(?=[#\w]|\Z)")


def vk(text: str) -> str:
    """VK: nobody is mentioned, nothing is an entity."""
    return _VK_MARK.sub(lambda match: _VK_LIKE[match[0]], text)


_NOT_SHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain(text: str) -> str:
    """A text without markup (the widget, SMS): no control characters but line breaks and tabs."""
    return _NOT_SHOWN.sub("", text)


PLAIN = Sink("plain", plain)
SMS = Sink("sms", plain)
URL = Sink("url", url_component)
HEADER = Sink("header", header, header)
CSV = Sink("csv", csv_cell, csv_cell)
PROMPT = Sink("prompt", prompt_value)
TELEGRAM_HTML = Sink("telegram_html", telegram_html, telegram_html, _anchor)
TELEGRAM_MARKDOWN = Sink("telegram_markdown", telegram_markdown, telegram_markdown, _markdown_link)
WHATSAPP = Sink("whatsapp", whatsapp)
VK = Sink("vk", vk)
EMAIL_HTML = Sink("email_html", email_html, email_html, _anchor)

SINKS = {
    sink.name: sink
    for sink in (
        PLAIN,
        SMS,
        URL,
        HEADER,
        CSV,
        PROMPT,
        TELEGRAM_HTML,
        TELEGRAM_MARKDOWN,
        WHATSAPP,
        VK,
        EMAIL_HTML,
    )
}
