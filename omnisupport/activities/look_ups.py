"""Cheap answers that scenarios need on the way: opening hours, who is there, the form of a phone number.

They stand outside the workflow because their data changes: with releases (time zones, phone metadata) or by the minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from omnisupport.activities.answer_checks import AnswerChecks
from omnisupport.domain.calendar import Calendar, opening_at, opens_next
from omnisupport.domain.calls import CallResult


class Calendars(Protocol):
    """Calendars of a tenant (`storage/queries/departments.py`)."""

    async def calendar(self, tenant_id: UUID, key: str | None) -> Calendar:
        """The calendar of the department `key`; None: of the default one.

        Raises:
            NotFound: the tenant has none of that name.
        """


class Somebody(Protocol):
    """An operator."""

    @property
    def id(self) -> UUID:
        """His id."""

    @property
    def name(self) -> str:
        """His name."""


class Operators(Protocol):
    """Who of a tenant can take a conversation (`storage/queries/operators.py`)."""

    async def can_take(
        self, tenant_id: UUID, conversation_id: UUID, target: dict[str, Any], *, now: bool = True
    ) -> Sequence[Somebody]:
        """Who can, best first."""

    async def waiting(self, tenant_id: UUID, conversation_id: UUID, department: str | None) -> int:
        """How many others wait for somebody."""

    async def position(
        self, tenant_id: UUID, conversation_id: UUID, department: str | None, *, again: bool
    ) -> int | None:
        """The place in the queue, from 1; None: it waits no more."""


class LookUps:
    """Answers cheap calls by their kind."""

    def __init__(
        self, calendars: Calendars, operators: Operators, checks: AnswerChecks | None = None
    ) -> None:
        self._calendars = calendars
        self._operators = operators
        self._checks = checks or AnswerChecks()

    async def look_up(
        self, tenant_id: UUID, conversation_id: UUID, kind: str, request: dict[str, Any], now: int
    ) -> CallResult:
        """Answer by kind; `now` is epoch milliseconds of the turn."""
        if kind == "business_hours":
            return await self._hours(tenant_id, request, now)
        if kind == "operators_available":
            return await self._available(tenant_id, conversation_id, request)
        if kind == "queue_position":
            return await self._position(tenant_id, conversation_id, request)
        if kind == "pick_operator":
            return await self._pick(tenant_id, conversation_id, request)
        if kind == "code":
            return await self._checks.code(tenant_id, conversation_id, request, now)
        return await self._checks.parse(request)

    async def _available(self, tenant_id: UUID, conversation_id: UUID, request: dict[str, Any]) -> CallResult:
        count = len(await self._operators.can_take(tenant_id, conversation_id, request))
        queue = await self._operators.waiting(tenant_id, conversation_id, request.get("department"))
        most = request.get("max_queue")
        enough = count >= int(request.get("min") or 1) and (most is None or queue <= int(most))
        value = {"count": count, "queue": queue}
        return CallResult(exit="available" if enough else "unavailable", value=value)

    async def _position(self, tenant_id: UUID, conversation_id: UUID, request: dict[str, Any]) -> CallResult:
        found = await self._operators.position(
            tenant_id, conversation_id, request.get("department"), again=bool(request.get("again"))
        )
        if found is None:
            return CallResult(exit="gone")
        return CallResult(exit="ok", value={"position": found})

    async def _pick(self, tenant_id: UUID, conversation_id: UUID, request: dict[str, Any]) -> CallResult:
        """Who is named is given the conversation though his console is closed; who is chosen must be there."""
        named = bool(request.get("operator"))
        found = await self._operators.can_take(tenant_id, conversation_id, request, now=not named)
        if not found:
            return CallResult(exit="nobody")
        return CallResult(exit="ok", value={"id": str(found[0].id), "name": found[0].name})

    async def _hours(self, tenant_id: UUID, request: dict[str, Any], now: int) -> CallResult:
        """Whether a calendar is open now, or `at` another moment."""
        calendar = await self._calendars.calendar(tenant_id, request["calendar"])
        at = datetime.fromtimestamp(request.get("at", now) / 1000, UTC)
        opens = opens_next(calendar, at)
        next_open = int(opens.timestamp() * 1000) if opens else None
        return CallResult(
            exit="open" if opening_at(calendar, at).open else "closed",
            value={"next_open": next_open, "timezone": calendar.timezone},
        )
