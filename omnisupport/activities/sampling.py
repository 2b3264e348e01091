"""Sends a test message: one try, no conversation, and the truth of what came of it."""

from __future__ import annotations

from uuid import UUID

from temporalio import activity

from omnisupport.activities.messaging import Accounts, Outlets, Pacer
from omnisupport.channels.base import Account, Adapter, Ambiguous, BadPayload, Chat, NotSent, RateLimited
from omnisupport.domain.message import Native, Outbound
from omnisupport.domain.sample import Sample, SampleSent, SampleStatus

PATIENCE_S = 5.0
"""How long it waits for its slot among the other sends: whoever asked looks at a page."""


class SampleActivities:
    """Activity on queue `channels`, which the api asks for by itself: no workflow waits for it."""

    def __init__(self, accounts: Accounts, outlets: Outlets, pacer: Pacer) -> None:
        self._accounts = accounts
        self._outlets = outlets
        self._pacer = pacer

    @activity.defn
    async def send_sample(self, sample: Sample) -> SampleSent:
        """Send it as any message of an operator is sent, within the account's rates; raises nothing of a provider's."""
        account = await self._accounts.read(UUID(sample.tenant_id), UUID(sample.channel_id))
        adapter = await self._outlets.adapter(account) if account is not None else None
        if account is None or adapter is None:
            return _failed("channel_closed", "The channel is not connected any more.")
        try:
            external_id = await self._send(sample, account, adapter)
        except NotSent as refused:
            if isinstance(refused, RateLimited):
                chat = sample.to if refused.scope == "chat" else None
                await self._pacer.pause(account.channel_id, chat, refused.retry_after or 1.0)
            return _failed(refused.code, refused.detail)
        except Ambiguous as unknown:
            return SampleSent(SampleStatus.UNCERTAIN, code=unknown.code, detail=unknown.detail)
        return SampleSent(SampleStatus.SENT, external_id=external_id)

    async def _send(self, sample: Sample, account: Account, adapter: Adapter) -> str:
        first = ""
        for part in self._outlets.render(
            _message(sample, account), account, Chat(sample.to, sample.last_in_at)
        ):
            await self._wait(sample, part, account, adapter)
            sent = await self._send_part(part, f"{_key(sample)}/{part.index}", account, adapter)
            first = first or sent
        return first

    async def _send_part(self, part: Native, key: str, account: Account, adapter: Adapter) -> str:
        try:
            return (await adapter.send(part, key, account)).provider_message_id
        except BadPayload as refused:
            if refused.fallback is None:
                raise
            return (await adapter.send(refused.fallback, key, account)).provider_message_id

    async def _wait(self, sample: Sample, part: Native, account: Account, adapter: Adapter) -> None:
        rates = adapter.rates(account)
        wait_s = await self._pacer.turn(
            account.channel_id,
            sample.to,
            f"{_key(sample)}/{part.index}",
            account=rates.account,
            per_chat=rates.chat,
            burst=rates.chat_burst,
            patience_s=PATIENCE_S,
        )
        if wait_s > 0:
            raise RateLimited("The channel is busy with other messages.", scope="account", retry_after=wait_s)


def _message(sample: Sample, account: Account) -> Outbound:
    return Outbound(
        id=sample.id,
        conversation_id=sample.id,
        key=_key(sample),
        locale=sample.locale,
        channel_type=account.type,
        recipient=sample.to,
        text=sample.text,
        content={},
        channel_id=str(account.channel_id),
        author_kind="operator",
    )


def _key(sample: Sample) -> str:
    return f"sample:{sample.id}"


def _failed(code: str, detail: str) -> SampleSent:
    return SampleSent(SampleStatus.FAILED, code=code, detail=detail)
