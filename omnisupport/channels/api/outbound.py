"""Signed calls of the tenant's own system, through the guarded way out: never into a private network."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal
from uuid import uuid4

import orjson

from omnisupport.channels.api.errors import sorted_answer
from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    Health,
    NotSent,
    Problem,
    Rates,
    SendResult,
    Transient,
)
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.webhook import signature
from omnisupport.net.egress import EgressBlocked, EgressError
from omnisupport.net.fetch import FetchResponse

ANSWER_BYTES = 64 * 1024
ID_MAX = 200


class ApiAdapter(Adapter):
    """One POST a thing; `webhook-id` is its key, by which the other side knows a repeat (docs/api-channel.md)."""

    idempotent: ClassVar[bool] = True
    reconcilable: ClassVar[bool] = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def rates(self, account: Account) -> Rates:
        """20 a second, 5 at once into a chat: a system that wants fewer answers 429."""
        return Rates(account=20, chat=5, chat_burst=5)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call; its answer names the message there."""
        answer = await self._post("send", dict(part.payload), key, account)
        told = _read(answer.body)
        if not 200 <= answer.status < 300:
            raise sorted_answer(answer.status, told, _seconds(answer.headers.get("retry-after")))
        id = told.get("id")
        if not isinstance(id, str | int) or isinstance(id, bool) or not 0 < len(str(id)) <= ID_MAX:
            raise Ambiguous('The address answered without {"id": …}, which names the message there.')
        return SendResult(str(id), deduplicated=told.get("duplicate") is True)

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """Nothing to ask: the same send under the same key finds out."""
        return None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Tell it; whoever has no such sign answers whatever he likes."""
        data = {"chat": chat, "what": what} | ({"id": ref} if ref else {})
        await self._post("signal", data, f"signal-{uuid4()}", account)

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """The bytes at the address that was given."""
        yield await self._transport.fetch_file(str(ref.ref.get("url", "")))

    async def connect(self, account: Account) -> Health:
        """A signed `ping`: any 2xx is well."""
        told = {"channel": str(account.channel_id), "webhook_url": account.webhook_url}
        try:
            answer = await self._post("ping", told, f"ping-{uuid4()}", account)
        except AuthFailed as refused:
            return Health("down", (Problem("address_refused", refused.detail, "reauthorize"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))
        if 200 <= answer.status < 300:
            return Health("ok")
        meant = sorted_answer(answer.status, {}, None)
        if isinstance(meant, AuthFailed):
            return Health("down", (Problem("unauthorized", meant.detail, "reauthorize"),))
        return Health("degraded", (Problem("ping_refused", f"The address answered {answer.status}."),))

    async def disconnect(self, account: Account) -> None:
        """Nothing is registered there: our address and its secret end here."""

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """The other system tells again what was not taken."""
        return ()

    async def close(self) -> None:
        """Connections belong to the fetcher."""

    async def _post(self, type: str, data: dict[str, Any], key: str, account: Account) -> FetchResponse:
        now = int(time.time())
        told = {"type": type, "timestamp": datetime.fromtimestamp(now, UTC).isoformat(), "data": data}
        body = orjson.dumps(told)
        held = [str(secret) for secret in account.secrets.get("signing", ())]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "OmniSupport-Channel/1",
            "webhook-id": key,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(held, key, now, body),
        }
        try:
            return await self._transport.fetcher.fetch(
                "POST",
                str(account.settings.get("url", "")),
                headers=headers,
                content=body,
                timeout=self._transport.call_s,
                max_bytes=ANSWER_BYTES,
            )
        except EgressBlocked as blocked:
            raise AuthFailed(blocked.detail, code="address_refused") from None
        except EgressError as failed:
            if failed.sent:
                raise Ambiguous("The address did not answer.") from None
            raise Transient(failed.detail) from None


def build(transport: Transport) -> ApiAdapter:
    """The adapter for a worker."""
    return ApiAdapter(transport)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
