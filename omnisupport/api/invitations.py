"""How invitations leave: a token that the mail alone knows, and no more mails than a team needs."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from omnisupport.api.deps import Person
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.errors import NotFound
from omnisupport.storage.access.invitations import GOOD_FOR, NewInvitation, Send
from omnisupport.storage.access.roles import list_roles
from omnisupport.storage.tables import Invitation, Tenant
from omnisupport.texts import DEFAULT_LOCALE
from omnisupport.texts.permissions import ROLE_NAMES

PACE = RateLimit("invitations", limit=100, window=60 * 60)
"""Of one tenant: nobody fills strangers' mailboxes through us."""
AT_ONCE = 16
"""Mails that are handed over side by side."""


@dataclass(frozen=True)
class Draft:
    """An invitation to be made, with the token of its mail."""

    token: str
    wanted: NewInvitation


def draft(
    tenant_id: UUID,
    *,
    email: str,
    name: str | None,
    role: str,
    departments: Collection[UUID],
    skills: Mapping[UUID, int],
) -> Draft:
    """Make an invitation's token; `skills` is id to level."""
    token, digest = new_token(TokenKind.INVITATION, tenant_id)
    return Draft(token, NewInvitation(email, name, role, frozenset(departments), skills, digest))


async def check_pace(at: Services, who: Person) -> None:
    """Refuse more mails than a team needs.

    Raises:
        TooManyRequests: with `retry_after`.
    """
    await require(at.limiter, Mark(PACE, str(who.tenant_id)))


async def sender_of(at: Services, who: Person, tokens: Mapping[bytes, str]) -> Send:
    """What hands the mails of invitations over; `tokens` by their digest."""
    async with at.database.session(who.tenant_id) as session:
        tenant = await session.get(Tenant, who.tenant_id)
    assert tenant is not None
    roles = await role_names(at, tenant)

    async def send(made: Sequence[Invitation]) -> None:
        for start in range(0, len(made), AT_ONCE):
            await asyncio.gather(
                *(
                    at.mailer.send(who.tenant_id, _mail(each, who, tenant, roles, tokens[each.token_hash]))
                    for each in made[start : start + AT_ONCE]
                )
            )

    return send


async def role_names(at: Services, tenant: Tenant) -> dict[str, str]:
    """What each role of a tenant is called, by key, in the tenant's language."""
    roles = {each.key: each.name or each.key for each in await list_roles(at.database, tenant.tenant_id)}
    return roles | {key: names.get(tenant.locale, names[DEFAULT_LOCALE]) for key, names in ROLE_NAMES.items()}


def refuse() -> NotFound:
    """The one refusal for tokens that are malformed, unknown, used, revoked or expired."""
    return NotFound(
        "This invitation is not valid, or not any more. Ask who invited you for another one.",
        code="invitation_invalid",
    )


def _mail(made: Invitation, who: Person, tenant: Tenant, roles: Mapping[str, str], token: str) -> Mail:
    names = {
        "name": made.name or "",
        "workspace": tenant.name,
        "inviter": who.name,
        "role": roles.get(made.role, made.role),
        "hours": str(int(GOOD_FOR.total_seconds() // 3600)),
        "link": f"/invite#token={token}",
    }
    # Each sending is a mail of its own: the one before may have been lost, and its link is dead.
    return Mail(
        to=made.email,
        template=MailTemplate.INVITATION,
        locale=tenant.locale,
        names={name: value for name, value in names.items() if value},
        key=f"invitation/{made.id}/{uuid4()}",
    )
