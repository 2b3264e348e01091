"""Passwords: forgotten, set anew, changed, and entered again before what asks for it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import Person, ServicesDep, enrolling_oneself, oneself, public
from omnisupport.api.entering import enter_again, origin_of, own_page, tell_ended
from omnisupport.api.notices import send_link, send_notice, tells
from omnisupport.api.pacing import at_least, may_be_written_to
from omnisupport.api.proofs import attempt, check_own_password, factor_of
from omnisupport.api.schemas.accounts import (
    ChangePassword,
    ForgotPassword,
    Reauthenticate,
    ResetPassword,
    Sent,
)
from omnisupport.api.schemas.auth import Tokens
from omnisupport.api.services import Services
from omnisupport.auth.policy import ANSWER_S, RESET_PASSWORD
from omnisupport.auth.tokens import TokenKind, invalid, new_token, parse_token
from omnisupport.domain.mail import MailTemplate
from omnisupport.domain.people import parse_address
from omnisupport.errors import Invalid
from omnisupport.storage.access import accounts as access
from omnisupport.storage.access.two_factor import prove
from omnisupport.storage.queries.accounts import Account, Purpose, account_of, find_account, holder_of

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

Oneself = Annotated[Person, Depends(oneself)]
EnrollingOneself = Annotated[Person, Depends(enrolling_oneself)]
REFUSALS: dict[int | str, dict[str, Any]] = {409: {}, 429: {}}


@router.post("/forgot-password", status_code=202, response_model=Sent, dependencies=[Depends(public)])
async def forgot_password(body: ForgotPassword, request: Request, at: ServicesDep) -> dict[str, str]:
    """Ask for a link to set a new password. Known and unknown addresses get the same answer in the same time."""
    own_page(request, at)
    address = parse_address(body.email)
    async with at_least(ANSWER_S):
        found = await find_account(at.database, address)
        may = await may_be_written_to(at, request, address)
        if found is None or not found.tenants or not may:
            await at.mailer.send_nobody()
        else:
            await _send_reset(found, request, at)
    return {"email": address}


async def _send_reset(found: Account, request: Request, at: Services) -> None:
    tenant_id = found.tenants[0]
    token, digest = new_token(TokenKind.ACCOUNT, tenant_id)

    async def last() -> None:
        await send_link(
            at,
            tenant_id,
            MailTemplate.RESET_PASSWORD,
            to=found.email,
            locale=found.locale,
            name=found.name if found.verified else "",
            token=token,
            life=RESET_PASSWORD,
        )

    await access.create_token(
        at.database,
        tenant_id,
        origin_of(request),
        found.user_id,
        Purpose.RESET_PASSWORD,
        digest,
        RESET_PASSWORD,
        last=last,
    )


@router.post("/reset-password", status_code=204, dependencies=[Depends(public)])
async def reset_password(body: ResetPassword, request: Request, at: ServicesDep) -> None:
    """Set a new password by the token of the mail. Every session and personal key of the person ends.

    Nobody is signed in by it: that takes the new password, and the second factor where there is one.
    """
    own_page(request, at)
    tenant_id, digest = parse_token(TokenKind.ACCOUNT, body.token)
    user_id = await holder_of(at.database, tenant_id, digest, Purpose.RESET_PASSWORD)
    account = await account_of(at.database, user_id) if user_id is not None else None
    if account is None:
        raise invalid(TokenKind.ACCOUNT)
    await at.passwords.check(body.password, own=(account.email, account.name))
    hashed = await at.passwords.hash(body.password)

    async def last(done: access.Changed) -> None:
        await send_notice(
            at,
            request,
            tenant_id,
            MailTemplate.PASSWORD_CHANGED,
            to=done.email,
            name=done.name,
            locale=done.locale,
        )

    done = await access.reset_password(at.database, tenant_id, digest, hashed, origin_of(request), last=last)
    if done is None:
        raise invalid(TokenKind.ACCOUNT)
    at.api_keys.forget()
    await tell_ended(at, done.ended)


@router.post("/change-password", response_model=Tokens | None, responses=REFUSALS)
async def change_password(
    body: ChangePassword, request: Request, response: Response, who: Oneself, at: ServicesDep
) -> dict[str, Any] | None:
    """Change one's own password. Every session of the person ends, in all tenants, and this one begins anew."""
    known = await check_own_password(at, who, request, body.old, field="old")
    await at.passwords.check(body.new, own=(who.email, who.name), field="new")
    done = await access.change_password(
        at.database,
        who.tenant_id,
        who.actor,
        who.user_id,
        known=known,
        hashed=await at.passwords.hash(body.new),
        last=tells(at, request, who, MailTemplate.PASSWORD_CHANGED),
    )
    await tell_ended(at, done.ended)
    return await enter_again(who, request, response, at)


@router.post("/reauthenticate", status_code=204, responses=REFUSALS)
async def reauthenticate(
    body: Reauthenticate, request: Request, who: EnrollingOneself, at: ServicesDep
) -> None:
    """Prove oneself by password or code; for ten minutes that counts for what asks for it."""
    assert who.session_id is not None  # `oneself` lets no key in
    if (body.password is None) == (body.code is None):
        raise Invalid("Send the password or a code, one of them.", field="password")
    if body.password is not None:
        await check_own_password(at, who, request, body.password)
        await prove(at.database, who.tenant_id, who.actor, who.user_id, who.session_id, None)
    else:
        async with attempt(at, who.user_id, request):
            factor = factor_of(at, body.code or "")
            await prove(at.database, who.tenant_id, who.actor, who.user_id, who.session_id, factor)
    await tell_ended(at, [who.tenant_id])
