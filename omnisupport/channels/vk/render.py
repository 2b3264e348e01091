"""A message as calls of `messages.send`."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import orjson

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Piece, digest_of, pieces_of, reference, split_text
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.markup import to_plain
from omnisupport.domain.message import Native, Outbound

METHOD = "messages.send"
PAYLOAD_MAX = 255
"""Of a button, in characters."""
ROWS_MAX = 6
"""Of an inline keyboard."""


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One call for each piece; buttons are inline and come back as messages with a payload."""
    caps = capabilities("vk")
    calls = [call for piece in pieces_of(message, caps) for call in _calls(piece, chat.address, caps)]
    return [Native(index, METHOD, payload, lossy) for index, (payload, lossy) in enumerate(calls)]


def button_payload(id: str) -> str:
    """The id of a button on the wire; one that is too long goes as a digest, by which it is found again."""
    written = _payload(id)
    if len(written) <= PAYLOAD_MAX:
        return written
    return _payload(digest_of(id))


def _payload(id: str) -> str:
    return orjson.dumps({"b": id}).decode()


def _calls(piece: Piece, peer: str, caps: Capabilities) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    if piece.location is not None:
        yield {"peer_ids": peer} | _place(piece), piece.lossy
        return
    text = to_plain(piece.text) if piece.marked else piece.text
    lossy = piece.lossy if text == piece.text else (*piece.lossy, "formatting_lost")
    keys, beside = _keys(piece, caps)
    if beside:
        text, lossy = "\n".join([text, *beside]), (*lossy, "form_as_text")
    parts = split_text(text, caps.text or len(text), caps.unit)
    file = {"attachment": reference(piece.media)} if piece.media is not None else {}
    if not parts and file:
        parts = [""]
    *before, last = parts
    for part in before:
        yield {"peer_ids": peer, "message": part}, ()
    keyboard = {"keyboard": _keyboard(keys)} if keys else {}
    yield {"peer_ids": peer, "message": last} | file | keyboard, lossy


def _keys(piece: Piece, caps: Capabilities) -> tuple[list[dict[str, Any]], list[str]]:
    """The keys of a piece, and the lines for links that are too many beside its choices."""
    keys: list[dict[str, Any]] = [
        {"type": "text", "label": each.label, "payload": button_payload(each.id)} for each in piece.choices
    ]
    links = [{"type": "open_link", "label": each.label, "link": each.url} for each in piece.links]
    if len(keys) + len(links) <= caps.buttons.max:
        return keys + links, []
    return keys, [f"{each.label}: {each.url}" for each in piece.links]


def _keyboard(keys: list[dict[str, Any]]) -> dict[str, Any]:
    width = ceil(len(keys) / ROWS_MAX)
    rows = [keys[start : start + width] for start in range(0, len(keys), width)]
    return {
        "one_time": False,
        "inline": True,
        "buttons": [[{"action": key} for key in row] for row in rows],
    }


def _place(piece: Piece) -> dict[str, Any]:
    place = piece.location or {}
    named = ", ".join(filter(None, (place.get("title"), place.get("address"))))
    # A message without a word and without an attachment is refused, a place or not.
    return {"message": named or "📍", "lat": place["lat"], "long": place["lon"]}
