"""A provider that carries a channel, as an adapter of the product reaches it: it takes, refuses, or falls silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from omnisupport.channels.base import Account, Adapter, Chat, Health, NotSent, Rates, SendResult
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native, Outbound


@dataclass(frozen=True)
class Request:
    """A payload that reached the provider."""

    key: str
    text: str
    payload: dict[str, Any]


class Provider(Adapter):
    """Notes every request that reaches it; `answers` are raised for the next ones, in order (None: it takes that one).

    `found` is what a look for a send of unknown outcome gives; a text longer than `most` goes in several payloads.
    """

    def __init__(
        self, *, repeats_safely: bool = False, channel_type: str = "telegram", most: int = 8000
    ) -> None:
        self.idempotent = repeats_safely  # type: ignore[misc]
        self.reconcilable = False  # type: ignore[misc]
        self.channel_type = channel_type
        self.most = most
        self.requests: list[Request] = []
        self.answers: list[Exception | None] = []
        self.found: list[SendResult | None] = []
        self.looked: list[str] = []
        self.health = Health("ok")
        self.missed: list[InboundEvent] = []
        self.files: dict[str, bytes] = {}
        self.ended = False
        self.pace = Rates(account=1000)
        self.open = asyncio.Event()
        self.open.set()

    def render(self, message: Outbound, account: Account, chat: Chat) -> list[Native]:
        """Its text, in pieces."""
        pieces = [message.text[at : at + self.most] for at in range(0, len(message.text), self.most)]
        return [
            Native(index, "text", {"text": piece, "to": chat.address}) for index, piece in enumerate(pieces)
        ]

    def rates(self, account: Account) -> Rates:
        """As it was told."""
        return self.pace

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """Take a payload, once `open` is set."""
        self.requests.append(Request(key, part.payload["text"], part.payload))
        await self.open.wait()
        if self.answers and (refusal := self.answers.pop(0)) is not None:
            raise refusal
        return SendResult(f"provider-{len(self.requests)}")

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """What it was told to find."""
        self.looked.append(key)
        return self.found.pop(0) if self.found else None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """It has no signs."""

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """One of its files."""
        name = str(ref.ref["file"])
        if name not in self.files:
            raise NotSent("It is gone.", code="media_gone")
        yield self.files[name]

    async def connect(self, account: Account) -> Health:
        """As it was told."""
        return self.health

    async def disconnect(self, account: Account) -> None:
        """Note it."""
        self.ended = True

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """What was missed, each time again."""
        return self.missed

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def texts(self) -> list[str]:
        """What it was asked to carry, in order."""
        return [message.text for message in self.requests]


class Providers:
    """The ways out of a stage: its providers by channel type."""

    def __init__(self, providers: dict[str, Provider]) -> None:
        self._providers = providers

    async def adapter(self, account: Account) -> Adapter | None:
        """The provider of an account's type."""
        return self._providers.get(account.type)

    def render(self, message: Outbound, account: Account, chat: Chat) -> list[Native]:
        """As the provider does."""
        return self._providers[account.type].render(message, account, chat)

    async def close(self) -> None:
        """Nothing is held."""
