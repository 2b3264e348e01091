"""A message as bodies of `POST /messages`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from typing import Any

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Piece, digest_of, pieces_of, reference, split_text
from omnisupport.domain.capabilities import Capabilities, capabilities, measure
from omnisupport.domain.markup import to_html, to_plain
from omnisupport.domain.message import Native, Outbound

METHOD = "messages"
PAYLOAD_MAX = 1024
"""Of a button, in characters."""
ROWS_MAX = 30
ALONE = ("audio", "file")
"""Files beside which MAX takes no other attachment, so no buttons either."""


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One call for each piece; buttons are an attachment and come back as callbacks.

    A payload is the body of its request and the `chat_id` that goes into the address.
    """
    caps = capabilities("max")
    calls = [call for piece in pieces_of(message, caps) for call in _calls(piece, caps)]
    return [
        Native(index, METHOD, {"chat_id": chat.address, "link": None} | payload, lossy)
        for index, (payload, lossy) in enumerate(calls)
    ]


def button_payload(id: str) -> str:
    """The id of a button on the wire; one that is too long goes as a digest, by which it is found again."""
    if len(id) <= PAYLOAD_MAX:
        return id
    return digest_of(id)


def _calls(piece: Piece, caps: Capabilities) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    if piece.location is not None:
        yield _place(piece), piece.lossy
        return
    if piece.contact is not None:
        yield _person(piece), piece.lossy
        return
    if piece.media is not None and piece.media["kind"] in ALONE and (piece.choices or piece.links):
        yield {"text": None, "attachments": [_file(piece.media)]}, ()
        piece = replace(piece, media=None)
    attachments, lossy, text = _attachments(piece), piece.lossy, piece.text
    limit = caps.text or len(text)
    if piece.marked and measure(to_html(text), caps.unit) <= limit:
        yield {"text": to_html(text) or None, "format": "html", "attachments": attachments or None}, lossy
        return
    if piece.marked:  # its tags would make it too long
        text, lossy = to_plain(text), (*lossy, "formatting_lost")
    *before, last = split_text(text, limit, caps.unit)
    for part in before:
        yield {"text": part, "attachments": None}, ()
    yield {"text": last or None, "attachments": attachments or None}, lossy


def _attachments(piece: Piece) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if piece.media is not None:
        found.append(_file(piece.media))
    if piece.choices or piece.links:
        found.append({"type": "inline_keyboard", "payload": {"buttons": _buttons(piece)}})
    return found


def _file(media: Mapping[str, Any]) -> dict[str, Any]:
    """An image elsewhere goes by its address; every other file is handed over first."""
    kind = media["kind"] if media["kind"] in ("image", "video", "audio") else "file"
    if kind == "image" and not media.get("file"):
        return {"type": "image", "payload": {"url": media["url"]}}
    return {"type": kind, "payload": {"upload": reference(media)}}


def _buttons(piece: Piece) -> list[list[dict[str, str]]]:
    keys = [
        {"type": "callback", "text": each.label, "payload": button_payload(each.id)} for each in piece.choices
    ]
    keys += [{"type": "link", "text": each.label, "url": each.url} for each in piece.links]
    width = ceil(len(keys) / ROWS_MAX)
    return [keys[start : start + width] for start in range(0, len(keys), width)]


def _place(piece: Piece) -> dict[str, Any]:
    place = piece.location or {}
    named = ", ".join(filter(None, (place.get("title"), place.get("address"))))
    attachment = {"type": "location", "latitude": place["lat"], "longitude": place["lon"]}
    return {"text": named or None, "attachments": [attachment]}


def _person(piece: Piece) -> dict[str, Any]:
    person = piece.contact or {}
    if not person.get("phone"):
        return {
            "text": ", ".join(filter(None, (person["name"], person.get("email")))),
            "attachments": None,
        }
    card = {"name": person["name"], "vcf_phone": person["phone"]}
    return {"text": None, "attachments": [{"type": "contact", "payload": card}]}
