"""A message as one mail: its words, the same as a page, and what it answers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.email.charsets import one_line
from omnisupport.channels.email.ids import ids_in, mailable
from omnisupport.channels.rendering import BOTS, LinkButton, Piece, pieces_of, reference
from omnisupport.domain.capabilities import capabilities
from omnisupport.domain.markup import to_html, to_plain
from omnisupport.domain.message import Native, Outbound

REFERENCES = 20
"""Of a long chain its first id and the last ones: some servers cut headers that are longer."""
MAX_SUBJECT = 900
ATTACHED_BYTES = 18 * 2**20
"""Of all files of a mail: on the wire they are a third larger, and many servers take 25 MB."""
_SIGNED_TEXT, _SIGNED_PAGE = "\n\n-- \n", "\n<p>-- <br>"
"""What comes before a signature."""
_ANSWERS = re.compile(r"\s*(?:re|aw|отв)(?:\[\d+\])?\s*:", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}»]", re.IGNORECASE)
PICTURE = re.compile(r'<p><img src="cid:[^>]*></p>\n?')
_PARAGRAPHS = re.compile(r"\n\s*\n")


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One mail, whatever it holds; `automatic` are those of bots, so that no machine answers them."""
    pieces = list(_within(pieces_of(message, capabilities("email"))))
    is_automatic = message.author_kind in BOTS
    texts = [text for piece in pieces for text in _words(piece)]
    pages = [page for piece in pieces for page in _pages(piece)]
    signature = "" if is_automatic else _signature(account)
    if signature:
        texts.append(f"-- \n{signature}")
        pages.append(f"<p>-- <br>{_lines(escape(signature, quote=False))}</p>")
    chain = [each for each in chat.references if ids_in(each) == [each]]
    payload: dict[str, Any] = {
        "to": mailable(chat.address),
        "subject": _subject(account, chat),
        "text": "\n\n".join(texts),
        "html": "\n".join(pages),
        "in_reply_to": chain[-1] if chain else None,
        "references": [*chain[:1], *chain[1:][-(REFERENCES - 1) :]],
        "automatic": is_automatic,
        "locale": message.locale,
    }
    files = [reference(piece.media) for piece in pieces if _is_attached(piece) and piece.media]
    payload |= {"files": files} if files else {}
    lossy = [loss for piece in pieces for loss in piece.lossy]
    lossy += ["media_as_link"] if any(piece.media and not _is_attached(piece) for piece in pieces) else []
    return [Native(0, "mail", payload, lossy=tuple(dict.fromkeys(lossy)))]


def without_files(part: Native) -> Native:
    """The same mail with links in place of its files, above the signature: for a server that takes none so large."""
    payload = dict(part.payload)
    files = payload.pop("files")
    said = "\n".join(_said(each.get("name"), str(each["url"])) for each in files)
    links = (LinkButton(str(each.get("name") or each["url"]), str(each["url"])) for each in files)
    page = "\n".join(f"<p>{_link(each)}</p>" for each in links)
    payload["text"] = _above(_SIGNED_TEXT, str(payload["text"]), f"\n\n{said}")
    shown = PICTURE.sub("", str(payload["html"]))
    payload["html"] = _above(_SIGNED_PAGE, shown, f"\n{page}")
    return Native(part.index, part.method, payload, tuple(dict.fromkeys([*part.lossy, "media_as_link"])))


def _above(mark: str, words: str, added: str) -> str:
    before, found, after = words.rpartition(mark)
    return (f"{before}{added}{found}{after}" if found else f"{words}{added}").strip()


def cid_of(ref: Mapping[str, Any]) -> str:
    """By what the page of a mail shows a picture that comes with it."""
    return f"{ref['file']}@files"


def _within(pieces: list[Piece]) -> Iterator[Piece]:
    """Files of ours as long as they fit into one mail; the next one is a link."""
    room = ATTACHED_BYTES
    for piece in pieces:
        size = int((piece.media or {}).get("size") or 0) if (piece.media or {}).get("file") else 0
        if size > room and piece.media:
            bare = {name: value for name, value in piece.media.items() if name != "file"}
            yield replace(piece, media=bare)
            continue
        room -= size
        yield piece


def _is_attached(piece: Piece) -> bool:
    return bool(piece.media and piece.media.get("file"))


def _subject(account: Account, chat: Chat) -> str:
    """The customer's own, unchanged: some programs begin another thread at the smallest change."""
    subject = one_line(chat.subject or "")[:MAX_SUBJECT]
    if subject:
        return subject if _ANSWERS.match(subject) else f"Re: {subject}"
    own = (account.settings.get(name) for name in ("subject", "name", "address"))
    return next((one_line(str(each))[:MAX_SUBJECT] for each in own if each), account.external_id)


def _signature(account: Account) -> str:
    return str(account.settings.get("signature") or "").replace("\r\n", "\n").strip()


def _words(piece: Piece) -> Iterator[str]:
    if piece.text:
        yield to_plain(piece.text) if piece.marked else piece.text
    if piece.media and not _is_attached(piece):
        yield _said(piece.media.get("alt") or piece.media.get("name"), str(piece.media["url"]))
    if piece.links:
        yield "\n".join(_said(each.label, each.url) for each in piece.links)


def _said(label: object, address: str) -> str:
    return f"{label}: {address}" if label else address


def _pages(piece: Piece) -> Iterator[str]:
    if piece.text:
        page = to_html(piece.text) if piece.marked else _linked(piece.text)
        yield from (f"<p>{_lines(each)}</p>" for each in _PARAGRAPHS.split(page) if each.strip())
    if piece.media and _is_attached(piece):
        if piece.media["kind"] == "image":
            alt = escape(str(piece.media.get("alt") or piece.media.get("name") or ""))
            yield f'<p><img src="cid:{cid_of(piece.media)}" alt="{alt}" style="max-width:100%"></p>'
    elif piece.media:
        address = str(piece.media["url"])
        label = piece.media.get("alt") or piece.media.get("name") or address
        yield f"<p>{_link(LinkButton(str(label), address))}</p>"
    for each in piece.links:
        yield f"<p>{_link(each)}</p>"


def _link(link: LinkButton) -> str:
    return f'<a href="{escape(link.url)}">{escape(link.label, quote=False)}</a>'


def _linked(text: str) -> str:
    """A person's text, nothing in it markup, its addresses as links."""
    found, at = [], 0
    for address in _ADDRESS.finditer(text):
        found += [escape(text[at : address.start()], quote=False), _link(LinkButton(address[0], address[0]))]
        at = address.end()
    return "".join([*found, escape(text[at:], quote=False)])


def _lines(page: str) -> str:
    return page.strip("\n").replace("\n", "<br>\n")
