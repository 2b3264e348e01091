"""The port that every provider's adapter implements, and what a send can end in."""

from __future__ import annotations

from typing import Protocol

from omnisupport.domain.message import Outbound
from omnisupport.errors import OmniError


class NotSent(OmniError):
    """The provider certainly has nothing; `retryable` and `retry_after` say whether another try helps."""

    code = "not_sent"
    status = 502


class Ambiguous(OmniError):
    """The request left and no answer came: the message may have arrived, so it is not sent again."""

    code = "send_uncertain"
    status = 502


class Sender(Protocol):
    """Carries one native payload to a provider."""

    repeats_safely: bool
    """The provider drops a second send with the same key, so an unknown outcome may be tried again."""

    async def send(self, message: Outbound) -> str:
        """Send one payload; returns the provider's id.

        Raises:
            NotSent: nothing arrived.
            Ambiguous: it is not known whether it arrived.
        """
