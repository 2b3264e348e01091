"""Typebot's bubbles as texts: rich text without its looks, media as links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Reader

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.typebot import Block, Typebot

BUBBLES = frozenset({"text", "image", "video", "embed", "audio"})
_MARKS = ("bold", "italic", "underline", "strikethrough", "code", "color", "backgroundColor")
_LISTS = ("ul", "ol")
_TAG = re.compile(r"<[^<>]{0,200}>")
_BREAK = re.compile(r"(?:</(?:div|p|li)>|<br ?/?>)(?!$)", re.IGNORECASE)


def bubble(bot: Typebot, block: Block) -> Phrase:
    """What a bubble says."""
    content = block.reader.get("content")
    if block.type == "text":
        return _text(bot, content)
    return _media(bot, block, content)


def _media(bot: Typebot, block: Block, content: Reader) -> Phrase:
    """A link to the picture, film, sound or page."""
    url = content.get("url")
    content.looks("height", "width", "aspectRatio", "maxWidth", "isAutoplayEnabled", "areControlsDisplayed")
    content.looks("type", "queryParamsStr")
    block.reader.note("L170")
    link = content.get("clickLink")
    alt = link.get("alt")
    found = Phrase()
    if alt.peek().strip():
        found.parts += [*bot.values.phrase(alt.text(), alt).parts, " "]
    found.parts += bot.values.phrase(url.text(), url).parts
    if link.get("url").peek().strip():
        found.parts += [" ", *bot.values.phrase(link.get("url").text(), link.get("url")).parts]
    return found


def _text(bot: Typebot, content: Reader) -> Phrase:
    rich = content.get("richText")
    if rich.list():
        # The same text in its older forms.
        content.looks("html", "plainText")
        found = Phrase()
        _walk(bot, rich.list(), found, "\n")
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
    children = item.get("children").list()
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
