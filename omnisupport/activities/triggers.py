"""Begins scenarios by what happens and by the clock, and tells waiting runs; one look at a tenant at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from temporalio import activity
from temporalio.service import RPCError

from omnisupport.activities.runs import CountingRuns, Starter, begin, may_enter
from omnisupport.activities.webhooks import Wake
from omnisupport.domain.calendar import Calendar, next_change
from omnisupport.domain.conversation import Happened
from omnisupport.domain.occasions import News, Occasion, Silent, Waiting
from omnisupport.domain.releases import Published, resolve
from omnisupport.domain.runs import CONVERSATION_KINDS, Asked
from omnisupport.observability import fault_point, get_logger
from omnisupport.scenario_dsl import Context, match_trigger
from omnisupport.scenario_dsl.cron import next_fire
from omnisupport.scenario_dsl.triggers import audience_takes
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)

OF_TIME = ("schedule", "inactivity", "business_hours")
LOOKED_FOR_SILENCE = timedelta(seconds=30)
PAGE = 500
SETTLE_S = 0.3
REMEMBERED_S = 10.0
CUSTOM = "custom."
_NAMED = {"event": "event", "webhook": "connection"}
"""The field of a trigger that says what it waits for."""


class TriggerStore(Protocol):
    """`storage/queries/triggers.py`."""

    async def news(self, tenant_id: UUID) -> News:
        """What has happened since it was looked at last."""

    async def watch(self, tenant_id: UUID) -> None:
        """Begin to look, where nobody has."""

    async def forget(self, tenant_id: UUID, began: datetime) -> None:
        """Nothing is looked for any more; what happens until somebody begins again begins nothing."""

    async def seen(self, tenant_id: UUID, news: News) -> None:
        """Everything of these news has been acted on."""

    async def awaiting(self, tenant_id: UUID, name: str, customer_id: UUID | None) -> list[Waiting]:
        """Runs that wait for an event of this name."""

    async def silent(
        self, tenant_id: UUID, *, who: str, after: timedelta, since: datetime
    ) -> Sequence[Silent]:
        """Conversations in which somebody has not answered for so long."""

    async def due(self, tenant_id: UUID, scenario_id: UUID, trigger_id: str) -> datetime | None:
        """When a trigger of time was said to fire next."""

    async def set_due(self, tenant_id: UUID, scenario_id: UUID, trigger_id: str, at: datetime) -> None:
        """Say when a trigger of time fires next."""

    async def customers(self, tenant_id: UUID, after: UUID, limit: int) -> list[UUID]:
        """A page of the customers."""

    async def about(
        self, tenant_id: UUID, customer_id: UUID | None, conversation_id: UUID | None
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Customer, conversation and tenant, as scenarios read them."""


class Scenarios(Protocol):
    """`storage/queries/scenarios.py`."""

    async def published(self, tenant_id: UUID) -> Sequence[Published]:
        """Live versions and their canaries."""


class Calendars(Protocol):
    """`storage/queries/departments.py`."""

    async def calendar(self, tenant_id: UUID, key: str | None) -> Calendar:
        """The calendar of a department, or one by its own key."""


class Bell(Starter, Protocol):
    """Who tells workflows (`temporal.py`)."""

    async def happen(self, workflow_id: str, happened: Happened) -> bool:
        """Tell a running workflow what has happened."""

    async def ring_triggers(self, tenant_id: UUID) -> bool:
        """Signal-with-start of the tenant's triggers."""


