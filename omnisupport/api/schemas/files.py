"""Uploaded files."""

from __future__ import annotations

from omnisupport.api.schemas.base import Output


class FileOut(Output):
    """A file; `url` opens for five minutes, for whoever has it. `width` and `height` of an image, in pixels.

    `duration_ms` of a voice message.
    """

    id: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    duration_ms: int | None
    url: str
    created_at: str


class FileEnvelope(Output):
    """One file."""

    file: FileOut
