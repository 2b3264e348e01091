"""The second factor: enabling, confirming, signing in with it, renewing its recovery codes, disabling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import (
    Person,
    ServicesDep,
    check_fresh,
    check_oneself,
    enrolling_oneself,
    oneself,
    person,
    public,
)
from omnisupport.api.entering import enter, enter_again, origin_of, own_page, tell_ended
from omnisupport.api.notices import Last, tell_new_device, tells
from omnisupport.api.proofs import attempt, check_own_password, factor_of
from omnisupport.api.schemas.auth import Tokens
from omnisupport.api.schemas.two_factor import Code, Confirmed, Disable, Enrolment, RecoveryCodes, VerifyCode
from omnisupport.api.services import Services
from omnisupport.auth.tokens import TokenKind, invalid, parse_token
from omnisupport.auth.totp import new_recovery_codes, otpauth_url, qr_svg, recovery_digest
from omnisupport.domain.actor import ActorKind
from omnisupport.domain.mail import MailTemplate
from omnisupport.errors import Invalid
from omnisupport.storage.access import two_factor as access
from omnisupport.storage.access.accounts import record_sign_in_failed
from omnisupport.storage.access.two_factor import Factor, code_wrong
from omnisupport.storage.queries.accounts import Purpose, account_of, holder_of

router = APIRouter(prefix="/api/v1/auth/two-factor", tags=["auth"])

Oneself = Annotated[Person, Depends(oneself)]
EnrollingOneself = Annotated[Person, Depends(enrolling_oneself)]
REFUSALS: dict[int | str, dict[str, Any]] = {409: {}, 429: {}}


@router.post("/enable", response_model=Enrolment, responses=REFUSALS)
async def enable(who: EnrollingOneself, at: ServicesDep) -> dict[str, str]:
    """Begin: a seed for the app. It counts once `POST /auth/two-factor/verify` has confirmed it by a code.

    Asks for a password of the last ten minutes (`POST /auth/reauthenticate`).
    """
    check_fresh(who)
    secret, sealed = at.seeds.new(who.user_id)
    await access.begin_two_factor(at.database, who.tenant_id, who.actor, who.user_id, sealed)
    url = otpauth_url(secret, who.email)
    return {"secret": secret, "otpauth_url": url, "qr_svg": qr_svg(url)}


@router.post(
    "/verify",
    response_model=Confirmed | Tokens | None,
    responses=REFUSALS,
    dependencies=[Depends(public)],
)
async def verify(
    body: VerifyCode, request: Request, response: Response, at: ServicesDep
) -> dict[str, Any] | None:
    """Confirm a new seed, signed in; or, with `token`, sign in as `POST /auth/login` does.

    Confirming ends every session of the person and begins this one anew.
    """
    if (body.code is None) == (body.recovery_code is None) or (body.token is None and body.code is None):
        raise Invalid("Send the code of the app, or with a token a recovery code instead.", field="code")
    if body.token is not None:
        return await _sign_in(body, request, response, at)
    who = await person(request, at)
    await check_oneself(who, at)
    check_fresh(who)
    codes, hashes = new_recovery_codes()
    async with attempt(at, who.user_id, request):
        ended = await access.confirm_two_factor(
            at.database,
            who.tenant_id,
            who.actor,
            who.user_id,
            factor_of(at, body.code or ""),
            hashes,
            last=_tells(at, request, who, "on"),
        )
    return {"recovery_codes": codes, "tokens": await _renewed(who, ended, request, response, at)}


async def _sign_in(
    body: VerifyCode, request: Request, response: Response, at: Services
) -> dict[str, Any] | None:
    own_page(request, at)
    tenant_id, digest = parse_token(TokenKind.ACCOUNT, body.token or "")
    user_id = await holder_of(at.database, tenant_id, digest, Purpose.SECOND_FACTOR)
    if user_id is None:
        raise invalid(TokenKind.ACCOUNT)
    account = await account_of(at.database, user_id)
    logins = await at.sessions.find_logins(account.email, None) if account is not None else []
    login = next((each for each in logins if each.tenant_id == tenant_id), None)
    if login is None:
        raise invalid(TokenKind.ACCOUNT)
    factor = (
        factor_of(at, body.code)
        if body.code is not None
        else Factor(recovery=recovery_digest(body.recovery_code or ""))
    )
    async with attempt(at, user_id, request):
        if not await access.pass_second_factor(at.database, tenant_id, digest, factor):
            actor = replace(origin_of(request), kind=ActorKind.USER, id=user_id, name=login.name)
            at.afterwards.do(record_sign_in_failed(at.database, tenant_id, actor))
            raise code_wrong()
    answer = await enter(login, request, response, at, body.grant)
    at.afterwards.do(tell_new_device(at, request, tenant_id, user_id))
    return answer


@router.post("/recovery-codes", response_model=RecoveryCodes, responses=REFUSALS)
async def renew_codes(body: Code, request: Request, who: Oneself, at: ServicesDep) -> dict[str, list[str]]:
    """Ten new recovery codes for a code of the app; those before are good no more."""
    codes, hashes = new_recovery_codes()
    async with attempt(at, who.user_id, request):
        await access.renew_recovery_codes(
            at.database,
            who.tenant_id,
            who.actor,
            who.user_id,
            factor_of(at, body.code),
            hashes,
            last=_tells(at, request, who, "codes"),
        )
    return {"recovery_codes": codes}


@router.post("/disable", response_model=Tokens | None, responses=REFUSALS)
async def disable(
    body: Disable, request: Request, response: Response, who: Oneself, at: ServicesDep
) -> dict[str, Any] | None:
    """Take the second factor away, by both factors. Every session of the person ends and this one begins anew."""
    await check_own_password(at, who, request, body.password)
    async with attempt(at, who.user_id, request):
        ended = await access.disable_two_factor(
            at.database,
            who.tenant_id,
            who.actor,
            who.user_id,
            factor_of(at, body.code),
            last=_tells(at, request, who, "off"),
        )
    return await _renewed(who, ended, request, response, at)


def _tells(at: Services, request: Request, who: Person, state: str) -> Last:
    return tells(at, request, who, MailTemplate.TWO_FACTOR_CHANGED, state=state)


async def _renewed(
    who: Person, ended: Iterable[UUID], request: Request, response: Response, at: Services
) -> dict[str, Any] | None:
    await tell_ended(at, ended)
    return await enter_again(who, request, response, at)