class TriggerActivities:
    """Activity on queue `channels`. Whatever is begun has a key, so a repeat after a crash begins nothing twice."""

    def __init__(
        self, store: TriggerStore, runs: CountingRuns, scenarios: Scenarios, calendars: Calendars, bell: Bell
    ) -> None:
        self._store = store
        self._runs = runs
        self._scenarios = scenarios
        self._calendars = calendars
        self._bell = bell

    @activity.defn
    async def look(self) -> Wake:
        """Act on what has happened and on what is due; says when to look again."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, _ = parse_workflow_id(workflow_id)
        began = datetime.now(UTC)
        live = await self._scenarios.published(tenant_id)
        if not wants_triggers(live):
            await self._store.forget(tenant_id, began)
            return Wake(gone=True)
        news = await self._store.news(tenant_id)
        for occasion in news.occasions:
            activity.heartbeat()
            await self._tell(tenant_id, occasion)
            await self._begin_by(tenant_id, live, occasion)
        if news.occasions:
            fault_point("before_seen")
        await self._store.seen(tenant_id, news)
        times = [
            at
            for one in live
            for trigger in one.ir["triggers"]
            if trigger["type"] in OF_TIME and (at := await self._by_time(tenant_id, one, trigger)) is not None
        ]
        next_at = int(min(times).timestamp() * 1_000) if times else None
        return Wake(more=news.more, next_at=next_at)

    async def _tell(self, tenant_id: UUID, occasion: Occasion) -> None:
        """Let runs hear of it that wait for it; whether it is theirs is for their `match` to say."""
        name = occasion.name.removeprefix(CUSTOM)
        for waiting in await self._store.awaiting(tenant_id, name, occasion.customer_id):
            await self._bell.happen(waiting.workflow_id, Happened(occasion.id, occasion.name, occasion.data))

    async def _begin_by(self, tenant_id: UUID, live: Sequence[Published], occasion: Occasion) -> None:
        mine = resolve(live, str(occasion.customer_id) if occasion.customer_id else None)
        wanted = [one for one in mine if _listens(one, occasion)]
        if not wanted:
            return
        context = await self._context(tenant_id, occasion.customer_id, occasion.conversation_id)
        for one in wanted:
            for kind, name in _told_as(occasion):
                match = match_trigger(
                    [one.ir],
                    kind,
                    text=None,
                    event=name,
                    first=False,
                    reopened=False,
                    context=context,
                    data=occasion.data,
                )
                if match is not None:
                    await self._begin(tenant_id, one, match.trigger_id, occasion)
                    break

    async def _begin(self, tenant_id: UUID, one: Published, trigger_id: str, occasion: Occasion) -> None:
        customer_id, conversation_id = occasion.customer_id, occasion.conversation_id
        if not await may_enter(self._runs, tenant_id, one, customer_id, conversation_id):
            return
        asked = Asked(
            key=f"{occasion.id}:{one.key}:{trigger_id}",
            scenario=one.key,
            mode="event",
            trigger=trigger_id,
            event={**occasion.data, "name": occasion.name},
            conversation_id=str(conversation_id) if conversation_id else None,
            customer_id=str(customer_id) if customer_id else None,
            if_busy=one.ir.get("concurrency", {}).get("if_busy", "skip"),
        )
        begun = await begin(self._runs, self._bell, tenant_id, asked)
        if begun.reason is not None:
            log.info("scenario_not_begun", scenario=one.key, trigger=trigger_id, reason=begun.reason)

    # By the clock

    async def _by_time(self, tenant_id: UUID, one: Published, trigger: dict[str, Any]) -> datetime | None:
        """Fire what is due; when to look again."""
        if trigger["type"] == "schedule":
            return await self._by_schedule(tenant_id, one, trigger)
        if trigger["type"] == "business_hours":
            return await self._by_hours(tenant_id, one, trigger)
        return await self._by_silence(tenant_id, one, trigger)

    async def _by_schedule(self, tenant_id: UUID, one: Published, trigger: dict[str, Any]) -> datetime | None:
        zone = trigger.get("tz")
        if zone in (None, "customer", "tenant"):
            _, _, tenant = await self._store.about(tenant_id, None, None)
            zone = one.ir.get("timezone") or tenant["timezone"]

        def following(after: datetime) -> datetime | None:
            fires = next_fire(trigger["cron"], int(after.timestamp() * 1_000), str(zone))
            return datetime.fromtimestamp(fires / 1_000, UTC)

        return await self._due(tenant_id, one, trigger, following)

    async def _by_hours(self, tenant_id: UUID, one: Published, trigger: dict[str, Any]) -> datetime | None:
        calendar = await self._calendars.calendar(tenant_id, trigger.get("calendar"))

        def following(after: datetime) -> datetime | None:
            return next_change(calendar, after, opens=trigger.get("at", "open") == "open")

        return await self._due(tenant_id, one, trigger, following)

    async def _due(
        self,
        tenant_id: UUID,
        one: Published,
        trigger: dict[str, Any],
        following: Callable[[datetime], datetime | None],
    ) -> datetime | None:
        """Fire when it is time, once for each time; a time that passed while nobody looked fires once, late."""
        scenario_id, now = UUID(one.scenario_id), datetime.now(UTC)
        due = await self._store.due(tenant_id, scenario_id, trigger["id"])
        if due is None:
            due = following(now)
        elif due <= now:
            await self._fire(tenant_id, one, trigger, f"{trigger['type']}:{due.isoformat()}")
            due = following(now)
        else:
            # The schedule may have been published anew: what is due earlier by it comes earlier.
            sooner = following(now)
            due = min(due, sooner) if sooner is not None else due
        if due is not None:
            await self._store.set_due(tenant_id, scenario_id, trigger["id"], due)
        return due

    async def _fire(self, tenant_id: UUID, one: Published, trigger: dict[str, Any], occasion_id: str) -> None:
        name = f"trigger.{trigger['type']}"
        if one.ir["kind"] not in CONVERSATION_KINDS:
            await self._begin(tenant_id, one, trigger["id"], Occasion(occasion_id, name))
            return
        after = UUID(int=0)
        while page := await self._store.customers(tenant_id, after, PAGE):
            for customer_id in page:
                activity.heartbeat()
                context = await self._context(tenant_id, customer_id, None)
                if audience_takes(one.ir, trigger["id"], context):
                    occasion = Occasion(f"{occasion_id}:{customer_id}", name, {}, customer_id)
                    await self._begin(tenant_id, one, trigger["id"], occasion)
            after = page[-1]

    async def _by_silence(self, tenant_id: UUID, one: Published, trigger: dict[str, Any]) -> datetime:
        """Silences that have grown long enough since the last look; each grows past the mark once."""
        scenario_id, now = UUID(one.scenario_id), datetime.now(UTC)
        after = timedelta(seconds=int(trigger["after"]))
        looked = await self._store.due(tenant_id, scenario_id, trigger["id"]) or now
        for silent in await self._store.silent(
            tenant_id, who=trigger["who"], after=after, since=looked - after
        ):
            activity.heartbeat()
            data = {"who": trigger["who"]}
            context = await self._context(tenant_id, silent.customer_id, silent.conversation_id)
            if audience_takes(one.ir, trigger["id"], context):
                occasion = Occasion(
                    f"silent:{silent.mark}", "inactivity", data, silent.customer_id, silent.conversation_id
                )
                await self._begin(tenant_id, one, trigger["id"], occasion)
        await self._store.set_due(tenant_id, scenario_id, trigger["id"], now)
        return now + LOOKED_FOR_SILENCE

    async def _context(
        self, tenant_id: UUID, customer_id: UUID | None, conversation_id: UUID | None
    ) -> Context:
        customer, conversation, tenant = await self._store.about(tenant_id, customer_id, conversation_id)
        return Context(
            now=int(datetime.now(UTC).timestamp() * 1_000),
            locale=str(customer.get("locale") or tenant.get("locale") or "ru"),
            channel={},
            customer=customer,
            conversation=conversation,
            tenant=tenant,
        )


async def watch_triggers(scenarios: Scenarios, store: TriggerStore, tenant_id: UUID) -> None:
    """Begin to look at a tenant whose scenarios have just gone live: what happens from now on begins them."""
    if wants_triggers(await scenarios.published(tenant_id)):
        await store.watch(tenant_id)


def wants_triggers(live: Iterable[Published]) -> bool:
    """Whether anything but a message can begin or wake a scenario of these."""
    return any(_has_triggers(one.ir) or _awaits_events(one.ir) for one in live)


def _has_triggers(ir: Mapping[str, Any]) -> bool:
    return any(
        trigger["type"] in (*OF_TIME, "webhook")
        or (trigger["type"] == "event" and trigger["event"] != "widget.opened")
        for trigger in ir["triggers"]
    )


def _awaits_events(ir: Mapping[str, Any]) -> bool:
    return any(
        node["type"] == "wait_event" or (node["type"] == "start_scenario" and node.get("wait"))
        for node in ir["nodes"].values()
    )


def _told_as(occasion: Occasion) -> tuple[tuple[Literal["event", "webhook"], str], ...]:
    """How triggers know of it: what a service has told is none of the events that anybody may tell."""
    if occasion.connection is not None:
        return (("webhook", occasion.connection),)
    return (("event", occasion.name), ("event", CUSTOM + occasion.name))


def _listens(one: Published, occasion: Occasion) -> bool:
    told = _told_as(occasion)
    wanted = (
        (trigger["type"], trigger.get(_NAMED[trigger["type"]]))
        for trigger in one.ir["triggers"]
        if trigger["type"] in _NAMED
    )
    return any(each in told for each in wanted)


class TriggerListener:
    """Hears what is committed and rings the triggers of that tenant; a lost hint costs them a minute."""

    def __init__(self, scenarios: Scenarios, bell: Bell) -> None:
        self._scenarios = scenarios
        self._bell = bell
        self._known: dict[UUID, tuple[float, bool]] = {}
        self._settling: set[UUID] = set()
        self._ringing: set[asyncio.Task[None]] = set()

    async def listen(self, hints: AsyncIterator[UUID]) -> None:
        """Ring for every tenant that `hints` names, until it ends."""
        async for tenant_id in hints:
            if tenant_id not in self._settling:
                self._settling.add(tenant_id)
                task = asyncio.create_task(self._ring(tenant_id))
                self._ringing.add(task)
                task.add_done_callback(self._ringing.discard)

    async def _ring(self, tenant_id: UUID) -> None:
        try:
            await asyncio.sleep(SETTLE_S)
        finally:
            self._settling.discard(tenant_id)
        try:
            if await self._wants(tenant_id):
                await self._bell.ring_triggers(tenant_id)
        except (OSError, RPCError) as away:  # they look for themselves each minute
            log.warning("triggers_not_rung", reason=str(away)[:120])

    async def _wants(self, tenant_id: UUID) -> bool:
        read_at, found = self._known.get(tenant_id, (float("-inf"), False))
        if time.monotonic() - read_at < REMEMBERED_S:
            return found
        found = wants_triggers(await self._scenarios.published(tenant_id))
        self._known[tenant_id] = (time.monotonic(), found)
        return found
