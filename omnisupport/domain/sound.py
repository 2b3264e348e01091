"""Voice messages: of which container they are, that they hold sound only, and how long they last.

Read from the bytes, as browsers write them: WebM and Ogg with Opus, MP4 with AAC. Whatever else they are is refused.
Sources: RFC 9559 (Matroska), RFC 3533 and 7845 (Ogg, Opus), ISO/IEC 14496-12 (MP4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from omnisupport.domain.files import M4A, OGG, VOICE_MAX_S, WEBA, FileType
from omnisupport.errors import Invalid

MOST_PIECES = 60_000
"""Elements, pages or boxes of one recording: five minutes have a quarter of it."""
OPUS_RATE = 48_000
"""Ogg counts Opus in samples of 48 kHz, whatever it was recorded at (RFC 7845, section 4)."""


@dataclass(frozen=True)
class Voice:
    """A voice message as it is kept: its type, and how long it lasts."""

    type: FileType
    duration_ms: int


def read_voice(content: bytes) -> Voice:
    """The voice message that these bytes are.

    Raises:
        Invalid: they are none, or not sound only (code `voice_invalid`), or it lasts too long (`voice_too_long`).
    """
    try:
        if content.startswith(b"\x1aE\xdf\xa3"):
            kind, duration_ms = WEBA, _webm(content)
        elif content.startswith(b"OggS\x00"):
            kind, duration_ms = OGG, _ogg(content)
        elif content[4:8] == b"ftyp":
            kind, duration_ms = M4A, _mp4(content)
        else:
            raise _Unreadable
    except (_Unreadable, struct.error, IndexError, ZeroDivisionError) as broken:
        raise Invalid(
            "This is no voice message: WebM or Ogg with Opus, or MP4 with AAC, with nothing but sound in it.",
            code="voice_invalid",
            field="body",
        ) from broken
    if duration_ms > VOICE_MAX_S * 1000:
        raise Invalid(
            f"A voice message lasts at most {VOICE_MAX_S} seconds; this one lasts {duration_ms // 1000}.",
            code="voice_too_long",
            field="body",
        )
    return Voice(kind, duration_ms)


class _Unreadable(Exception):
    """What is not as its format asks for."""


# --- WebM -------------------------------------------------------------------------------------------------

_SCALE, _DURATION, _TRACK_TYPE, _CODEC = 0x2AD7B1, 0x4489, 0x83, 0x86
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK = 0xE7, 0xA3, 0xA1
# Segment, Info, Tracks, TrackEntry, Cluster, BlockGroup: their parts are walked through as if they stood outside, for
# recorders leave the sizes of what they are still writing unknown.
_ENTERED = frozenset({0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0})


def _webm(content: bytes) -> int:
    scale, told, cluster, last = 1_000_000, 0.0, 0, 0
    types: list[int] = []
    codecs: list[bytes] = []
    for name, body in _elements(content):
        if name == _SCALE:
            scale = int.from_bytes(body)
        elif name == _DURATION:
            told = float(struct.unpack(">f" if len(body) == 4 else ">d", body)[0])
        elif name == _TRACK_TYPE:
            types.append(int.from_bytes(body))
        elif name == _CODEC:
            codecs.append(body.rstrip(b"\x00"))
        elif name == _TIMESTAMP:
            cluster = int.from_bytes(body)
        elif name in (_SIMPLE_BLOCK, _BLOCK):
            _, at = _vint(body, 0, marked=False)
            last = max(last, cluster + int(struct.unpack_from(">h", body, at)[0]))
    if types != [2] or codecs != [b"A_OPUS"] or not 0 < scale <= 10**9 or not 0 <= told < 2**53:
        raise _Unreadable
    return int(max(told, last) * scale / 1_000_000)


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = pieces = 0
    while at < len(content):
        pieces += 1
        if pieces > MOST_PIECES:
            raise _Unreadable
        name, at = _vint(content, at, marked=True)
        size, at = _vint(content, at, marked=False)
        if name in _ENTERED:
            continue
        if size < 0:
            raise _Unreadable
        yield name, content[at : at + size]
        at += size


def _vint(content: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    """A number of variable length and where it ends; -1 for a size that is unknown."""
    first = content[at]
    length = 9 - first.bit_length()
    if first == 0 or length > (4 if marked else 8) or at + length > len(content):
        raise _Unreadable
    value = int.from_bytes(content[at : at + length])
    if not marked:
        ones = (1 << (7 * length)) - 1
        value &= ones
        value = -1 if value == ones else value
    return value, at + length


# --- Ogg --------------------------------------------------------------------------------------------------


def _ogg(content: bytes) -> int:
    at = pieces = last = skipped = 0
    serial: int | None = None
    while at < len(content):
        pieces += 1
        mark, _, _, granule, its, _, _, segments = struct.unpack_from("<4sBBqIIIB", content, at)
        if mark != b"OggS" or pieces > MOST_PIECES or (serial is not None and its != serial):
            raise _Unreadable
        body = at + 27 + segments
        if serial is None:
            serial = its
            if content[body : body + 8] != b"OpusHead":
                raise _Unreadable
            skipped = int(struct.unpack_from("<H", content, body + 10)[0])
        last = max(last, granule)
        at = body + sum(content[at + 27 : body])
    return max(0, last - skipped) * 1000 // OPUS_RATE


# --- MP4 --------------------------------------------------------------------------------------------------

_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"})


def _mp4(content: bytes) -> int:
    rate = told = fragments = usual = default = 0
    handlers: list[bytes] = []
    codecs: list[bytes] = []
    for name, body in _boxes(content, 0, len(content)):
        match name:
            case b"mdhd":
                is_long = body[0] == 1
                rate, told = struct.unpack_from(">IQ" if is_long else ">II", body, 20 if is_long else 12)
                told = 0 if told in (2**32 - 1, 2**64 - 1) else told
            case b"hdlr":
                handlers.append(body[8:12])
            case b"stsd":
                codecs.append(body[12:16])
            case b"trex":
                default = usual = int(struct.unpack_from(">I", body, 12)[0])
            case b"tfhd":
                usual = _usual(body, default)
            case b"trun":
                fragments += _run(body, usual)
    if handlers != [b"soun"] or codecs != [b"mp4a"]:
        raise _Unreadable
    return int(max(told, fragments) * 1000 // rate)


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    pieces = 0
    while at + 8 <= end:
        pieces += 1
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        size = size or end - at
        if pieces > MOST_PIECES or size < head or at + size > end:
            raise _Unreadable
        if name in _BOXES:
            at += head  # its parts are walked through as if they stood outside
        else:
            if name != b"mdat":
                yield name, content[at + head : at + size]
            at += size


def _usual(body: bytes, default: int) -> int:
    flags = int.from_bytes(body[1:4])
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    return int(struct.unpack_from(">I", body, at)[0]) if flags & 0x8 else default


def _run(body: bytes, usual: int) -> int:
    """How long the samples of a run last."""
    flags = int.from_bytes(body[1:4])
    count = int(struct.unpack_from(">I", body, 4)[0])
    if count > MOST_PIECES:
        raise _Unreadable
    if not flags & 0x100:
        return count * usual
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    each = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    return sum(int(struct.unpack_from(">I", body, at + number * each)[0]) for number in range(count))
