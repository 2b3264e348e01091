"""Registering a workspace, and believing an e-mail address."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.api.deps import Person, ServicesDep, address_of, enrolling_oneself, oneself, public
from omnisupport.api.entering import origin_of, own_page, tell_ended
from omnisupport.api.notices import send_link, send_notice
from omnisupport.api.pacing import at_least, may_be_written_to
from omnisupport.api.proofs import check_own_password
from omnisupport.api.schemas.accounts import ChangeEmail, Register, Sent, Verified, VerifyEmail
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, address_subject, require
from omnisupport.auth.policy import ANSWER_S, CHANGE_EMAIL, REGISTER, VERIFY_EMAIL
from omnisupport.auth.tokens import TokenKind, invalid, new_token, parse_token
from omnisupport.domain.actor import ActorKind
from omnisupport.domain.mail import MailTemplate
from omnisupport.domain.people import parse_address, parse_name
from omnisupport.domain.permissions import Role
from omnisupport.domain.slugs import slug_of
from omnisupport.domain.two_factor import REQUIRE_TWO_FACTOR, TwoFactorPolicy
from omnisupport.errors import Conflict
from omnisupport.storage.access import accounts as access
from omnisupport.storage.audit import record
from omnisupport.storage.queries.accounts import Account, Purpose, find_account, issue_token
from omnisupport.storage.queries.tenants import RESERVED, NewPerson, check_slug
from omnisupport.temporal import SYSTEM_TENANT

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

Oneself = Annotated[Person, Depends(oneself)]
EnrollingOneself = Annotated[Person, Depends(enrolling_oneself)]
REFUSALS: dict[int | str, dict[str, Any]] = {409: {}, 429: {}}
SUFFIXES = 5
"""How many random ends a taken slug is tried with."""


@router.post(
    "/register", status_code=201, response_model=Sent, responses={409: {}}, dependencies=[Depends(public)]
)
async def register(body: Register, request: Request, at: ServicesDep) -> dict[str, str]:
    """Make a workspace with its owner, who may sign in at once; the mail with the link verifies the address.

    A known address gets the same answer in the same time and a mail that says so; nothing else happens. Until the
    address is verified nothing goes out to others in its owner's name: no invitations, no mail.
    """
    own_page(request, at)
    await require(at.limiter, Mark(REGISTER, address_subject(address_of(request))))
    address = parse_address(body.email)
    wanted = _kept(body)
    await at.passwords.check(body.password, own=(address, wanted.name, wanted.company))
    if body.slug is not None:
        check_slug(body.slug)
        if await at.tenants.find(body.slug) is not None:
            raise Conflict(f"The slug '{body.slug}' is taken.", code="slug_taken", field="slug")
    async with at_least(ANSWER_S):
        hashed = await at.passwords.hash(body.password)  # of a known address too: the work is the same
        known = await find_account(at.database, address)
        may = await may_be_written_to(at, request, address)
        if known is not None:
            await _tell_known(known, at, may=may)
        elif not await _make(wanted, address, hashed, request, at):
            await _tell_known(await find_account(at.database, address), at, may=may)
    return {"email": address}


def _kept(body: Register) -> Register:
    """The names as they are kept."""
    return body.model_copy(
        update={"name": parse_name(body.name), "company": parse_name(body.company, field="company")}
    )


async def _tell_known(account: Account | None, at: Services, *, may: bool) -> None:
    if account is None or not account.tenants or not may:
        await at.mailer.send_nobody()
        return
    await send_link(
        at, account.tenants[0], MailTemplate.ACCOUNT_EXISTS, to=account.email, locale=account.locale
    )


async def _make(wanted: Register, address: str, hashed: str, request: Request, at: Services) -> bool:
    """Make the tenant with its owner and hand the mail over, all or nothing; False: somebody was quicker."""
    owner = NewPerson(address, wanted.name, hashed, Role.OWNER, wanted.locale, verified=False)

    async def finish(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
        actor = replace(origin_of(request), kind=ActorKind.USER, id=user_id, name=wanted.name)
        record(session, tenant_id, actor, "tenant.registered", target=("tenant", tenant_id))
        token, digest = new_token(TokenKind.ACCOUNT, tenant_id)
        await issue_token(
            session, tenant_id, user_id, Purpose.VERIFY_EMAIL, digest, VERIFY_EMAIL, email=address
        )
        await session.flush()
        # In nobody's name: the new tenant's key, which seals its mail, is not committed yet.
        await _send_verification(at, SYSTEM_TENANT, address, wanted.locale, token)

    for slug in _slugs(wanted):
        try:
            await at.tenants.create(
                slug,
                wanted.company,
                owner=owner,
                locale=wanted.locale,
                settings=_settings(at),
                only_new=True,
                finish=finish,
            )
            return True
        except Conflict as refused:
            if refused.code == "address_known":
                return False
            if wanted.slug is not None:
                raise
    raise Conflict("No free slug was found for this name. Choose one.", code="slug_taken", field="slug")


def _slugs(wanted: Register) -> list[str]:
    if wanted.slug is not None:
        return [wanted.slug]
    base = slug_of(wanted.company)
    ends = [f"{base}-{secrets.token_hex(2)}" for _ in range(SUFFIXES)]
    return ends if base in RESERVED else [base, *ends]


def _settings(at: Services) -> dict[str, Any]:
    """What a new tenant begins with: where it is reached from outside, who holds its keys has two factors (S9)."""
    is_public = at.public_origin.startswith("https://")
    return {REQUIRE_TWO_FACTOR: TwoFactorPolicy.ADMINS.value} if is_public else {}


async def _send_verification(at: Services, tenant_id: UUID, address: str, locale: str, token: str) -> None:
    # Without the name: nobody has shown yet that it was this person who typed it.
    await send_link(
        at,
        tenant_id,
        MailTemplate.VERIFY_EMAIL,
        to=address,
        locale=locale,
        token=token,
        life=VERIFY_EMAIL,
    )


@router.post("/verify-email", response_model=Verified, responses={409: {}}, dependencies=[Depends(public)])
async def verify_email(body: VerifyEmail, request: Request, at: ServicesDep) -> dict[str, str]:
    """Believe an address by the token of the mail: the account's own, or the one that it moves to."""
    own_page(request, at)
    tenant_id, digest = parse_token(TokenKind.ACCOUNT, body.token)

    async def last(done: access.Changed) -> None:
        if done.email != done.former_email:
            await send_notice(
                at,
                request,
                tenant_id,
                MailTemplate.ADDRESS_CHANGED,
                to=done.former_email,
                name=done.name,
                locale=done.locale,
                email=done.email,
            )

    done = await access.verify_email(at.database, tenant_id, digest, origin_of(request), last=last)
    if done is None:
        raise invalid(TokenKind.ACCOUNT)
    await tell_ended(at, [tenant_id])
    return {"email": done.email}


