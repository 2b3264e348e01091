"""A mail as it came, as a page for operators: safe to open, and nothing in it is loaded unless they ask."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import Literal

from omnisupport.channels.email.mime import Leaf, Part, body, content, leaves, read, words
from omnisupport.channels.email.page import Page
from omnisupport.texts import say

MAX_INLINE = 8 * 2**20
"""Bytes of pictures within a mail that its page shows; the others are in the file of the mail."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1b1b1f;background:#fff}"
    "header{padding:16px;background:#f2f2f6;border-bottom:1px solid #d9d9e0}header p{margin:4px 0}"
    "main{padding:16px;overflow-wrap:anywhere}pre{white-space:pre-wrap;font:inherit;margin:0}img{max-width:100%}"
)
_CID = re.compile(r'src="cid:([^"]*)"')
_HEADERS = ("from", "to", "cc", "date")


def policy(*, pictures: bool) -> str:
    """What the page may load: pictures of its own, and those of the internet once they are asked for."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    sources = "data: https: http:" if pictures else "data:"
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src {sources}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def page_of(raw: bytes, locale: Literal["ru", "en"], *, pictures: bool) -> str:
    """The page of a mail, with all that it quotes.

    Raises:
        Unreadable: it is not a mail.
    """
    mail = read(raw)
    found = leaves(mail)
    said = body(mail, found)
    shown = Page(said.html).shown(pictures=pictures) if said.html else ""
    waiting = "data-src=" in shown
    main = _with_own_pictures(shown, found) if shown else f"<pre>{_text(said.words)}</pre>"
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{_one(mail, "subject")}</title><style>{STYLE}</style></head><body>'
        f"<header><h1>{_one(mail, 'subject')}</h1>{_head(mail, locale)}{_ask(locale) if waiting else ''}</header>"
        f"<main>{main}</main></body></html>"
    )


def _head(mail: Part, locale: str) -> str:
    return "".join(
        f"<p>{say(f'original.{name}', locale)}: {_one(mail, name)}</p>"
        for name in _HEADERS
        if words(mail, name)
    )


def _ask(locale: str) -> str:
    """The page stands below a link of its own, so a query alone leads back to it."""
    why, load = say("original.pictures", locale), say("original.load", locale)
    return f'<p>{why} <a href="?locale={locale}&amp;pictures=true">{load}</a></p>'


def _one(mail: Part, name: str) -> str:
    return escape(words(mail, name)[:1000])


def _text(said: tuple[tuple[str, str], ...]) -> str:
    return escape("\n\n".join(text.strip("\n") for _, text in said))


def _with_own_pictures(page: str, found: list[Leaf]) -> str:
    """What the mail itself carries stands in its page, as far as that is short enough."""
    known = {each.content_id: each for each in found if each.content_id and each.type in PICTURES}
    room = MAX_INLINE

    def put(match: re.Match[str]) -> str:
        nonlocal room
        leaf = known.get(match[1])
        picture = content(leaf.part) if leaf is not None else b""
        room -= len(picture)
        if leaf is None or room < 0:
            return 'alt=""'
        return f'src="data:{leaf.type};base64,{base64.b64encode(picture).decode()}"'

    return _CID.sub(put, page)
