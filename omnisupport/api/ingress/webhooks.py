"""Webhooks of providers: the address leads to one account, whose adapter checks and reads; 2xx means committed."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Depends, Request, Response

from omnisupport.api.deps import ServicesDep, public
from omnisupport.api.services import Services
from omnisupport.channels.base import Account, Forged, RawRequest, Reply
from omnisupport.channels.registry import folder_of, inbound_of
from omnisupport.errors import NotFound, Unavailable
from omnisupport.observability import WEBHOOKS, get_logger

log = get_logger(__name__)
router = APIRouter(prefix="/webhooks", tags=["ingress"])

MOST_TAKING = 256
"""Webhooks under way in this process; beyond, 503: providers come again."""
TOKEN_MAX = 200


@router.post(
    "/{provider}/{webhook_token}",
    dependencies=[Depends(public)],
    response_class=Response,
    include_in_schema=False,  # providers know what they post: docs/channels
)
async def post_webhook(provider: str, webhook_token: str, request: Request, at: ServicesDep) -> Response:
    """Take what a provider tells of an account: verified, committed once, then acknowledged as it wants to hear it."""
    if at.taking >= MOST_TAKING:
        raise Unavailable("Too many webhooks at once. Try again.", code="overloaded", retry_after=1)
    at.taking += 1
    try:
        return await _take(provider, webhook_token, request, at, await request.body())
    finally:
        at.taking -= 1


@router.get(
    "/{provider}/{webhook_token}",
    dependencies=[Depends(public)],
    response_class=Response,
    include_in_schema=False,
)
async def get_webhook(provider: str, webhook_token: str, request: Request, at: ServicesDep) -> Response:
    """Answer a provider that asks whether this address is ours."""
    return await _take(provider, webhook_token, request, at, b"")


async def _take(provider: str, token: str, request: Request, at: Services, body: bytes) -> Response:
    account = await _account(provider, token, at)
    folder = folder_of(account.type, account.provider)
    assert folder is not None  # a channel without an adapter cannot be made
    raw = RawRequest(
        request.method,
        account.webhook_url,
        {name.lower(): value for name, value in request.headers.items()},
        body,
        request.url.query,
    )
    inbound = inbound_of(folder)
    try:
        inbound.verify(raw, account)
        events = inbound.parse(raw, account)
    except Forged:
        WEBHOOKS.labels(account.provider, "forged").inc()
        log.warning(
            "webhook_forged",
            tenant_id=str(account.tenant_id),
            channel_id=str(account.channel_id),
            provider=provider,
        )
        raise
    await at.receiver.take(account, events)
    WEBHOOKS.labels(account.provider, "taken").inc()
    return _answer(inbound.ack(raw, account))


async def _account(provider: str, token: str, at: Services) -> Account:
    digest = hashlib.sha256(token[:TOKEN_MAX].encode()).digest()
    account = await at.accounts.by_token(digest)
    if account is None or account.provider != provider:
        WEBHOOKS.labels("unknown", "unknown").inc()
        raise NotFound("Nobody is reached by this address.", code="webhook_unknown")
    return account


def _answer(reply: Reply) -> Response:
    return Response(reply.body, status_code=reply.status, media_type=reply.content_type)
