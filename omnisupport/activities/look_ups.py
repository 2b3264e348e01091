"""Cheap answers that scenarios need on the way: opening hours, and the form of a phone number.

They stand outside the workflow because their data changes with releases (time zones, phone metadata).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import phonenumbers

from omnisupport.domain.calendar import Calendar, opening_at
from omnisupport.domain.calls import CallResult


class Calendars(Protocol):
    """Calendars of a tenant (`storage/queries/departments.py`)."""

    async def calendar(self, tenant_id: UUID, key: str | None) -> Calendar:
        """The calendar of the department `key`; None: of the default one.

        Raises:
            NotFound: the tenant has none of that name.
        """


class LookUps:
    """Answers `business_hours` and `parse` calls."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    async def look_up(self, tenant_id: UUID, kind: str, request: dict[str, Any], now: int) -> CallResult:
        """Answer by kind; `now` is epoch milliseconds of the turn."""
        if kind == "business_hours":
            return await self._hours(tenant_id, request, now)
        return parse_phone(str(request.get("text") or ""), str(request.get("region") or "RU"))

    async def _hours(self, tenant_id: UUID, request: dict[str, Any], now: int) -> CallResult:
        calendar = await self._calendars.calendar(tenant_id, request["calendar"])
        opening = opening_at(calendar, datetime.fromtimestamp(now / 1000, UTC))
        next_open = int(opening.next_open.timestamp() * 1000) if opening.next_open else None
        return CallResult(
            exit="open" if opening.open else "closed",
            value={"next_open": next_open, "timezone": calendar.timezone},
        )


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
