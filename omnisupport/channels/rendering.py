"""A message in pieces that a channel can show, by its capabilities: what every adapter's `render` begins with.

Buttons become a list, then numbered lines; a long text is cut at paragraphs, sentences, then words; what a channel has
no form for is written out. What was lost is named in `lossy` of its piece, in the words of `LOSSES`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from omnisupport.domain.capabilities import Capabilities, measure
from omnisupport.domain.message import Outbound
from omnisupport.domain.parts import in_words
from omnisupport.texts import say

LOSSES = (
    "choices_numbered",
    "label_cut",
    "media_as_link",
    "carousel_split",
    "form_as_text",
    "text_split",
    "formatting_lost",
)
BOTS = ("scenario", "assistant")
_SENTENCE = re.compile(r"(?<=[.!?…])[\s\n]+")
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that comes back as an event."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What one payload shows. With `media` the text is its caption; `marked`: a bot's, with its little Markdown."""

    text: str = ""
    marked: bool = False
    layout: Literal["none", "buttons", "list"] = "none"
    choices: tuple[Choice, ...] = ()
    links: tuple[LinkButton, ...] = ()
    media: Mapping[str, Any] | None = None
    location: Mapping[str, Any] | None = None
    contact: Mapping[str, Any] | None = None
    template: Mapping[str, Any] | None = None
    lossy: tuple[str, ...] = ()


def pieces_of(message: Outbound, caps: Capabilities) -> list[Piece]:
    """The message as this channel can show it, in order; never empty."""
    forms: dict[str, Any] = dict(message.content.get("forms") or {})
    marked = message.author_kind in BOTS
    if "template" in forms and caps.templates:
        return [Piece(template=forms["template"])]
    native = {name: forms[name] for name in forms if _has(caps, name, forms[name])}
    written = {name: form for name, form in forms.items() if name not in native}
    plain = str(message.content.get("plain", "")) if forms else message.text
    text = in_words({"text": plain, **written}) if forms else message.text
    lossy = ["media_as_link" if name == "media" else "form_as_text" for name in written if name != "template"]
    files = list(_files(message, caps, marked))
    beside = [each for each in message.content.get("files") or () if kind_in(each, caps) is None]
    if beside:
        text = "\n".join(filter(None, (text, *(f"{each['name']}: {each['url']}" for each in beside))))
        lossy.append("media_as_link")
    text = _with_sources(text, message)
    links = tuple(LinkButton(each["label"], each["url"]) for each in native.pop("links", ()))
    found = list(_before(native, marked, caps))
    found += _texts(text, marked, _choices(message), links, caps, message.locale, lossy)
    found += [Piece(location=native["location"])] if "location" in native else []
    found += [Piece(contact=native["contact"])] if "contact" in native else []
    found = _with_files(found, files, caps) if files else _captioned(found, caps)
    return found or [Piece(text=text, marked=marked)]


def reference(media: Mapping[str, Any]) -> dict[str, Any]:
    """What a payload has in the place of a file: `Transport.file` opens it when the payload is sent."""
    return {name: media[name] for name in ("kind", "file", "name", "mime", "size", "url") if media.get(name)}


def kind_in(media: Mapping[str, Any], caps: Capabilities) -> str | None:
    """As what a channel shows a file of ours: in its own kind, else as any file; None: it has no form for it."""
    if "media" not in caps.parts:
        return None
    for kind in dict.fromkeys((str(media["kind"]), "file")):
        facts = caps.media.get(kind)
        if facts is None or (facts.types and media.get("mime") not in facts.types):
            continue
        if facts.bytes is None or (media.get("size") or 0) <= facts.bytes:
            return kind
    return None


def digest_of(id: str) -> str:
    """What goes on the wire for a button whose id is too long there: `pressed` in the database finds it by this."""
    return "~" + hashlib.sha256(id.encode()).hexdigest()[:32]


def split_text(text: str, limit: int, unit: Literal["characters", "utf16", "bytes"]) -> list[str]:
    """Cut a text into parts of at most `limit`: at paragraphs, lines, sentences, words, and letters as the last way.

    A fenced block stays in one part where it fits into one. No part is empty.
    """
    if measure(text, unit) <= limit:
        return [text]
    parts, rest = [], text
    while measure(rest, unit) > limit:
        head = _fitting(rest, limit, unit)
        cut = _cut_before(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in [*parts, rest] if part.strip()]


def _fitting(text: str, limit: int, unit: Literal["characters", "utf16", "bytes"]) -> str:
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def _cut_before(head: str) -> int:
    """Where to cut what just fits; in the last half of it, if anything speaks for a place there."""
    if head.count(_FENCE) % 2:
        fence = head.rfind(_FENCE)
        if fence > 0:
            return fence
    half = len(head) // 2
    for place in (head.rfind("\n\n"), head.rfind("\n")):
        if place > half:
            return place
    ends = [found.start() for found in _SENTENCE.finditer(head) if found.start() > half]
    if ends:
        return ends[-1]
    space = head.rfind(" ")
    return space if space > half else len(head)


