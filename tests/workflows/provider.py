"""A provider that carries a channel, as an adapter of the product reaches it: it takes, refuses, or falls silent."""

from __future__ import annotations

import asyncio

from omnisupport.domain.message import Outbound


class Provider:
    """Notes every request that reaches it; `answers` are raised for the next ones, in their order."""

    def __init__(self, *, repeats_safely: bool = False, channel_type: str = "telegram") -> None:
        self.repeats_safely = repeats_safely
        self.channel_type = channel_type
        self.requests: list[Outbound] = []
        self.answers: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, message: Outbound) -> str:
        """Take a payload, once `open` is set."""
        self.requests.append(message)
        await self.open.wait()
        if self.answers:
            raise self.answers.pop(0)
        return f"provider-{len(self.requests)}"

    @property
    def texts(self) -> list[str]:
        """What it was asked to carry, in order."""
        return [message.text for message in self.requests]
