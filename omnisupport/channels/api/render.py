"""A message as bodies of `send`: nearly as it is, for a system that shows it in its own way."""

from __future__ import annotations

from typing import Any

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.rendering import Piece, pieces_of
from omnisupport.domain.capabilities import capabilities
from omnisupport.domain.message import Native, Outbound

METHOD = "send"


def render(message: Outbound, account: Account, chat: Chat) -> list[Native]:
    """One call for each piece; what a piece does not have is left out."""
    found = pieces_of(message, capabilities("api"))
    author = {"kind": message.author_kind, "name": message.author_name}
    about = {"chat": chat.address, "locale": message.locale, "author": _known(author)}
    return [
        Native(index, METHOD, about | _shown(piece), lossy=piece.lossy) for index, piece in enumerate(found)
    ]


def _shown(piece: Piece) -> dict[str, Any]:
    media = piece.media
    return _known(
        {
            "text": piece.text,
            "format": "markdown" if piece.marked and piece.text else None,
            "buttons": [{"id": each.id, "label": each.label} for each in piece.choices],
            "links": [{"label": each.label, "url": each.url} for each in piece.links],
            "file": _known({name: media.get(name) for name in ("kind", "url", "name", "mime")})
            if media
            else None,
            "location": dict(piece.location) if piece.location else None,
            "contact": dict(piece.contact) if piece.contact else None,
        }
    )


def _known(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}
