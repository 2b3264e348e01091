"""AES-256-GCM envelopes: secrets of connections at rest, and data keys wrapped by the master key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from omnisupport.errors import OmniError

KEY_BYTES = 32
DATA_KEY = "data_key"

_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = len(_VERSION) + _ID_BYTES


class SealBroken(OmniError):
    """A sealed value cannot be opened: changed, moved to another place, or its key is gone."""

    code = "secret_unreadable"
    status = 500


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs. It opens only there: a row copied elsewhere stays shut."""

    tenant_id: UUID
    purpose: str
    id: str = ""

    def bound(self) -> bytes:
        """Return the associated data; lengths are written, so no two places look alike."""
        parts = (self.tenant_id.bytes, self.purpose.encode(), self.id.encode())
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class Sealer:
    """Seals with the first of its keys and opens with any, so that keys can be rotated.

    A sealed value is version, key id, nonce and ciphertext: 33 bytes longer than what it holds. Nonces are
    random, good for 2^32 values a key (NIST SP 800-38D 8.3).
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"A sealer needs keys of {KEY_BYTES} bytes.")
        self._current = _key_id(keys[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}

    def seal(self, secret: bytes, place: Place) -> bytes:
        """Encrypt a value for one place; twice the same value gives two different seals."""
        head = _VERSION + self._current
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + self._ciphers[self._current].encrypt(nonce, secret, head + place.bound())

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Decrypt a value at the place that it was sealed for.

        Raises:
            SealBroken: it was changed or belongs elsewhere, or none of the keys is its own.
        """
        head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        cipher = self._ciphers.get(head[1:]) if head[:1] == _VERSION else None
        if cipher is None or len(sealed) < _HEAD_BYTES + _NONCE_BYTES + _TAG_BYTES:
            raise SealBroken(f"A secret ({place.purpose}) was sealed with a key that is not set.")
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], head + place.bound())
        except InvalidTag:
            raise SealBroken(f"A secret ({place.purpose}) was changed, or belongs elsewhere.") from None

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a value is under the newest key, or is to be sealed anew."""
        return sealed[:_HEAD_BYTES] == _VERSION + self._current


class MasterKey:
    """The one secret of a deployment (`OMNI_MASTER_KEY`). Every other key is derived from or wrapped by it."""

    def __init__(self, key: bytes, *, former: Sequence[bytes] = ()) -> None:
        if any(len(each) != KEY_BYTES for each in (key, *former)):
            raise ValueError(f"The master key must be {KEY_BYTES} bytes, in base64.")
        self._keys = (key, *former)
        self._wrapper = Sealer([derive_key(each, "wrap") for each in self._keys])

    @classmethod
    def parse(cls, text: str) -> MasterKey:
        """Read base64 (either alphabet); more keys after commas are former ones that still open.

        Raises:
            ValueError: not 32 bytes in base64. The sentence does not quote what was given.
        """
        first, *former = [_decode(part.strip()) for part in text.split(",")]
        return cls(first, former=former)

    @staticmethod
    def generate() -> str:
        """Make a new master key, as the text to keep."""
        return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()

    def derive(self, purpose: str) -> list[bytes]:
        """Return the keys for one purpose (`"access-token"`), the current first; none tells of another."""
        return [derive_key(key, purpose) for key in self._keys]

    @property
    def count(self) -> int:
        """How many keys are set: the current and the former ones."""
        return len(self._keys)

    def new_data_key(self, tenant_id: UUID) -> tuple[bytes, bytes]:
        """Make a tenant's data key; return it and its wrapped form, the only one to be stored."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, self.wrap(tenant_id, key)

    def wrap(self, tenant_id: UUID, data_key: bytes) -> bytes:
        """Encrypt a tenant's data key."""
        return self._wrapper.seal(data_key, Place(tenant_id, DATA_KEY))

    def unwrap(self, tenant_id: UUID, wrapped: bytes) -> bytes:
        """Decrypt a tenant's data key.

        Raises:
            SealBroken: another tenant's, changed, or wrapped by a master key that is not set.
        """
        return self._wrapper.open(wrapped, Place(tenant_id, DATA_KEY))

    def is_current(self, wrapped: bytes) -> bool:
        """Tell whether a wrapped key is under the current master key."""
        return self._wrapper.is_current(wrapped)


def derive_key(key: bytes, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose (HKDF-SHA256; no salt, for the input is random already)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"omnisupport/" + purpose.encode()).derive(key)


def _key_id(key: bytes) -> bytes:
    # A name for choosing among a handful of keys; it says nothing that helps to find the key.
    return hashlib.sha256(b"omnisupport/key-id" + key).digest()[:_ID_BYTES]


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(
            text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True
        )
    except binascii.Error:
        raise ValueError(f"The master key must be {KEY_BYTES} bytes, in base64.") from None
