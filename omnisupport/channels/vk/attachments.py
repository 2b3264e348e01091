"""What comes with a message of VK: files that can be fetched, and the rest in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from omnisupport.domain.inbound import MediaRef

PICTURES = ("jpg", "jpeg", "png", "gif", "webp")
_PAGES = ("wall", "video", "market", "poll", "story")
"""What has a page of its own, and no file that a community's key may fetch."""


def media_of(attachments: Sequence[Mapping[str, Any]]) -> tuple[MediaRef, ...]:
    """The files among attachments, in their order."""
    found = (_file(*_of(each)) for each in attachments)
    return tuple(each for each in found if each is not None)


def lines_of(attachments: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each attachment that is no file: its title and address, or what VK calls it."""
    for each in attachments:
        kind, body = _of(each)
        if kind and _file(kind, body) is None:
            yield _words(kind, body)


def _of(attachment: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    kind = _string(attachment, "type")
    body = attachment.get(kind)
    return kind, body if isinstance(body, dict) else {}


def _file(kind: str, body: Mapping[str, Any]) -> MediaRef | None:
    match kind:
        case "photo":
            address = _largest(body.get("sizes")) or _string(body.get("orig_photo"), "url")
            return _media("image", address, type="image/jpeg")
        case "sticker":
            return _media("sticker", _largest(body.get("images")), type="image/png")
        case "graffiti":
            return _media("image", _string(body, "url"), type="image/png")
        case "audio_message":
            if address := _string(body, "link_ogg"):
                return _media("voice", address, type="audio/ogg")
            return _media("voice", _string(body, "link_mp3"), type="audio/mpeg")
        case "audio":
            return _media("audio", _string(body, "url"), name=_song(body), type="audio/mpeg")
        case "doc":
            is_picture = _string(body, "ext").lower() in PICTURES
            found = _media(
                "image" if is_picture else "file", _string(body, "url"), name=_string(body, "title")
            )
            size = body.get("size")
            if found is None or type(size) is not int:
                return found
            return MediaRef(found.kind, found.ref, found.name, found.type, size)
    return None


def _media(kind: Any, address: str, *, name: str = "", type: str | None = None) -> MediaRef | None:
    return MediaRef(kind, {"url": address}, name or None, type) if address else None


def _largest(sizes: Any) -> str:
    """The address of the widest of an image's sizes."""
    listed = [each for each in sizes if isinstance(each, dict)] if isinstance(sizes, list) else []
    shown = [(_width(each), _string(each, "url")) for each in listed if _string(each, "url")]
    return max(shown, key=lambda each: each[0])[1] if shown else ""


def _width(size: Mapping[str, Any]) -> int:
    width = size.get("width")
    return width if isinstance(width, int) else 0


def _song(body: Mapping[str, Any]) -> str:
    return " — ".join(filter(None, (_string(body, "artist"), _string(body, "title"))))


def _words(kind: str, body: Mapping[str, Any]) -> str:
    title = _song(body) if kind == "audio" else _string(body, "title")
    address = _string(body, "url") if kind == "link" else _page(kind, body)
    return ": ".join(filter(None, (title, address))) or f"[{kind}]"


def _page(kind: str, body: Mapping[str, Any]) -> str:
    owner = body.get("owner_id", body.get("to_id"))
    number = body.get("id")
    if kind not in _PAGES or not isinstance(owner, int) or not isinstance(number, int):
        return ""
    return f"https://vk.com/{kind}{owner}_{number}"


def _string(body: Any, name: str) -> str:
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""
