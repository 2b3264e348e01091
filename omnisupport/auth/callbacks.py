"""Addresses at which a service reports to one run: signed, bound to tenant and report, good until a moment."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from omnisupport.errors import NotFound, OmniError

PURPOSE = "callback-links"
"""For `MasterKey.derive`: the keys of this class serve nothing else."""
PATH = "/api/v1/callbacks/"
_BODY = struct.Struct(">16s16sI")


class CallbackExpired(OmniError):
    """The address was good once."""

    code = "callback_expired"
    status = 410


class CallbackLinks:
    """Signs with the first key, accepts any (rotation)."""

    def __init__(self, keys: Sequence[bytes], origin: str) -> None:
        self._keys = tuple(keys)
        self._origin = origin.rstrip("/")

    def address(self, tenant_id: UUID, callback_id: UUID, until: datetime) -> str:
        """The whole address."""
        body = _BODY.pack(tenant_id.bytes, callback_id.bytes, int(until.timestamp()))
        return f"{self._origin}{PATH}{_text(body + _mac(self._keys[0], body))}"

    def read(self, token: str, now: datetime) -> tuple[UUID, UUID]:
        """Tenant and report of the last part of an address.

        Raises:
            NotFound: forged or damaged (code `callback_unknown`).
            CallbackExpired: too old.
        """
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii"))
            body, mac = raw[: _BODY.size], raw[_BODY.size :]
            tenant, callback, until = _BODY.unpack(body)
        except (ValueError, struct.error, binascii.Error) as broken:
            raise unknown() from broken
        good = [hmac.compare_digest(mac, _mac(key, body)) for key in self._keys]
        if _text(raw) != token or not any(good):
            raise unknown()
        if until < now.timestamp():
            raise CallbackExpired("This address has expired: ask for a new one with a new request.")
        return UUID(bytes=tenant), UUID(bytes=callback)


def unknown() -> NotFound:
    """Nobody is reported to here."""
    return NotFound("Nobody waits for a report at this address.", code="callback_unknown")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
