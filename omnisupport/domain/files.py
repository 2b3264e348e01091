"""What may be uploaded: decided by the bytes themselves, never by what the sender says of them (S12)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from omnisupport.errors import Invalid

MAX_BYTES = 25 * 2**20
MOST_SENT = 10
"""Files of one message that goes out."""
MAX_PIXELS = 50_000_000
MAX_NAME = 120
VOICE_MAX_S = 300
"""Of a voice message: what somebody listens to before he answers."""
HEAD_BYTES = 4096
"""So much of a file is looked at for its type."""


@dataclass(frozen=True)
class FileType:
    """A type that is let in: its media type, the extensions that go with it, and whether browsers may show it."""

    media: str
    extensions: tuple[str, ...]
    is_image: bool = False


PNG = FileType("image/png", ("png",), is_image=True)
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), is_image=True)
WEBP = FileType("image/webp", ("webp",), is_image=True)
GIF = FileType("image/gif", ("gif",), is_image=True)
PDF = FileType("application/pdf", ("pdf",))
TEXT = FileType("text/plain", ("txt", "csv", "log", "md"))
MP4 = FileType("video/mp4", ("mp4", "m4v", "mov"))
M4A = FileType("audio/mp4", ("m4a",))
WEBM = FileType("video/webm", ("webm",))
WEBA = FileType("audio/webm", ("weba",))
OGG = FileType("audio/ogg", ("ogg", "oga", "opus"))
MP3 = FileType("audio/mpeg", ("mp3",))
WAV = FileType("audio/wav", ("wav",))
ZIP = FileType("application/zip", ("zip",))
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
PPTX = FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",))
ODT = FileType("application/vnd.oasis.opendocument.text", ("odt",))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", ("ods",))
EML = FileType("message/rfc822", ("eml",))
"""A mail as it came: kept by us, and let in from nobody."""
# Archives of documents begin alike: among them the extension decides, and nothing of ours unpacks them.
ARCHIVES = (ZIP, DOCX, XLSX, PPTX, ODT, ODS)

# Signatures: WHATWG MIME Sniffing Standard, section 6, and the formats' own specifications.
SIGNATURES: tuple[tuple[re.Pattern[bytes], tuple[FileType, ...]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), (PNG,)),
    (re.compile(rb"\xff\xd8\xff"), (JPEG,)),
    (re.compile(rb"RIFF....WEBPVP", re.DOTALL), (WEBP,)),
    (re.compile(rb"GIF8[79]a"), (GIF,)),
    (re.compile(rb"%PDF-"), (PDF,)),
    (re.compile(rb"....ftyp", re.DOTALL), (MP4, M4A)),
    (re.compile(rb"\x1aE\xdf\xa3"), (WEBM, WEBA)),
    (re.compile(rb"OggS\x00"), (OGG,)),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), (MP3,)),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), (WAV,)),
    (re.compile(rb"PK\x03\x04"), ARCHIVES),
)
ACTIVE = re.compile(rb"\s*(?:<\?xml|<!doctype|<!--|<[a-z!?/])", re.IGNORECASE)
"""Text that a browser might take for a document with scripts: HTML, SVG, XML."""
BY_MEDIA: Mapping[str, FileType] = MappingProxyType(
    {
        each.media: each
        for each in (PNG, JPEG, WEBP, GIF, PDF, TEXT, MP4, M4A, WEBM, WEBA, OGG, MP3, WAV, *ARCHIVES, EML)
    }
)


@dataclass(frozen=True)
class OpenFile:
    """A file to be read once, from its beginning on; `type` is its media type, `size` in bytes."""

    name: str
    type: str
    size: int
    content: IO[bytes]


def kind_of(type: str) -> str:
    """How a file is shown, by its media type: image, audio, video, else file."""
    kind = type.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "file"


def media_of(attachment: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A file of ours as a message's media: `file` is its id, `url` a link for channels that take no files."""
    named = {name: attachment[name] for name in ("kind", "name", "mime", "size")}
    return {"file": attachment["id"], "url": url, **named}


def named_by_bytes(name: str, address: str, head: bytes) -> tuple[str, str]:
    """A name with an extension, and a media type, for what was fetched: by its first bytes, else any bytes."""
    wanted = name or unquote(urlsplit(address).path.rpartition("/")[2])
    extension = PurePosixPath(wanted).suffix.removeprefix(".").lower()
    types = next((types for pattern, types in SIGNATURES if pattern.match(head)), ())
    found = next((each for each in types if extension in each.extensions), types[0] if types else None)
    try:
        plain = clean_name(wanted)
    except Invalid:
        plain = "file"
    if found is None:
        return plain, "application/octet-stream"
    return plain if extension in found.extensions else f"{plain}.{found.extensions[0]}", found.media


def clean_name(name: str) -> str:
    """A file's name as it is kept and offered: its last part, without what cannot be seen or steers anything.

    Raises:
        Invalid: nothing is left of it (code `file_name_invalid`).
    """
    visible = "".join(
        char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char)[0] != "C"
    )
    last = re.split(r"[/\\]", visible)[-1]
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(last.split())).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if not plain or (dot and not stem):
        raise Invalid(
            "The file needs a name with an extension, such as photo.png.",
            code="file_name_invalid",
            field="name",
        )
    if not stem or len(extension) > MAX_NAME // 2:
        return plain[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"


def type_of(head: bytes, name: str) -> FileType:
    """The type of a file by its first bytes; its extension must be one of that type.

    Raises:
        Invalid: a type that is not let in, or an extension of another one (code `file_type_refused`).
    """
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    for pattern, candidates in SIGNATURES:
        if pattern.match(head):
            for candidate in candidates:
                if extension in candidate.extensions:
                    return candidate
            raise _refused(name, f"what is in it is {candidates[0].media}")
    if extension in TEXT.extensions and _is_text(head):
        return TEXT
    raise _refused(name, "its type is not let in")


def _is_text(head: bytes) -> bool:
    if b"\x00" in head or ACTIVE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as cut:
        return cut.reason == "unexpected end of data" and cut.start >= len(head) - 3
    return True


def _refused(name: str, reason: str) -> Invalid:
    kinds = sorted(
        {extension for each in BY_MEDIA.values() if each is not EML for extension in each.extensions}
    )
    return Invalid(
        f"'{name}' cannot be uploaded: {reason}. Allowed are {', '.join(kinds)}.",
        code="file_type_refused",
        field="name",
    )
