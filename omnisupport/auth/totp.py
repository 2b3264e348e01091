"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

from omnisupport.auth.policy import RECOVERY_BYTES, RECOVERY_CODES, SEED_BYTES, STEP_S, STEPS_AROUND
from omnisupport.net.sealing import Sealer
from omnisupport.storage.queries.accounts import place_of_seed

ISSUER = "OmniSupport"

_SPACES = re.compile(r"[\s-]+")


class Seeds:
    """Seeds of authenticator apps: made, sealed for the row of one person, and compared with codes."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def new(self, user_id: UUID) -> tuple[str, bytes]:
        """A fresh seed in base32 for the app, and sealed for the person's row."""
        seed = secrets.token_bytes(SEED_BYTES)
        return base64.b32encode(seed).decode(), self._sealer.seal(seed, place_of_seed(user_id))

    def step_of(
        self, user_id: UUID, sealed: bytes, code: str, now: datetime, last_step: int | None
    ) -> int | None:
        """The time step that a code belongs to, or None when it fits none, or one that is not after `last_step`.

        Raises:
            SealBroken: the seed is another person's, or its key is gone.
        """
        import pyotp

        seed = base64.b32encode(self._sealer.open(sealed, place_of_seed(user_id))).decode()
        given = _SPACES.sub("", code).encode()
        totp = pyotp.TOTP(seed, interval=STEP_S)
        current = int(now.timestamp()) // STEP_S
        for step in range(current - STEPS_AROUND, current + STEPS_AROUND + 1):
            if hmac.compare_digest(given, totp.generate_otp(step).encode()):
                return step if last_step is None or step > last_step else None
        return None


def otpauth_url(secret: str, email: str) -> str:
    """What an authenticator app reads from the picture."""
    import pyotp

    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_svg(url: str) -> str:
    """The picture as an SVG element: no script, no style, nothing fetched."""
    import segno

    return str(segno.make(url, micro=False).svg_inline(scale=4, border=4, light="#fff", omitsize=False))


def new_recovery_codes() -> tuple[list[str], list[bytes]]:
    """Ten codes such as `abcd-efgh-ijkl-mnop-qrst-uvwx`, shown once, and their digests to keep."""
    codes = [_grouped(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    return codes, [recovery_digest(code) for code in codes]


def recovery_digest(code: str) -> bytes:
    """The SHA-256 digest of a recovery code, however it was typed: 120 random bits need no stretching."""
    return hashlib.sha256(b"omnisupport/recovery" + _SPACES.sub("", code).lower().encode()).digest()


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
