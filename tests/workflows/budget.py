"""Counts what a turn costs in history, and refuses when it is too much."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

EVENTS_PER_TURN = 6
BYTES_PER_TURN = 1536
EVENTS_PER_KNOWLEDGE_TURN = 12
PATIENCE_S = 30.0
UNDER_WAY = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
)


@dataclass(frozen=True)
class Cost:
    """Events and bytes of all runs of a conversation."""

    events: int
    bytes: int
    runs: int

    def since(self, before: Cost) -> Cost:
        """What was added since another count."""
        return Cost(self.events - before.events, self.bytes - before.bytes, self.runs - before.runs)


class TooDear(AssertionError):
    """A turn costs more history than the budget of `architecture.md` 5 allows."""


async def cost_of(client: Client, workflow_id: str) -> Cost:
    """Count every event of every run of a conversation, from the engine itself."""
    runs = await runs_of(client, workflow_id)
    events = [event for run in runs for event in run]
    return Cost(len(events), sum(event.ByteSize() for event in events), len(runs))


async def runs_of(client: Client, workflow_id: str) -> list[list[HistoryEvent]]:
    """The events of every run, oldest run first; a run names its predecessor in its first event."""
    runs: list[list[HistoryEvent]] = []
    run_id: str | None = None
    while True:
        events = await settled(client, workflow_id, run_id)
        runs.insert(0, events)
        run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run_id:
            return runs


async def settled(client: Client, workflow_id: str, run_id: str | None = None) -> list[HistoryEvent]:
    """The events of a run with no task under way: an answer is seen before its task is reported."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
            if history.events[-1].event_type not in UNDER_WAY:
                return list(history.events)
            await asyncio.sleep(0.05)


def kinds_of(events: list[HistoryEvent]) -> list[str]:
    """The names of events, for people."""
    return [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events]


def hold_to_budget(
    cost: Cost, turns: int, *, events: float = EVENTS_PER_TURN, size: float | None = BYTES_PER_TURN
) -> None:
    """Refuse a cost above the budget for so many turns.

    Raises:
        TooDear: more events or more bytes a turn, on average.
    """
    if cost.events > events * turns:
        raise TooDear(f"{cost.events / turns:.2f} events a turn, {events} are allowed")
    if size is not None and cost.bytes > size * turns:
        raise TooDear(f"{cost.bytes / turns:.0f} bytes a turn, {size} are allowed")