@router.post("/verify-email/resend", status_code=202, response_model=Sent, responses=REFUSALS)
async def resend_verification(request: Request, who: EnrollingOneself, at: ServicesDep) -> dict[str, str]:
    """Send the link anew; the one before is good no more."""
    if who.email_verified:
        raise Conflict("Your address is verified already.", code="email_verified")
    if await may_be_written_to(at, request, who.email):
        token, digest = new_token(TokenKind.ACCOUNT, who.tenant_id)

        async def last() -> None:
            await _send_verification(at, who.tenant_id, who.email, who.locale, token)

        await access.create_token(
            at.database,
            who.tenant_id,
            who.actor,
            who.user_id,
            Purpose.VERIFY_EMAIL,
            digest,
            VERIFY_EMAIL,
            last=last,
            email=who.email,
        )
    return {"email": who.email}


@router.post("/change-email", status_code=202, response_model=Sent, responses=REFUSALS)
async def change_email(body: ChangeEmail, request: Request, who: Oneself, at: ServicesDep) -> dict[str, str]:
    """Move the account to another address: it counts once the link that goes there was used.

    An address that has an account gets the same answer, and a mail that says so.
    """
    await check_own_password(at, who, request, body.password)
    address = parse_address(body.email)
    if address == who.email:
        raise Conflict("This is your address already.", code="email_unchanged", field="email")
    async with at_least(ANSWER_S):
        known = await find_account(at.database, address)
        may = await may_be_written_to(at, request, address)
        if known is not None or not may:
            await _tell_known(known, at, may=may)
        else:
            await _send_change(address, who, at)
    return {"email": address}


async def _send_change(address: str, who: Person, at: Services) -> None:
    token, digest = new_token(TokenKind.ACCOUNT, who.tenant_id)

    async def last() -> None:
        await send_link(
            at,
            who.tenant_id,
            MailTemplate.CHANGE_EMAIL,
            to=address,
            locale=who.locale,
            token=token,
            life=CHANGE_EMAIL,
        )

    await access.create_token(
        at.database,
        who.tenant_id,
        who.actor,
        who.user_id,
        Purpose.CHANGE_EMAIL,
        digest,
        CHANGE_EMAIL,
        last=last,
        email=address,
    )
