"""Which files the simulator shows as they are: what anybody sends must not become a page of this origin."""

from __future__ import annotations

from collections.abc import Mapping

PICTURES: Mapping[str, bytes] = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
"""By how they begin."""


def shown_as(type: str, content: bytes) -> str:
    """The media type that a file is given as: its own only where it is a picture by its bytes."""
    is_picture = type in PICTURES and content.startswith(PICTURES[type])
    return type if is_picture else "application/octet-stream"
