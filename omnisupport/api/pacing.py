"""How answers about addresses keep their secret, and mailboxes their peace."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

from omnisupport.api.deps import address_of
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, account_subject, address_subject, require
from omnisupport.auth.policy import MAIL_ACCOUNT, MAIL_ADDRESS


@asynccontextmanager
async def at_least(seconds: float) -> AsyncIterator[None]:
    """Take that long, also when there is less to do or it is refused: the time tells nothing about an address."""
    ends = time.monotonic() + seconds
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, ends - time.monotonic()))


async def may_be_written_to(at: Services, request: Request, address: str) -> bool:
    """Count a mail that a request asks for; False when this mailbox has had enough of them, which nobody is told.

    Raises:
        TooManyRequests: the address that the request came from has asked too often.
    """
    await require(at.limiter, Mark(MAIL_ADDRESS, address_subject(address_of(request))))
    verdict = await at.limiter.hit([Mark(MAIL_ACCOUNT, account_subject(address))], secrets.token_hex(8))
    return verdict.allowed
