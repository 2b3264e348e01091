"""Links to files that open without a credential, for a time: signed, bound to tenant and file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from omnisupport.errors import NotFound

LIFETIME = timedelta(minutes=5)
SENT_LIFETIME = timedelta(days=30)
"""Of a link that a customer gets in a message, where his channel takes no files: he may read it days later."""
CONTENT_PATH = "/api/v1/file-content/"
"""Below the origin: what follows is a link."""
PURPOSE = "file-links"
"""For `MasterKey.derive`: the keys of this class serve nothing else."""
BUNDLES = "bundle-links"
"""The same for links to bundles."""
_BODY = struct.Struct(">16s16sI")


class FileLinks:
    """Signs with the first key, accepts any (rotation)."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def sign(self, tenant_id: UUID, file_id: UUID, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """The last part of a link, good for five minutes unless it is told otherwise."""
        body = _BODY.pack(tenant_id.bytes, file_id.bytes, int((now + lifetime).timestamp()))
        mac = hmac.new(self._keys[0], body, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(body + mac).decode()

    def read(self, token: str, now: datetime) -> tuple[UUID, UUID]:
        """Tenant and file of a link.

        Raises:
            NotFound: forged, damaged or too old: the three are told apart by nobody.
        """
        tenant, file, until = self._read(token)
        if until < now.timestamp():
            raise _gone()
        return tenant, file

    def names(self, token: str) -> tuple[UUID, UUID]:
        """Tenant and file that a link named, be it good still or not: it opens nothing.

        Raises:
            NotFound: it was never ours.
        """
        tenant, file, _ = self._read(token)
        return tenant, file

    def _read(self, token: str) -> tuple[UUID, UUID, int]:
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii"))
            body, mac = raw[: _BODY.size], raw[_BODY.size :]
            tenant, file, until = _BODY.unpack(body)
        except (ValueError, struct.error, binascii.Error) as broken:
            raise _gone() from broken
        good = [hmac.compare_digest(mac, hmac.new(key, body, hashlib.sha256).digest()) for key in self._keys]
        is_whole = (
            base64.urlsafe_b64encode(raw).decode() == token
        )  # the decoder reads over what follows a "="
        if not is_whole or not any(good):
            raise _gone()
        return UUID(bytes=tenant), UUID(bytes=file), int(until)


def _gone() -> NotFound:
    return NotFound("This link is not good any more. Open the file again where you found it.")
