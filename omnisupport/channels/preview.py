"""What the customer will see of a message before it is sent: the adapter's own payloads, read back as words and marks.

A provider's folder has a `preview.py` with the functions of `Preview`. Nothing of a payload that is not shown to the
customer is in a `Shown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any, Literal, Protocol

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.registry import folder_of, preview_of, render_of
from omnisupport.channels.rendering import Piece, pieces_of
from omnisupport.domain.capabilities import Capabilities, capabilities, measure
from omnisupport.domain.markup import to_html
from omnisupport.domain.message import Native, Outbound
from omnisupport.domain.parts import MAP
from omnisupport.domain.sms import sms_size

Kind = Literal["text", "image", "video", "audio", "voice", "file", "location", "contact", "template", "mail"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text; with `url` it is a link."""

    text: str
    strong: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button: one that answers, or with `url` one that opens an address."""

    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the channel shows it.

    `title` is a mail's subject, a file's, a place's or a person's name, a template's heading; `url` the file, or where
    the place is; `note` what stands below the text in small (an address, phones, a template's last line); `opens` the
    label of the button that opens a list.
    """

    kind: Kind
    spans: tuple[Span, ...] = ()
    title: str | None = None
    url: str | None = None
    note: str | None = None
    layout: Literal["none", "buttons", "list"] = "none"
    buttons: tuple[ShownButton, ...] = ()
    opens: str | None = None
    lossy: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Counted:
    """A message as shown, with its length in the channel's unit and, of SMS, the parts that are charged."""

    shown: Shown
    length: int
    sms_parts: int | None = None


class Preview(Protocol):
    """The functions of a `preview.py`: all pure."""

    def takes(self, account: Account) -> Capabilities:
        """What a text written by a person may be on this account."""

    def shown(self, part: Native, account: Account) -> Shown:
        """A payload as its reader sees it."""


def takes(account: Account) -> Capabilities:
    """What a text written by a person may be on this account."""
    folder = folder_of(account.type, account.provider)
    found = preview_of(folder) if folder is not None else None
    return found.takes(account) if found is not None else capabilities(account.type)


def preview(message: Outbound, account: Account, chat: Chat) -> list[Counted]:
    """The message as the customer will see it, in the parts that it is sent in."""
    facts = takes(account)
    return [_counted(each, facts) for each in _shown(message, account, chat)]


def _shown(message: Outbound, account: Account, chat: Chat) -> Iterator[Shown]:
    folder = folder_of(account.type, account.provider)
    found = preview_of(folder) if folder is not None else None
    if folder is None or found is None:
        yield from (shown_piece(piece) for piece in pieces_of(message, takes(account)))
        return
    for part in render_of(folder).render(message, account, chat):
        shown = replace(found.shown(part, account), lossy=part.lossy)
        yield _worded(shown, message) if shown.kind == "template" else shown


def _worded(shown: Shown, message: Outbound) -> Shown:
    """A template in its words: a payload names it and no more."""
    form = (message.content.get("forms") or {}).get("template") or {}
    words = form.get("shown")
    if not isinstance(words, Mapping):
        return shown if shown.spans else replace(shown, spans=(Span(message.text),))
    buttons = tuple(ShownButton(str(each)) for each in words.get("buttons") or ())
    return replace(
        shown,
        spans=spans_of_stars(str(words.get("text") or "")),
        title=str(words.get("header") or "") or None,
        note=str(words.get("footer") or "") or None,
        layout="buttons" if buttons else "none",
        buttons=buttons,
    )


def _counted(shown: Shown, facts: Capabilities) -> Counted:
    text = shown.text
    return Counted(shown, measure(text, facts.unit), sms_size(text).parts if facts.channel == "sms" else None)


def shown_piece(piece: Piece) -> Shown:
    """A piece as a channel shows it that has no payload of its own: the widget, and what shows whatever it is given."""
    spans = spans_of_html(to_html(piece.text)) if piece.marked else spans_of(piece.text)
    buttons = [ShownButton(each.label) for each in piece.choices]
    buttons += [ShownButton(each.label, each.url) for each in piece.links]
    under = Shown("text", spans, layout=piece.layout, buttons=tuple(buttons), lossy=piece.lossy)
    if buttons and under.layout == "none":
        under = replace(under, layout="buttons")
    if piece.location is not None:
        return replace(shown_place(piece.location), lossy=piece.lossy)
    if piece.contact is not None:
        return replace(shown_person(piece.contact), lossy=piece.lossy)
    if piece.media is not None:
        return replace(under, kind=piece.media["kind"], title=piece.media.get("name"), url=piece.media["url"])
    return under


def shown_place(place: Mapping[str, Any]) -> Shown:
    """A place with `lat` and `lon`, and perhaps `title` and `address`."""
    at = MAP.format(lat=place["lat"], lon=place["lon"])
    return Shown("location", title=place.get("title"), url=at, note=place.get("address"))


def shown_person(person: Mapping[str, Any]) -> Shown:
    """Somebody with a `name`, and perhaps `phone` and `email`."""
    ways = ", ".join(str(person[name]) for name in ("phone", "email") if person.get(name))
    return Shown("contact", title=str(person["name"]), note=ways or None)


# Dialects ---------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}»]", re.IGNORECASE)
_STARRED = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


def spans_of(text: str) -> tuple[Span, ...]:
    """A text that means nothing but its words; programs make links of the addresses in it."""
    return tuple(_linked(text, strong=False))


def spans_of_stars(text: str) -> tuple[Span, ...]:
    """A text of WhatsApp: what stands between single stars is bold, whoever put them there."""
    found: list[Span] = []
    done = 0
    for starred in _STARRED.finditer(text):
        found += _linked(text[done : starred.start()], strong=False)
        found += _linked(starred[1], strong=True)
        done = starred.end()
    return (*found, *_linked(text[done:], strong=False))


def spans_of_html(page: str) -> tuple[Span, ...]:
    """The HTML that we write ourselves: bold, links, paragraphs and line breaks."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(reader.spans())


def _linked(text: str, *, strong: bool) -> list[Span]:
    found: list[Span] = []
    done = 0
    for address in _ADDRESS.finditer(text):
        found.append(Span(text[done : address.start()], strong))
        found.append(Span(address[0], strong, address[0]))
        done = address.end()
    return [span for span in [*found, Span(text[done:], strong)] if span.text]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Span] = []
        self._strong = 0
        self._url: str | None = None
        self._in_page = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("b", "strong"):
            self._strong += 1
        elif tag == "a":
            self._url = dict(attrs).get("href")
        elif tag == "br":
            self._put("\n")
        elif tag == "p" and self._found:
            self._put("\n\n")
        self._in_page = self._in_page or tag == "p"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self._strong = max(0, self._strong - 1)
        elif tag == "a":
            self._url = None

    def handle_data(self, data: str) -> None:
        # Between the tags of a page line breaks are blanks; Telegram and MAX take them as they are.
        words = data.replace("\n", "") if self._in_page else data
        if self._url is not None or not words:
            self._put(words)
        else:
            self._found += _linked(words, strong=self._strong > 0)

    def spans(self) -> Iterator[Span]:
        """What was read, neighbours of one kind as one."""
        last: Span | None = None
        for span in self._found:
            if last is not None and (last.strong, last.url) == (span.strong, span.url):
                last = replace(last, text=last.text + span.text)
                continue
            if last is not None:
                yield last
            last = span
        if last is not None:
            yield last

    def _put(self, text: str) -> None:
        if text:
            self._found.append(Span(text, self._strong > 0, self._url))
