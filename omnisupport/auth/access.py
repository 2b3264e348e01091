"""Access tokens of API clients: JWT of ten minutes, signed by a key derived from the master key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from omnisupport.errors import Unauthenticated

LIFETIME = timedelta(minutes=10)
LEEWAY = timedelta(seconds=5)
PURPOSE = "access-token"
"""For `MasterKey.derive`: the keys of this class serve nothing else."""

_ALGORITHM = "HS256"
_TYPE = "at+jwt"  # RFC 9068: a token made for anything else is not an access token
_ISSUER = "omnisupport"
_AUDIENCE = "omnisupport/api"
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "tid", "sid", "role"]
_MAX_CHARS = 2_048


@dataclass(frozen=True)
class AccessClaims:
    """Who a token spoke for when it was issued.

    The session may have ended and the role changed since: whoever lets the request in looks the session up
    (an answer may be remembered for 5 s, no longer).
    """

    user_id: UUID
    tenant_id: UUID
    session_id: UUID
    role: str


class AccessTokens:
    """Issues and reads access tokens. Signs with the first key, accepts any (rotation)."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise ValueError("Access tokens need keys of at least 32 bytes.")
        self._keys = tuple(keys)

    def issue(self, claims: AccessClaims, now: datetime) -> tuple[str, int]:
        """Return a signed token and the seconds for which it is good."""
        payload = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + LIFETIME,
            "sub": str(claims.user_id),
            "tid": str(claims.tenant_id),
            "sid": str(claims.session_id),
            "role": claims.role,
        }
        token = jwt.encode(payload, self._keys[0], algorithm=_ALGORITHM, headers={"typ": _TYPE})
        return token, int(LIFETIME.total_seconds())

    def read(self, token: str) -> AccessClaims:
        """Return what a token says, after its signature, type, audience, issuer and times are checked.

        Raises:
            Unauthenticated: code `access_token_expired` when a refresh will help, else `access_token_invalid`.
        """
        if len(token) > _MAX_CHARS:
            raise _invalid()
        try:
            payload = self._verified(token)
            return AccessClaims(
                UUID(payload["sub"]), UUID(payload["tid"]), UUID(payload["sid"]), _text(payload["role"])
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The access token has expired.", code="access_token_expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise _invalid() from None

    def _verified(self, token: str) -> dict[str, Any]:
        for key in self._keys:
            try:
                decoded = jwt.decode_complete(
                    token,
                    key,
                    algorithms=[_ALGORITHM],
                    audience=_AUDIENCE,
                    issuer=_ISSUER,
                    leeway=LEEWAY,
                    options={"require": _REQUIRED, "strict_aud": True},
                )
            except jwt.InvalidSignatureError:
                continue
            return _checked(decoded)
        raise jwt.InvalidSignatureError


def _checked(decoded: dict[str, Any]) -> dict[str, Any]:
    header, payload = decoded["header"], decoded["payload"]
    if header.get("typ") != _TYPE:
        raise jwt.InvalidTokenError
    if payload["exp"] - payload["iat"] > LIFETIME.total_seconds():
        raise jwt.InvalidTokenError
    return dict(payload)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _invalid() -> Unauthenticated:
    return Unauthenticated("The access token is not valid.", code="access_token_invalid")
