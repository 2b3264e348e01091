"""A sealed value opens with its key, at its place, unchanged; and in no other case."""

from __future__ import annotations

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisupport.net.sealing import MasterKey, Place, SealBroken, Sealer, derive_key

A, B = UUID(int=1), UUID(int=2)
KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
HERE = Place(A, "channel", "7")


@given(st.binary(max_size=200))
def test_what_was_sealed_opens_at_its_place(secret: bytes) -> None:
    sealer = Sealer([KEY])
    sealed = sealer.seal(secret, HERE)
    assert sealer.open(sealed, HERE) == secret
    assert len(sealed) == len(secret) + 33
    assert not secret or len(secret) < 4 or secret not in sealed


def test_the_same_secret_is_never_sealed_alike() -> None:
    sealer = Sealer([KEY])
    assert len({sealer.seal(b"token", HERE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "place",
    [
        Place(B, "channel", "7"),
        Place(A, "webhook", "7"),
        Place(A, "channel", "8"),
        Place(A, "channel7", ""),
        Place(A, "", "channel7"),
    ],
)
def test_a_value_moved_elsewhere_stays_shut(place: Place) -> None:
    sealer = Sealer([KEY])
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(b"token", HERE), place)


def test_every_changed_byte_is_noticed() -> None:
    sealer = Sealer([KEY])
    sealed = sealer.seal(b"token", HERE)
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(SealBroken):
            sealer.open(bytes(changed), HERE)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer.open(sealed[:length], HERE)


def test_a_rotated_key_opens_old_values_and_seals_new_ones() -> None:
    old = Sealer([OTHER]).seal(b"token", HERE)
    both, new_only = Sealer([KEY, OTHER]), Sealer([KEY])
    assert both.open(old, HERE) == b"token"
    assert not both.is_current(old)
    again = both.seal(b"token", HERE)
    assert both.is_current(again)
    assert new_only.open(again, HERE) == b"token"
    with pytest.raises(SealBroken, match="not set"):
        new_only.open(old, HERE)


def test_a_data_key_is_unwrapped_for_its_tenant_only() -> None:
    master = MasterKey.parse(MasterKey.generate())
    key, wrapped = master.new_data_key(A)
    assert len(key) == 32
    assert key not in wrapped
    assert master.unwrap(A, wrapped) == key
    with pytest.raises(SealBroken):
        master.unwrap(B, wrapped)
    with pytest.raises(SealBroken):
        MasterKey.parse(MasterKey.generate()).unwrap(A, wrapped)


def test_a_new_master_key_still_unwraps_what_the_former_wrapped() -> None:
    former, current = MasterKey.generate(), MasterKey.generate()
    key, wrapped = MasterKey.parse(former).new_data_key(A)
    both = MasterKey.parse(f"{current},{former}")
    assert both.unwrap(A, wrapped) == key
    assert not both.is_current(wrapped)
    assert MasterKey.parse(current).unwrap(A, both.wrap(A, key)) == key


def test_keys_of_different_purposes_are_unrelated_and_stable() -> None:
    master = MasterKey(KEY)
    assert master.derive("access-token") == master.derive("access-token")
    assert master.derive("access-token") != master.derive("wrap")
    # Pinned: a change here would lock every deployment out of its own data.
    assert derive_key(KEY, "wrap").hex() == "202d45c0a0c0e6bcf14ce053a2042b39ba654eb3853ae2bf80e272eb7fe5497b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "!" * 44,
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(range(32))).decode() + ",",
    ],
)
def test_a_malformed_master_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes") as refusal:
        MasterKey.parse(text)
    assert len(text) < 6 or text not in str(refusal.value)


def test_both_alphabets_of_base64_are_read() -> None:
    raw = bytes([251, 255] * 16)
    for text in (
        base64.b64encode(raw),
        base64.urlsafe_b64encode(raw),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
    ):
        assert MasterKey.parse(text.decode()).derive("x") == MasterKey(raw).derive("x")


def test_a_sealer_refuses_keys_of_another_length() -> None:
    for keys in ([], [bytes(16)], [KEY, b""]):
        with pytest.raises(ValueError, match="32 bytes"):
            Sealer(keys)
