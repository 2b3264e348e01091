"""Typebot's bubbles as texts: rich text without its looks, and media."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.typebot import Block, Typebot

BUBBLES = frozenset({"text", "image", "video", "embed", "audio"})
_MARKS = ("bold", "italic", "underline", "strikethrough", "code", "color", "backgroundColor")
_SIZES = (
    "height",
    "width",
    "aspectRatio",
    "maxWidth",
    "isAutoplayEnabled",
    "areControlsDisplayed",
    "type",
    "id",
    "queryParamsStr",
)
_LISTS = ("ul", "ol")
_KNOWN = frozenset({"", "p", "a", "li", "lic", "variable", "inline-variable", *_LISTS})
_TAG = re.compile(r"<[^<>]{0,200}>")
_BREAK = re.compile(r"(?:</(?:div|p|li)>|<br ?/?>)(?!$)", re.IGNORECASE)


def spoken(bot: Typebot, block: Block) -> Phrase:
    """What a text bubble says."""
    return _text(bot, block.reader.get("content"))


def part(bot: Typebot, block: Block) -> dict[str, Any] | None:
    """A bubble as a part of a message; None when it shows nothing."""
    if block.type == "text":
        said = spoken(bot, block)
        return None if said.is_blank else {"text": said.text()}
    content = block.reader.get("content")
    url = bot.values.phrase(content.get("url").text(), content.get("url"))
    content.looks(*_SIZES)
    if url.is_blank:
        block.reader.lost("L110", type=block.type)
        return None
    if block.type == "embed":
        block.reader.note("L170")
        return {"open_url": {"url": url.text(), "label": bot.draft.say("link")}}
    return _media(bot, block, content, url)


def _media(bot: Typebot, block: Block, content: Reader, url: Phrase) -> dict[str, Any]:
    """A picture, film or sound, with the link that a click would open."""
    media: dict[str, Any] = {"kind": block.type, "url": url.text()}
    link, alt = content.get("clickLink"), content.get("clickLink").get("alt")
    said = bot.values.phrase(alt.text(), alt)
    if not said.is_blank:
        media["alt"] = said.text()
    found: dict[str, Any] = {"media": media}
    target = link.get("url")
    if target.peek().strip():
        address = bot.values.phrase(target.text(), target)
        label = said.text() if not said.is_blank else bot.draft.say("open")
        found["buttons"] = [{"id": "open", "label": label, "url": address.text()}]
    return found


def _text(bot: Typebot, content: Reader) -> Phrase:
    rich = content.get("richText")
    if rich.entries():
        # The same text in its older forms.
        content.looks("html", "plainText")
        found = Phrase()
        _walk(bot, rich.entries(), found, "\n")
        return found
    plain, html = content.get("plainText"), content.get("html")
    if plain.peek():
        content.looks("html")
        return bot.values.phrase(plain.text(), plain)
    if html.peek():
        html.note("L101", name="html")
    return bot.values.phrase(_TAG.sub("", _BREAK.sub("\n", html.text())), html)


def _walk(bot: Typebot, items: list[Reader], found: Phrase, between: str) -> None:
    """Elements in turn, `between` them; depth is bounded by the loader."""
    for number, item in enumerate(items):
        if number and between:
            found.add(between)
        _element(bot, item, found)


def _element(bot: Typebot, item: Reader, found: Phrase) -> None:
    kind = item.get("type").text()
    item.get("id").text()
    text = item.get("text")
    if text:
        found.parts += bot.values.phrase(text.text(), text).parts
    marks = [mark for mark in _MARKS if item.get(mark)]
    if marks:
        item.looks(*marks)
    if kind not in _KNOWN:
        what = Both(f"элемент '{kind}' показан текстом", f"element '{kind}' is shown as text")
        item.get("type").note("L121", what=what)
    children = item.get("children").entries()
    if kind in _LISTS:
        for number, child in enumerate(children):
            found.add(("\n" if number else "") + (f"{number + 1}. " if kind == "ol" else "- "))
            _element(bot, child, found)
        return
    _walk(bot, children, found, "\n" if kind == "li" else "")
    url = item.get("url")
    if kind == "a" and url:
        found.parts += [" (", *bot.values.phrase(url.text(), url).parts, ")"]
    item.looks("target", "align", "indent", "listStyleType")
