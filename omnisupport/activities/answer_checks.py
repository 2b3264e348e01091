"""What the parsers of answers cannot know: phone metadata, domains with mail, places, recordings, codes.

What nobody can check here is `not_checked`: the scenario takes the answer as it is. Only codes are another
thing: one that nobody compared opens no door.
"""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

import phonenumbers

from omnisupport.domain.calls import CallResult


class Providers(Protocol):
    """Services that look at an answer; None says that nobody could."""

    async def takes_mail(self, domain: str) -> bool | None:
        """Whether a domain has a server for mail (its MX records)."""

    async def find_place(self, text: str, locale: str) -> dict[str, Any] | None:
        """{lat, lon, address} of an address as a person writes it."""

    async def write_down(self, file: dict[str, Any], locale: str) -> str | None:
        """The words of a recording."""


class NoProviders:
    """A deployment without any of them."""

    async def takes_mail(self, domain: str) -> bool | None:
        return None

    async def find_place(self, text: str, locale: str) -> dict[str, Any] | None:
        return None

    async def write_down(self, file: dict[str, Any], locale: str) -> str | None:
        return None


class Codes(Protocol):
    """One-time codes: made, sent and compared here, so that no run and no history ever holds one."""

    async def send(
        self, tenant_id: UUID, thing_id: UUID, request: dict[str, Any], *, at: int, locale: str
    ) -> CallResult:
        """Make a code and send it to {channel, address}: `ok` {code_id}, or `error`."""

    async def check(self, tenant_id: UUID, request: dict[str, Any], *, at: int) -> CallResult:
        """`ok` once for the right code, `wrong`, or `expired`; compared in constant time."""


class AnswerChecks:
    """Answers `parse` and `code` calls."""

    def __init__(self, providers: Providers | None = None, codes: Codes | None = None) -> None:
        self._providers: Providers = providers or NoProviders()
        self._codes = codes

    async def parse(self, request: dict[str, Any]) -> CallResult:
        """What an answer stands for; `not_checked` where there is no provider for it."""
        kind, text = request.get("kind"), str(request.get("text") or "")
        locale = str(request.get("locale") or "ru")
        if kind == "email_domain":
            address = str(request.get("address") or "")
            takes = await self._providers.takes_mail(address.rpartition("@")[2])
            return CallResult(exit={True: "ok", False: "invalid", None: "not_checked"}[takes], value=address)
        if kind == "address":
            return _found(await self._providers.find_place(text, locale))
        if kind == "transcription":
            return _found(await self._providers.write_down(dict(request.get("file") or {}), locale))
        return parse_phone(text, str(request.get("region") or "RU"))

    async def code(self, tenant_id: UUID, thing_id: UUID, request: dict[str, Any], at: int) -> CallResult:
        """Without somebody to send codes the scenario leaves by `error`. `at` is the moment of the turn."""
        if self._codes is None:
            return CallResult(exit="error")
        if request.get("op") == "check":
            return await self._codes.check(tenant_id, request, at=at)
        locale = str(request.get("locale") or "ru")
        return await self._codes.send(tenant_id, thing_id, request, at=at, locale=locale)


def _found(value: Any) -> CallResult:
    return CallResult(exit="not_checked") if value is None else CallResult(exit="ok", value=value)


def parse_phone(text: str, region: str) -> CallResult:
    """E.164 of a number as a person writes it, or the exit `invalid`."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return CallResult(exit="invalid")
    if not phonenumbers.is_valid_number(number):
        return CallResult(exit="invalid")
    return CallResult(
        exit="ok", value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    )
