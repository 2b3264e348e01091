"""Voice messages: what browsers record is taken with its length, and nothing else is."""

from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

from omnisupport.domain.files import VOICE_MAX_S
from omnisupport.domain.sound import read_voice
from omnisupport.errors import Invalid
from tests.support.sounds import element, mp4, ogg, page, webm


@pytest.mark.parametrize("seconds", [0, 1, 7, 299, 300])
@pytest.mark.parametrize(
    ("make", "media"),
    [(webm, "audio/webm"), (ogg, "audio/ogg"), (mp4, "audio/mp4")],
    ids=["webm", "ogg", "mp4"],
)
def test_a_recording_is_taken_with_its_length(make: object, media: str, seconds: int) -> None:
    voice = read_voice(make(seconds))  # type: ignore[operator]
    assert voice.type.media == media
    assert abs(voice.duration_ms - seconds * 1000) <= 20


def test_a_recording_in_fragments_is_as_long_as_all_of_them() -> None:
    assert read_voice(mp4(12, fragments=True)).duration_ms == 12_000


def test_what_the_head_says_counts_where_it_is_more() -> None:
    told = webm(1, head=element(0x4489, struct.pack(">d", 9_000.0)))
    assert read_voice(told).duration_ms == 9_000


@pytest.mark.parametrize("make", [webm, ogg, mp4], ids=["webm", "ogg", "mp4"])
def test_a_recording_that_lasts_too_long_is_refused(make: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_voice(make(VOICE_MAX_S + 1))  # type: ignore[operator]
    assert refused.value.code == "voice_too_long"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 100,
        b"RIFF0000WAVEfmt ",
        webm(1, track=1),
        webm(1, codec=b"V_VP8"),
        webm(1, codec=b"A_VORBIS"),
        webm(1) + element(0xAE, element(0x83, b"\x01")),
        webm(1)[:20],
        webm(1, head=element(0x2AD7B1, b"\x00")),
        webm(1, head=element(0x4489, struct.pack(">d", float("nan")))),
        webm(1, head=element(0x4489, b"xyz")),
        ogg(1).replace(b"OpusHead", b"vorbis!!"),
        ogg(1) + page(b"OpusHead" + bytes(11), granule=0, serial=9),
        ogg(1) + b"junk" * 20,
        mp4(1, handler=b"vide"),
        mp4(1, codec=b"avc1"),
        mp4(1, rate=0),
        mp4(1)[:-30],
        b"\x1aE\xdf\xa3" + b"\x80" + element(0xEC, b"") * 70_000,
    ],
)
def test_what_is_no_voice_message_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_voice(content)
    assert refused.value.code == "voice_invalid"


@pytest.mark.parametrize("make", [webm, ogg, mp4], ids=["webm", "ogg", "mp4"])
def test_spoiled_bytes_are_refused_or_read_and_never_a_failure(make: object) -> None:
    sound = bytes(make(3))  # type: ignore[operator]
    dice = random.Random(7)
    for _ in range(2_000):
        spoiled = bytearray(sound)
        for _ in range(dice.randint(1, 4)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        with suppress(Invalid):
            read_voice(bytes(spoiled[: dice.randint(1, len(spoiled))]))
