"""Activities of runs without a conversation, and the beginning of any run that no message begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
from temporalio import activity

from omnisupport.domain.calls import CallResult
from omnisupport.domain.conversation import Begin
from omnisupport.domain.releases import Published
from omnisupport.domain.runs import CONVERSATION_KINDS, PROACTIVE, Asked, Began, Loaded, Written
from omnisupport.observability import fault_point
from omnisupport.temporal import parse_workflow_id


class RunStore(Protocol):
    """`storage/queries/runs.py`."""

    async def begin(self, tenant_id: UUID, asked: Asked) -> tuple[UUID, bool] | None:
        """Write a run down, once by its key."""

    async def kind_of(self, tenant_id: UUID, scenario: str) -> str | None:
        """The kind of a live scenario."""

    async def has_opted_out(
        self, tenant_id: UUID, *, customer_id: UUID | None, conversation_id: UUID | None
    ) -> bool:
        """Whether a customer wants nothing that he has not asked for."""

    async def conversation_of(self, tenant_id: UUID, customer_id: UUID) -> UUID | None:
        """Where a customer is talked to."""

    async def load(self, tenant_id: UUID, run_id: UUID) -> Loaded | None:
        """Where a run stands."""

    async def whose(self, tenant_id: UUID, thing_id: UUID, *, is_run: bool) -> tuple[str | None, str | None]:
        """Customer and conversation of a run, or of a conversation."""

    async def commit(self, tenant_id: UUID, run_id: UUID, body: Mapping[str, Any]) -> Written:
        """Write a turn."""


class CountingRuns(RunStore, Protocol):
    """Of the same store, what `reentry` asks."""

    async def counts(
        self,
        tenant_id: UUID,
        scenario: str,
        *,
        per: str,
        conversation_id: UUID | None,
        customer_id: UUID | None,
        cooldown_s: int,
    ) -> tuple[int, int]:
        """How many runs somebody has had: within the cooldown, and in all."""


class Starter(Protocol):
    """Who starts workflows (`temporal.py`)."""

    async def start_run(self, tenant_id: UUID, run_id: UUID) -> None:
        """Start a run's workflow; one that is there already is left alone."""

    async def begin_in_conversation(self, tenant_id: UUID, conversation_id: UUID, begin: Begin) -> None:
        """Signal-with-start: a conversation begins a scenario."""


@dataclass(frozen=True)
class Beside:
    """A `start_run` call; `key` makes a repeat harmless."""

    request: dict[str, Any]
    key: str


class RunActivities:
    """Runs begin once by their key: the row is written first, then its workflow is started."""

    def __init__(self, store: RunStore, starter: Starter) -> None:
        self._store = store
        self._starter = starter

    @activity.defn
    async def load_run(self) -> Loaded | None:
        """Where the run of this workflow stands; None for one that is over or gone."""
        tenant_id, run_id = _whose()
        return await self._store.load(tenant_id, UUID(run_id))

    @activity.defn
    async def commit_run(self, body: bytes) -> Written:
        """Write a turn of the run, once."""
        tenant_id, run_id = _whose()
        fault_point("before_run_commit")
        written = await self._store.commit(tenant_id, UUID(run_id), orjson.loads(body))
        fault_point("after_run_commit")
        return written

    @activity.defn
    async def start_beside(self, beside: Beside) -> CallResult:
        """The call `start_run` of a scenario: another one begins beside it."""
        tenant_id, thing = _whose()
        info = activity.info()
        is_run = (info.workflow_id or "").split("/")[1] == "run"
        request = beside.request
        customer_id, conversation_id = await self._store.whose(tenant_id, UUID(thing), is_run=is_run)
        asked = Asked(
            key=beside.key,
            scenario=str(request.get("scenario")),
            mode=str(request.get("mode") or "detached"),
            inputs=request.get("inputs") or {},
            conversation_id=conversation_id,
            customer_id=customer_id,
            parent=thing,
        )
        begun = await begin(self._store, self._starter, tenant_id, asked)
        if begun.reason is not None:
            return CallResult(exit="rejected", value={"reason": begun.reason})
        return CallResult(exit="ok", value={"run_id": begun.run_id or begun.conversation_id})

    @activity.defn
    async def begin_run(self, asked: Asked) -> Began:
        """Begin a run that another one, or an event, asks for."""
        tenant_id, _ = _whose()
        return await begin(self._store, self._starter, tenant_id, asked)


async def begin(store: RunStore, starter: Starter, tenant_id: UUID, asked: Asked) -> Began:
    """Begin a run: in the customer's conversation when it talks to him, else one of its own."""
    kind = await store.kind_of(tenant_id, asked.scenario)
    if kind is None:
        return Began(reason="not_published")
    if kind == "subflow":
        return Began(reason="subflow")
    if kind not in CONVERSATION_KINDS:
        begun = await store.begin(tenant_id, asked)
        if begun is None:
            return Began(reason="not_published")
        fault_point("before_run_start")
        await starter.start_run(tenant_id, begun[0])
        return Began(run_id=str(begun[0]))
    conversation_id = UUID(asked.conversation_id) if asked.conversation_id else None
    customer_id = UUID(asked.customer_id) if asked.customer_id else None
    if kind == PROACTIVE and await store.has_opted_out(
        tenant_id, customer_id=customer_id, conversation_id=conversation_id
    ):
        return Began(reason="opted_out")
    if conversation_id is None and asked.customer_id:
        conversation_id = await store.conversation_of(tenant_id, UUID(asked.customer_id))
    if conversation_id is None:
        return Began(reason="no_customer")
    told = Begin(
        id=asked.key,
        scenario=asked.scenario,
        trigger=asked.trigger,
        inputs=asked.inputs,
        event=str(asked.event["name"]) if asked.event.get("name") else None,
        data={name: value for name, value in asked.event.items() if name != "name"},
        if_busy=asked.if_busy,
    )
    await starter.begin_in_conversation(tenant_id, conversation_id, told)
    return Began(conversation_id=str(conversation_id))


async def may_enter(
    runs: CountingRuns,
    tenant_id: UUID,
    one: Published,
    customer_id: UUID | None,
    conversation_id: UUID | None,
) -> bool:
    """What the scenario's `reentry` says of this customer or conversation."""
    policy = one.ir.get("reentry") or {}
    kind = policy.get("policy", "always")
    if kind == "always":
        return True
    recent, all_runs = await runs.counts(
        tenant_id,
        one.key,
        per=policy.get("per", "customer"),
        conversation_id=conversation_id,
        customer_id=customer_id,
        cooldown_s=int(policy.get("cooldown", 0)),
    )
    if kind == "cooldown":
        return recent == 0
    return all_runs < (1 if kind == "once" else int(policy.get("max", 1)))


def _whose() -> tuple[UUID, str]:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    return parse_workflow_id(workflow_id)
