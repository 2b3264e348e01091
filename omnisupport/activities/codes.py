"""One-time codes of scenarios, by mail: made, sent and compared here, so that no run and no history holds one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID, uuid5

from omnisupport.domain.calls import CallResult
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.domain.people import parse_address
from omnisupport.errors import OmniError
from omnisupport.observability import get_logger

log = get_logger(__name__)

LENGTH = range(4, 11)
LONGEST_TTL_S = 3_600


class CodeStore(Protocol):
    """`storage/queries/codes.py`."""

    async def make(
        self,
        tenant_id: UUID,
        code_id: UUID,
        *,
        length: int,
        ttl: timedelta,
        address: str,
        send: Callable[[str, str], Awaitable[Any]],
    ) -> None:
        """Make a code, once by its id, and let it be sent."""

    async def check(self, tenant_id: UUID, code_id: UUID, text: str, at: int) -> str:
        """`ok`, `wrong` or `expired`."""


class Post(Protocol):
    """Who hands mail over (`mail/mailer.py`)."""

    async def send(self, tenant_id: UUID, mail: Mail) -> None:
        """Hand a mail over; the same key is the same mail."""


class MailCodes:
    """Codes that go by mail. Another channel has nobody who sends yet: `error`, and it says so."""

    def __init__(self, store: CodeStore, post: Post) -> None:
        self._store = store
        self._post = post

    async def send(
        self, tenant_id: UUID, thing_id: UUID, request: dict[str, Any], *, at: int, locale: str
    ) -> CallResult:
        """Make a code and mail it to {channel, address}: `ok` {code_id}, or `error` {code, detail}.

        `at` is the turn's moment: one that was cut off asks again for the same code, and the mail leaves once.
        """
        to = dict(request.get("to") or {})
        if to.get("channel") != "email":
            return _refused("code.channel", f"codes are not sent by {to.get('channel')} yet, only by mail")
        length, ttl_s = int(request["length"]), min(int(request["ttl_s"]), LONGEST_TTL_S)
        if length not in LENGTH or ttl_s <= 0:
            return _refused("code.shape", "a code has 4 to 10 digits and is good for some time")
        address = str(to.get("address") or "")
        code_id = uuid5(tenant_id, f"code:{thing_id}:{at}:{address}")

        async def send(code: str, workspace: str) -> None:
            names = {"code": code, "workspace": workspace, "minutes": str(max(1, ttl_s // 60)), "hours": "1"}
            mail = Mail(whom, MailTemplate.SCENARIO_CODE, locale, names, f"code/{code_id}")
            await self._post.send(tenant_id, mail)

        try:
            whom = parse_address(address)
            await self._store.make(
                tenant_id, code_id, length=length, ttl=timedelta(seconds=ttl_s), address=whom, send=send
            )
        except OmniError as refused:
            if refused.retryable:
                raise
            log.warning("code_not_sent", code=refused.code)
            return _refused(refused.code, refused.detail)
        return CallResult(exit="ok", value={"code_id": str(code_id)})

    async def check(self, tenant_id: UUID, request: dict[str, Any], *, at: int) -> CallResult:
        """`ok` once for the right code, `wrong`, or `expired`."""
        try:
            code_id = UUID(str(request.get("code_id")))
        except ValueError:
            return CallResult(exit="expired")
        text = str(request.get("text") or "")
        return CallResult(exit=await self._store.check(tenant_id, code_id, text, at))


def _refused(code: str, detail: str) -> CallResult:
    return CallResult(exit="error", value={"code": code, "detail": detail})
