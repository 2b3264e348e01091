"""Opening hours, now and at another moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from omnisupport.activities.look_ups import LookUps, Somebody
from omnisupport.domain.calendar import Calendar
from omnisupport.domain.calls import CallResult


class Weekdays:
    """One calendar: Mondays from nine to six in Moscow."""

    async def calendar(self, tenant_id: UUID, key: str | None) -> Calendar:
        return Calendar("Europe/Moscow", {"mon": [["09:00", "18:00"]]})


class Nobody:
    async def can_take(
        self, tenant_id: UUID, conversation_id: UUID, target: dict[str, Any], *, now: bool = True
    ) -> Sequence[Somebody]:
        return []

    async def waiting(self, tenant_id: UUID, conversation_id: UUID, department: str | None) -> int:
        return 0


def _ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]


async def _hours(request: dict[str, Any], now: int) -> CallResult:
    return await LookUps(Weekdays(), Nobody()).look_up(uuid4(), uuid4(), "business_hours", request, now)


async def test_a_calendar_is_asked_for_now_unless_another_moment_is_named() -> None:
    monday, sunday = _ms(2026, 11, 30, 9), _ms(2026, 11, 29, 9)
    assert (await _hours({"calendar": None}, monday)).exit == "open"
    assert (await _hours({"calendar": None, "at": sunday}, monday)).exit == "closed"
    assert (await _hours({"calendar": None, "at": monday}, sunday)).exit == "open"


async def test_the_next_opening_is_that_after_the_named_moment() -> None:
    asked = await _hours({"calendar": None, "at": _ms(2026, 12, 3, 9)}, _ms(2026, 11, 30, 9))
    assert asked.value["next_open"] == _ms(2026, 12, 7, 6)