def _has(caps: Capabilities, name: str, form: Any) -> bool:
    if name == "media" and form.get("file"):
        return kind_in(form, caps) is not None
    if name == "media":
        return form.get("kind") in caps.media and "media" in caps.parts and bool(form.get("url"))
    if name == "carousel":
        return bool(caps.media) and "media" in caps.parts
    if name == "links":
        limit = caps.links.label
        fits = all(limit is None or len(each["label"]) <= limit for each in form)
        return 0 < len(form) <= caps.links.max and fits
    return name in caps.parts


def _files(message: Outbound, caps: Capabilities, marked: bool) -> Iterator[Piece]:
    for each in message.content.get("files") or ():
        if kind := kind_in(each, caps):
            yield Piece(media={**each, "kind": kind}, marked=marked)


def _with_files(found: list[Piece], files: list[Piece], caps: Capabilities) -> list[Piece]:
    """The text under the first file where it fits there, else before all of them."""
    under = _captioned([files[0], *found], caps)
    return [*under, *files[1:]] if len(under) <= len(found) else [*found, *files]


def _before(native: Mapping[str, Any], marked: bool, caps: Capabilities) -> Iterator[Piece]:
    if "media" in native:
        media = native["media"]
        kind = kind_in(media, caps) if media.get("file") else media["kind"]
        yield Piece(media={**media, "kind": kind}, marked=marked)
    for card in native.get("carousel") or ():
        text = "\n".join(filter(None, (card["title"], card.get("text"))))
        links = tuple(LinkButton(each["label"], each["url"]) for each in card.get("buttons") or ())
        media = {"kind": "image", "url": card["image"]} if card.get("image") else None
        yield Piece(text=text, media=media, links=links, lossy=("carousel_split",))


def _choices(message: Outbound) -> tuple[Choice, ...]:
    buttons = [Choice(each["id"], each["label"]) for each in message.content.get("buttons") or ()]
    quick = [
        Choice(str(each.get("id") or each["label"]), each["label"])
        for each in message.content.get("quick_replies") or ()
    ]
    return tuple(buttons + quick)


def _texts(
    text: str,
    marked: bool,
    choices: tuple[Choice, ...],
    links: tuple[LinkButton, ...],
    caps: Capabilities,
    locale: str,
    lossy: list[str],
) -> list[Piece]:
    """The text, in as many pieces as it needs; choices and links stand under the last one."""
    layout, choices, lines, lost = _laid_out(choices, bool(links), caps, locale)
    lossy = [*lossy, *lost]
    if links and choices and caps.links.max == 1:  # a channel with one link shows it alone or not at all
        text, links = "\n".join([text, *(f"{each.label}: {each.url}" for each in links)]), ()
        lossy.append("form_as_text")
    text = "\n\n".join(filter(None, [text, lines]))
    if not text.strip():
        if not (choices or links):
            return []
        text = "…"
    under = bool(choices or links)
    limit = caps.text
    if under and caps.text_with_buttons is not None:
        limit = caps.text_with_buttons
    if limit is None:
        parts = [text]
    elif under and caps.text is not None and caps.text > limit and measure(text, caps.unit) > limit:
        parts = split_text(text, caps.text, caps.unit)
        *parts, last = parts
        parts += split_text(last, limit, caps.unit)
    else:
        parts = split_text(text, limit, caps.unit)
    if len(parts) > 1:
        lossy.append("text_split")
    pieces = [Piece(text=part, marked=marked) for part in parts]
    pieces[-1] = replace(
        pieces[-1], layout=layout, choices=choices, links=links, lossy=tuple(dict.fromkeys(lossy))
    )
    return pieces


def _laid_out(
    choices: tuple[Choice, ...], with_links: bool, caps: Capabilities, locale: str
) -> tuple[Literal["none", "buttons", "list"], tuple[Choice, ...], str, list[str]]:
    """How choices are shown: the layout with its choices, or the lines that take their place."""
    if not choices:
        return "none", (), "", []
    layout = caps.layout(len(choices))
    limit = caps.label_limit(len(choices))
    longest = max(len(each.label) for each in choices)
    too_long = layout == "buttons" and limit is not None and longest > limit
    if too_long and caps.list is not None and len(choices) <= caps.list.max:
        layout, limit = "list", caps.list.label
    if layout != "numbered" and limit is not None and longest > limit:
        layout = "numbered"
    if layout != "numbered":
        return layout, choices, "", []
    lines = [f"{number}) {each.label}" for number, each in enumerate(choices, 1)]
    return "none", (), "\n".join([*lines, say("reply_with_number", locale)]), ["choices_numbered"]


def _captioned(pieces: list[Piece], caps: Capabilities) -> list[Piece]:
    """A file and the text after it become one piece, where the text fits below the file."""
    if len(pieces) < 2 or pieces[0].media is None or pieces[0].text or caps.caption is None:
        return pieces
    media, text, *rest = pieces
    fits = text.media is None and measure(text.text, caps.unit) <= caps.caption and text.layout != "list"
    if not fits or media.media is None or media.media.get("kind") == "audio" or not text.text:
        return pieces
    return [replace(text, media=media.media), *rest]


def _with_sources(text: str, message: Outbound) -> str:
    lines = []
    for number, source in enumerate(message.content.get("sources") or (), 1):
        named = [str(source[name]) for name in ("title", "url") if source.get(name)]
        if named:
            lines.append(f"[{number}] {' — '.join(named)}")
    return "\n\n".join(filter(None, [text, "\n".join(lines)]))
