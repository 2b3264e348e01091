"""Who a visitor is, as the company's own server has signed it: a JWT of its making, by a secret that we gave it."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from omnisupport.errors import Invalid

LIFETIME = timedelta(hours=1)
SKEW = timedelta(seconds=60)
"""How far the company's clock may be from ours, either way."""
SECRET_BYTES = 32
MOST_KEYS = 2
"""Of a tenant: the one in use, and the one that is to follow it or to go."""

_ALGORITHM = "HS256"
_REQUIRED = ["aud", "exp", "iat", "sub"]
_MAX_CHARS = 4_096
_LONGEST = {"sub": 200, "jti": 200, "name": 200, "email": 254, "phone": 40}


@dataclass(frozen=True)
class SignedIdentity:
    """What a token says, and says truly: the company's id of the person, and what it knows of him.

    `token_id` (the claim `jti`) makes a token good for one visitor; it counts until `expires_at`.
    """

    subject: str
    name: str | None
    email: str | None
    phone: str | None
    token_id: str | None
    expires_at: datetime


def new_secret() -> str:
    """A signing secret, as the company's server keeps it: 256 random bits in base64url."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")


def read_identity(token: str, keys: Sequence[str], *, audience: str, now: datetime) -> SignedIdentity:
    """Return what a token says, after its algorithm, signature, audience and times are checked.

    `keys` are the tenant's secrets, any of which may have signed it; `audience` is the tenant's slug.

    Raises:
        Invalid: code `identity_token_expired` when a new one will help, else `identity_token_invalid`; field `token`.
    """
    if len(token) > _MAX_CHARS or not keys:
        raise _invalid("It is longer than 4,096 characters." if keys else "There is no signing key yet.")
    try:
        claims = _verified(token, keys)
        _require_distinct(token)
        issued, expires = _moment(claims["iat"]), _moment(claims["exp"])
        if claims["aud"] != audience:
            raise _invalid("`aud` is not the slug of this widget.")
        if expires + SKEW < now:
            raise Invalid("The identity token has expired.", code="identity_token_expired", field="token")
        if issued > now + SKEW:
            raise _invalid("`iat` lies in the future.")
        if expires - issued > LIFETIME or expires <= issued:
            raise _invalid("`exp` is more than an hour after `iat`, or before it.")
        if "nbf" in claims and _moment(claims["nbf"]) > now + SKEW:
            raise _invalid("`nbf` lies in the future.")
        subject = _text(claims, "sub")
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise _invalid(
            "It is not a JWT signed with HS256 by an active key, or lacks a claim or has one twice."
        ) from None
    if not subject:
        raise _invalid("`sub` is empty.")
    return SignedIdentity(
        subject=subject,
        name=_text(claims, "name"),
        email=_text(claims, "email"),
        phone=_text(claims, "phone"),
        token_id=_text(claims, "jti"),
        expires_at=expires,
    )


def _verified(token: str, keys: Sequence[str]) -> dict[str, Any]:
    for key in keys:
        try:
            # Times and audience are checked by the caller, against one clock and with words of their own.
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                options={
                    "require": _REQUIRED,
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        return claims
    raise jwt.InvalidSignatureError


def _require_distinct(token: str) -> None:
    """Refuse a signed token that says a claim twice: a text put together by hand lets a visitor add one.

    Raises:
        ValueError: a name stands twice, in the header or in the claims.
    """
    for part in token.split(".")[:2]:
        padded = part + "=" * (-len(part) % 4)
        json.loads(base64.urlsafe_b64decode(padded), object_pairs_hook=_distinct)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name stands twice")
    return told


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)


def _text(claims: dict[str, Any], name: str) -> str | None:
    """A claim that is a text we can keep; None for one that is absent or empty.

    Raises:
        Invalid: another type, too long, or with NUL or half a character.
    """
    value = claims.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _LONGEST[name] or "\0" in value:
        raise _invalid(f"`{name}` is not a text of at most {_LONGEST[name]} characters.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _invalid(f"`{name}` has half a character.") from None
    return value


def _invalid(reason: str) -> Invalid:
    return Invalid(f"The identity token is not valid. {reason}", code="identity_token_invalid", field="token")
