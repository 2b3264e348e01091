"""Mail about a person's account: links that are good once, and notices of what was changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from fastapi import Request

from omnisupport.api.deps import Person, address_of
from omnisupport.api.services import Services
from omnisupport.auth.devices import device_of
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.storage.access.sessions import user_agents
from omnisupport.storage.queries.accounts import account_of

Last = Callable[[], Awaitable[None]]
PAGES = {
    MailTemplate.VERIFY_EMAIL: "/verify-email",
    MailTemplate.CHANGE_EMAIL: "/verify-email",
    MailTemplate.RESET_PASSWORD: "/reset-password",
    MailTemplate.ACCOUNT_EXISTS: "/",
}


async def send_link(
    at: Services,
    tenant_id: UUID,
    template: MailTemplate,
    *,
    to: str,
    locale: str,
    name: str = "",
    token: str | None = None,
    life: timedelta | None = None,
) -> None:
    """Hand over a mail with a link to a page of ours, whatever host the request named.

    The token is in the link's fragment: no server, log or scanner of mail is sent it, only the page reads it and
    POSTs it.

    Raises:
        MailUnavailable: see `Mailer.send`.
    """
    names = {"link": PAGES[template] + (f"#token={token}" if token else "")}
    if name:
        names["name"] = name
    if life is not None and life >= timedelta(hours=1):
        names["hours"] = str(int(life.total_seconds()) // 3600)
    await at.mailer.send(tenant_id, Mail(to, template, locale, names, f"{template}/{uuid4()}"))


async def send_notice(
    at: Services,
    request: Request,
    tenant_id: UUID,
    template: MailTemplate,
    *,
    to: str,
    name: str,
    locale: str,
    **names: str,
) -> None:
    """Hand over a mail that tells what was done, when and from where.

    Raises:
        MailUnavailable: see `Mailer.send`.
    """
    facts = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "address": address_of(request),
        "device": device_of(request.headers.get("user-agent")) or "",
        **names,
    }
    kept = {name: value for name, value in facts.items() if value}
    await at.mailer.send(tenant_id, Mail(to, template, locale, kept, f"{template}/{uuid4()}"))


async def tell_new_device(at: Services, request: Request, tenant_id: UUID, user_id: UUID) -> None:
    """After a sign-in: a notice when the person has signed in here before, but never from such a device."""
    device = device_of(request.headers.get("user-agent"))
    known = await user_agents(at.database, tenant_id, user_id)
    such = sum(count for agent, count in known.items() if device_of(agent) == device)
    account = await account_of(at.database, user_id)
    if account is None or such > 1 or sum(known.values()) == such:
        return
    await send_notice(
        at,
        request,
        tenant_id,
        MailTemplate.SIGN_IN_NEW_DEVICE,
        to=account.email,
        name=account.name,
        locale=account.locale,
    )


def tells(at: Services, request: Request, who: Person, template: MailTemplate, **names: str) -> Last:
    """The last step of a change of one's own account: the notice of it."""

    async def last() -> None:
        await send_notice(
            at, request, who.tenant_id, template, to=who.email, name=who.name, locale=who.locale, **names
        )

    return last
