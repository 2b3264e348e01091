"""A visitor's identity, as his company's server has signed it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from redis.exceptions import RedisError

from omnisupport.api.deps import Visitor
from omnisupport.api.services import Services
from omnisupport.auth.identity import SKEW, SignedIdentity, read_identity
from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.domain.customer import clean_line
from omnisupport.errors import Forbidden, Invalid, Unavailable
from omnisupport.storage.access.security import access_security, identity_secrets
from omnisupport.storage.queries.signed_visitors import SignedVisitors
from omnisupport.storage.tables import Tenant


async def bind_signed(at: Services, who: Visitor, token: str) -> None:
    """Make the visitor the person whom a token names.

    Raises:
        Invalid: the token does not count (`identity_token_invalid`, `identity_token_expired`), or another browser has
            used it (`identity_token_used`).
    """
    async with at.database.session(who.tenant_id) as session:
        tenant = await session.get(Tenant, who.tenant_id)
    if tenant is None:
        raise invalid(TokenKind.VISITOR)
    keys = await identity_secrets(at.database, at.identity_sealer, who.tenant_id)
    signed = read_identity(token, keys, audience=tenant.slug, now=datetime.now(UTC))
    await _use(at, who, signed)
    known = seen_fields(signed.name, signed.email, signed.phone)
    bound = await SignedVisitors(at.database).bind(who.tenant_id, who.token_hash, signed.subject, known)
    if bound is None:
        raise invalid(TokenKind.VISITOR)


def seen_fields(name: str | None, email: str | None, phone: str | None) -> dict[str, str]:
    """What is told of a visitor, by field, without what nobody sees; a field of which nothing is left is absent."""
    told = {"name": name, "email": email, "phone": phone}
    cleaned = {field: clean_line(text) for field, text in told.items() if text is not None}
    return {field: text for field, text in cleaned.items() if text}


async def check_unsigned(at: Services, tenant_id: UUID) -> None:
    """Refuse what nobody has signed where the workspace wants it signed.

    Raises:
        Forbidden: code `identity_unsigned`.
    """
    settings, _ = await access_security(at.database, tenant_id)
    if settings.identity_mode == "enforced":
        raise Forbidden(
            "This workspace believes signed identities only: send `token`.", code="identity_unsigned"
        )


async def _use(at: Services, who: Visitor, signed: SignedIdentity) -> None:
    """A token with an id is good for the browser that came with it first."""
    if signed.token_id is None:
        return
    digest = hashlib.sha256(f"{who.tenant_id}/{signed.token_id}".encode()).hexdigest()
    name, browser = f"identity-token:{digest}", who.token_hash.hex()
    left = int((signed.expires_at + SKEW - datetime.now(UTC)).total_seconds()) + 1
    try:
        if await at.redis.set(name, browser, ex=left, nx=True):
            return
        first = await at.redis.get(name)
    except (RedisError, OSError) as away:
        raise Unavailable("Signing in is away for a moment.", code="identity_unavailable") from away
    if first != browser.encode():
        raise Invalid(
            "This identity token was used in another browser. Sign a new one for each.",
            code="identity_token_used",
            field="token",
        )
