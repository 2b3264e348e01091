"""Opaque tokens: 256 random bits, kept only as a digest, that tell where to look them up.

A token is a prefix such as `v_` (`TokenKind`) and the base64url of 16 bytes tenant id and 32 random bytes. The tenant
id routes the lookup (row-level security knows the tenant before the first query); it proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from enum import StrEnum
from uuid import UUID

from omnisupport.errors import Unauthenticated

RANDOM_BYTES = 32

_TENANT_BYTES = 16
_BODY = re.compile(r"[A-Za-z0-9_-]{64}", re.ASCII)


class TokenKind(StrEnum):
    """What a token is for; it is also how the token begins."""

    VISITOR = "v_"
    SESSION = "s_"
    REFRESH = "r_"
    TICKET = "t_"
    """A WebSocket ticket: single use, seconds."""
    API_KEY = "k_"
    ACCOUNT = "a_"
    """One use, by mail: verify an address, set a new password."""
    INVITATION = "i_"


CODES = {
    TokenKind.VISITOR: "visitor_token_invalid",
    TokenKind.SESSION: "session_token_invalid",
    TokenKind.REFRESH: "refresh_token_invalid",
    TokenKind.TICKET: "ticket_invalid",
    TokenKind.API_KEY: "api_key_invalid",
    TokenKind.ACCOUNT: "account_token_invalid",
    TokenKind.INVITATION: "invitation_invalid",
}


def new_token(kind: TokenKind, tenant_id: UUID) -> tuple[str, bytes]:
    """Make a token; return it for its holder, and the SHA-256 digest (32 bytes) to store."""
    body = base64.urlsafe_b64encode(tenant_id.bytes + secrets.token_bytes(RANDOM_BYTES)).decode()
    token = kind + body
    return token, digest_of(token)


def parse_token(kind: TokenKind, token: str) -> tuple[UUID, bytes]:
    """Return the tenant that a token names and the digest to look up there.

    Raises:
        Unauthenticated: not a token of this kind. The code is that of an unknown token too, see `invalid`.
    """
    body = token[len(kind) :]
    if not token.startswith(kind) or not _BODY.fullmatch(body):
        raise invalid(kind)
    return UUID(bytes=base64.urlsafe_b64decode(body)[:_TENANT_BYTES]), digest_of(token)


def digest_of(token: str) -> bytes:
    """Return the SHA-256 digest of a whole token. Random input of 256 bits needs no salt and no stretching."""
    return hashlib.sha256(token.encode()).digest()


def invalid(kind: TokenKind) -> Unauthenticated:
    """Return the one refusal for malformed, unknown, expired and revoked tokens alike."""
    return Unauthenticated("The token is not valid. Sign in or start again.", code=CODES[kind])
