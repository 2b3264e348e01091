"""Recordings as browsers write them, made by hand: no sound is in them that anybody could hear."""

from __future__ import annotations

import struct

STEP_MS = 20


def element(name: int, body: bytes, *, size_known: bool = True) -> bytes:
    """An element of Matroska."""
    size = (0x0100000000000000 | len(body)).to_bytes(8) if size_known else b"\x01" + b"\xff" * 7
    return name.to_bytes((name.bit_length() + 7) // 8) + size + body


def webm(seconds: int, *, track: int = 2, codec: bytes = b"A_OPUS", head: bytes = b"") -> bytes:
    """What MediaRecorder of Chromium and Firefox makes: sizes unknown, no duration."""
    entry = element(0xAE, element(0x83, bytes([track])) + element(0x86, codec))
    clusters = b""
    for second in range(seconds):
        blocks = b"".join(
            element(0xA3, b"\x81" + struct.pack(">h", at) + b"\x80" + b"opus")
            for at in range(0, 1000, STEP_MS)
        )
        stamp = element(0xE7, (second * 1000).to_bytes(4))
        clusters += element(0x1F43B675, stamp + blocks, size_known=False)
    info = element(0x1549A966, element(0x2AD7B1, (1_000_000).to_bytes(3)) + head)
    segment = element(0x18538067, info + element(0x1654AE6B, entry) + clusters, size_known=False)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + segment


def page(body: bytes, *, granule: int, serial: int = 1) -> bytes:
    """A page of Ogg."""
    segments = [255] * (len(body) // 255) + [len(body) % 255]
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, granule, serial, 0, 0, len(segments))
    return head + bytes(segments) + body


def ogg(seconds: int) -> bytes:
    """What MediaRecorder of Firefox makes."""
    skipped = 312
    opus = b"OpusHead" + bytes([1, 1]) + struct.pack("<HIhB", skipped, 48_000, 0, 0)
    pages = page(opus, granule=0) + page(b"OpusTags" + bytes(8), granule=0)
    for second in range(1, seconds + 1):
        pages += page(b"opus" * 100, granule=second * 48_000 + skipped)
    return pages


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of MP4."""
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


def mp4(
    seconds: int,
    *,
    handler: bytes = b"soun",
    codec: bytes = b"mp4a",
    rate: int = 44_100,
    fragments: bool = False,
) -> bytes:
    """What MediaRecorder of Safari makes, whole or in fragments."""
    told = 0 if fragments else seconds * rate
    mdhd = box(b"mdhd", bytes(12), struct.pack(">IIHH", rate, told, 0, 0))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(13))
    stsd = box(b"stsd", bytes(4), struct.pack(">I", 1), struct.pack(">I", 36), codec, bytes(28))
    trak = box(b"trak", box(b"mdia", mdhd, hdlr, box(b"minf", box(b"stbl", stsd))))
    mvex = box(b"mvex", box(b"trex", bytes(4), struct.pack(">IIIII", 1, 1, rate, 0, 0))) if fragments else b""
    made = box(b"ftyp", b"isom", bytes(4)) + box(b"moov", trak, mvex)
    for number in range(seconds if fragments else 0):
        tfhd = box(b"tfhd", bytes(4), struct.pack(">I", 1))
        if number % 2:
            trun = box(b"trun", b"\x00\x00\x01\x00", struct.pack(">III", 2, rate // 2, rate // 2))
        else:
            trun = box(b"trun", bytes(4), struct.pack(">I", 1))
        made += box(b"moof", box(b"traf", tfhd, trun)) + box(b"mdat", b"aac")
    return made + box(b"mdat", b"aac" * 20)
