"""Images made anew: what comes out holds pixels and nothing that was hidden beside them (S12)."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

from omnisupport.domain.files import GIF, JPEG, MAX_PIXELS, PNG, WEBP, FileType
from omnisupport.errors import Invalid

MAX_SIDE = 20_000
MAX_FRAMES = 200
_ONE_AT_A_TIME = asyncio.Semaphore(1)
"""Fifty million pixels are two hundred megabytes while they are open."""


@dataclass(frozen=True)
class Remade:
    """An image's new bytes and its size in pixels."""

    content: bytes
    width: int
    height: int


async def remake(content: bytes, kind: FileType) -> Remade:
    """Decode an image and encode it again in its own format, turned as its camera said, without metadata.

    Raises:
        Invalid: it cannot be decoded (code `image_broken`), or is larger than 50 million pixels (`image_too_large`).
    """
    async with _ONE_AT_A_TIME:
        return await asyncio.to_thread(_remake, content, kind)


def _remake(content: bytes, kind: FileType) -> Remade:
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    formats = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF"}
    try:
        with Image.open(io.BytesIO(content), formats=[formats[kind]]) as opened:
            if opened.width * opened.height > MAX_PIXELS or max(opened.size) > MAX_SIDE:
                raise Invalid(
                    "The image has more than 50 million pixels: make it smaller.",
                    code="image_too_large",
                    field="file",
                )
            made = io.BytesIO()
            if kind is GIF:
                frames = [
                    frame.convert("RGBA")
                    for _, frame in zip(range(MAX_FRAMES), ImageSequence.Iterator(opened), strict=False)
                ]
                first, *rest = frames
                duration = opened.info.get("duration", 100)
                first.save(made, "GIF", save_all=True, append_images=rest, loop=0, duration=duration)
                return Remade(made.getvalue(), *first.size)
            upright = ImageOps.exif_transpose(opened)
            plain = upright.convert("RGB" if kind is JPEG or not _has_alpha(upright) else "RGBA")
            plain.info.clear()
            options = {"quality": 88} if kind in (JPEG, WEBP) else {"optimize": False}
            plain.save(made, formats[kind], **options)
            return Remade(made.getvalue(), *plain.size)
    except Invalid:
        raise
    except Image.DecompressionBombError as bomb:
        raise Invalid(
            "The image has more than 50 million pixels: make it smaller.",
            code="image_too_large",
            field="file",
        ) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, StopIteration) as broken:
        raise Invalid("The image cannot be read.", code="image_broken", field="file") from broken


def _has_alpha(image: object) -> bool:
    mode, info = image.mode, image.info  # type: ignore[attr-defined]
    return mode in ("RGBA", "LA", "PA") or "transparency" in info
