"""A message as calls of the Bot API."""

from __future__ import annotations

from typing import Any

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Piece, digest_of, pieces_of, reference
from omnisupport.domain.capabilities import capabilities
from omnisupport.domain.markup import to_html
from omnisupport.domain.message import Native, Outbound

DATA_BYTES = 64
"""Of a button: `callback_data`, 1-64 bytes."""
_FILES = {
    "image": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "audio": ("sendAudio", "audio"),
    "voice": ("sendVoice", "voice"),
    "file": ("sendDocument", "document"),
}


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One call for each piece; buttons are inline and come back as callback queries."""
    found = pieces_of(message, capabilities("telegram"))
    return [
        Native(index, *_call(piece, chat.address), lossy=piece.lossy) for index, piece in enumerate(found)
    ]


def button_data(id: str) -> str:
    """The id of a button on the wire; one that is too long goes as a digest, by which it is found again."""
    if len(id.encode()) <= DATA_BYTES:
        return id
    return digest_of(id)


def _call(piece: Piece, chat_id: str) -> tuple[str, dict[str, Any]]:
    payload: dict[str, Any] = {"chat_id": chat_id}
    if keyboard := _keyboard(piece):
        payload["reply_markup"] = {"inline_keyboard": keyboard}
    if piece.location is not None:
        return _place(payload, piece)
    if piece.contact is not None:
        if not piece.contact.get("phone"):
            words = ", ".join(filter(None, (piece.contact["name"], piece.contact.get("email"))))
            return "sendMessage", payload | {"text": words}
        return "sendContact", payload | {
            "phone_number": piece.contact["phone"],
            "first_name": piece.contact["name"],
        }
    if piece.media is not None:
        method, field = _FILES.get(piece.media["kind"], _FILES["file"])
        payload[field] = reference(piece.media) if piece.media.get("file") else piece.media["url"]
        if piece.text:
            payload |= {"caption": _text(piece)} | _mode(piece)
        return method, payload
    return "sendMessage", payload | {"text": _text(piece)} | _mode(piece)


def _text(piece: Piece) -> str:
    return to_html(piece.text) if piece.marked else piece.text


def _mode(piece: Piece) -> dict[str, Any]:
    return {"parse_mode": "HTML"} if piece.marked else {}


def _place(payload: dict[str, Any], piece: Piece) -> tuple[str, dict[str, Any]]:
    place = piece.location or {}
    payload |= {"latitude": place["lat"], "longitude": place["lon"]}
    if place.get("title") and place.get("address"):
        return "sendVenue", payload | {"title": place["title"], "address": place["address"]}
    return "sendLocation", payload


def _keyboard(piece: Piece) -> list[list[dict[str, str]]]:
    rows = [[{"text": each.label, "callback_data": button_data(each.id)}] for each in piece.choices]
    return rows + [[{"text": each.label, "url": each.url}] for each in piece.links]
