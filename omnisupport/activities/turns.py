"""The local activities of a turn: read, choose, look up, commit. They touch Postgres and the hint only."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

import orjson
from temporalio import activity

from omnisupport.domain.calls import CallResult, InboundRow
from omnisupport.domain.conversation import (
    DEFAULT_ANSWER,
    Chosen,
    Committed,
    Controller,
    Loaded,
    Row,
    Status,
)
from omnisupport.domain.message import carried
from omnisupport.domain.releases import Published, resolve
from omnisupport.errors import NotFound
from omnisupport.observability import fault_point, get_logger
from omnisupport.scenario_dsl import (
    Context,
    Inbound,
    load_template,
    match_trigger,
    write_ir,
)
from omnisupport.scenario_dsl.channels import WINDOWED
from omnisupport.scenario_dsl.runtime.labels import labels_within
from omnisupport.scenario_dsl.triggers import undecided_intents
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)

GREETING_EVENT = "widget.opened"
GREETING_RUN = "0."
"""Buttons of the greeting carry run 0: the visitor saw them before a conversation existed."""
SYSTEM = "system:"
BATCH = 10


@dataclass(frozen=True)
class Choose:
    """A message (or event) that no scenario awaits yet; `known` are IR hashes that need not come back."""

    text: str
    button: str | None
    first: bool
    reopened: bool
    system: str | None
    known: list[str]
    context: Context
    scenario: str | None = None
    """The published scenario of this id, whatever its triggers: another one has given the conversation to it."""
    intents: dict[str, float] | None = None
    """What the message is about, and how sure that is; None: nobody has looked yet."""
    referral: str | None = None
    """The mark of the link that the customer came by."""


@dataclass(frozen=True)
class Heard:
    """The message that a run was rung for, and when: who takes it is found out with the first read."""

    seq: int
    text: str
    button: str | None
    now: int
    referral: str | None = None


@dataclass(frozen=True)
class LookUp:
    """A cheap question of a scenario: opening hours, or the form of a phone number."""

    kind: str
    request: dict[str, Any]
    now: int


class ConversationStore(Protocol):
    """The rows of conversations (`storage/queries/conversations.py`)."""

    async def load(self, tenant_id: UUID, conversation_id: str) -> Loaded | None:
        """Row, IR and context; None when the conversation is gone."""

    async def inbound_after(
        self, tenant_id: UUID, conversation_id: str, seq: int, limit: int
    ) -> list[InboundRow]:
        """Inbound messages after a seq, oldest first."""

    async def ir(self, tenant_id: UUID, ir_hash: str) -> str | None:
        """The text of a published version, by its hash."""

    async def commit(self, tenant_id: UUID, conversation_id: str, body: bytes) -> Committed:
        """The compare-and-set of a turn."""


class ScenarioStore(Protocol):
    """Published scenarios of a tenant (`storage/queries/scenarios.py`)."""

    async def published(self, tenant_id: UUID) -> Sequence[Published]:
        """Live versions and their canaries, in order of their keys."""


class LookUps(Protocol):
    """Local answers (`activities/look_ups.py`)."""

    async def look_up(
        self, tenant_id: UUID, conversation_id: UUID, kind: str, request: dict[str, Any], now: int
    ) -> CallResult:
        """Opening hours by calendar, who is there, or a phone number's normal form."""


class Teller(Protocol):
    """Where a committed change is hinted at (`storage/redis.py`)."""

    async def publish(
        self, tenant_id: UUID | str, kind: str, conversation_id: UUID | str, **data: Any
    ) -> None:
        """Tell listeners; never raises."""


class TurnActivities:
    """Local activities on queue `conversations`; tenant and conversation come from the workflow's id."""

    def __init__(
        self, conversations: ConversationStore, scenarios: ScenarioStore, look_ups: LookUps, teller: Teller
    ) -> None:
        self._conversations = conversations
        self._scenarios = scenarios
        self._look_ups = look_ups
        self._teller = teller

    @activity.defn
    async def load_conversation(self, heard: Heard | None = None) -> Loaded | None:
        """A run's first read, and who takes the message that it was rung for."""
        tenant_id, conversation_id = _whose()
        loaded = await self._conversations.load(tenant_id, conversation_id)
        if loaded is not None and loaded.row.turn > 0 and loaded.row.cursor >= loaded.row.last_in:
            # Rung, and answered already: who wrote the answer may have died before its hint.
            await self._teller.publish(tenant_id, "commit", conversation_id)
        if loaded is None or loaded.ir is not None:
            return loaded
        if loaded.row.state is not None:
            return replace(loaded, ir=_system_ir(loaded.row.scenario_key, loaded.row.ir_hash))
        return replace(loaded, chosen=await self._foresee(conversation_id, loaded, heard))

    @activity.defn
    async def read_inbound(self, after: int) -> list[Inbound]:
        """At most 10 inbound messages after a seq."""
        tenant_id, conversation_id = _whose()
        rows = await self._conversations.inbound_after(tenant_id, conversation_id, after, BATCH)
        return [
            Inbound(
                seq=row.seq,
                text=row.text,
                button=row.button,
                content=carried(row.content),
                album=(row.content or {}).get("album"),
            )
            for row in rows
        ]

    @activity.defn
    async def read_version(self, ir_hash: str) -> str | None:
        """The compiled text of a published version, or None for one that is gone."""
        tenant_id, _ = _whose()
        return await self._conversations.ir(tenant_id, ir_hash)

    @activity.defn
    async def choose_scenario(self, choose: Choose) -> Chosen:
        """Which scenario takes a message: a system one by name, the greeting by its button, a tenant's by
        trigger, else the default answer. Where intents could change that, it says which: it is asked again then."""
        if choose.system is not None:
            return _chosen(choose, choose.system, load_template(choose.system.removeprefix(SYSTEM)), None)
        tenant_id, _ = _whose()
        live = await self._scenarios.published(tenant_id)
        if choose.button is not None and choose.button.startswith(GREETING_RUN):
            # The greeting is shown before anybody is a customer, so it is the live version's: go on in that one.
            greeting = match_trigger(
                [item.ir for item in live],
                "event",
                text=None,
                event=GREETING_EVENT,
                first=choose.first,
                reopened=choose.reopened,
                context=choose.context,
            )
            if greeting is not None:
                key = next(item.key for item in live if item.ir_hash == greeting.ir["hash"])
                return _chosen(choose, key, greeting.ir, greeting.trigger_id, silent=True)
        published = {item.ir_hash: item for item in resolve(live, choose.context.customer.get("id"))}
        if choose.scenario is not None:
            wanted = next((item for item in published.values() if item.key == choose.scenario), None)
            if wanted is None:
                raise NotFound(f"There is no published scenario '{choose.scenario}'.")
            return _chosen(choose, wanted.key, wanted.ir, None)
        irs = [item.ir for item in published.values()]
        match = match_trigger(
            irs,
            "message",
            text=choose.text,
            event=None,
            first=choose.first,
            reopened=choose.reopened,
            context=choose.context,
            data=_known_of(choose),
        )
        intents = _intents_wanted(choose, irs)
        if match is not None:
            key = published[match.ir["hash"]].key
            return _chosen(choose, key, match.ir, match.trigger_id, intents_wanted=intents)
        return _chosen(choose, DEFAULT_ANSWER, load_template("default_answer"), None, intents_wanted=intents)

    async def _foresee(self, conversation_id: str, loaded: Loaded, heard: Heard | None) -> Chosen | None:
        row = loaded.row
        if heard is None or row.controller == Controller.OPERATOR or heard.seq <= row.cursor:
            return None
        context = context_of(loaded, conversation_id, now=heard.now, status=Status.OPEN, tags=row.tags)
        choose = Choose(
            text=heard.text,
            button=heard.button,
            first=row.run == 0,
            reopened=row.status == Status.RESOLVED,
            system=None,
            known=[],
            context=context,
            referral=heard.referral,
        )
        try:
            return await self.choose_scenario(choose)
        except Exception as broken:  # asked again by the workflow, whose turn it then fails
            log.warning("scenario_not_foreseen", conversation_id=conversation_id, exc_info=broken)
            return None

    @activity.defn
    async def look_up(self, look_up: LookUp) -> CallResult:
        """Answer a cheap question of a scenario."""
        tenant_id, conversation_id = _whose()
        return await self._look_ups.look_up(
            tenant_id, UUID(conversation_id), look_up.kind, look_up.request, look_up.now
        )

    @activity.defn
    async def commit_turn(self, body: bytes) -> Committed:
        """Write a turn once, then hint at it; a repeat changes nothing and returns the row.

        `body` is the JSON that the SQL function takes: it goes through as it is, and never enters history. Its
        `typing` is for the hint alone.
        """
        tenant_id, conversation_id = _whose()
        fault_point("before_commit")
        committed = await self._conversations.commit(tenant_id, conversation_id, body)
        fault_point("after_commit")
        if committed.refused is None and not committed.gone:  # met again, its hint may have been lost
            fault_point("before_send")
            shown = _typing_ms(body) if committed.committed else 0
            more = {"typing": shown} if shown > 0 else {}
            await self._teller.publish(tenant_id, "commit", conversation_id, **more)
            fault_point("after_send")
        return committed


def _typing_ms(body: bytes) -> int:
    """How much longer the customer is to see that somebody writes, in milliseconds."""
    # Few turns have it, and the others are not to be read for that: in a text the quotes would be escaped.
    until = orjson.loads(body).get("typing") if b'"typing":' in body else None
    return 0 if until is None else int(until) - int(time.time() * 1000)


def context_of(
    loaded: Loaded,
    conversation_id: str,
    *,
    now: int,
    status: str,
    tags: list[str],
    row: Row | None = None,
) -> Context:
    """What a scenario may read about the world; `now` in epoch milliseconds."""
    channel, tenant, row = loaded.channel, loaded.tenant, row or loaded.row
    known: dict[str, Any] = {"id": conversation_id, "status": status, "tags": tags}
    if row.assignee_id:
        known["assignee"] = {"id": row.assignee_id, "name": row.assignee_name}
    if channel["type"] in WINDOWED:  # where nothing depends on it, history is spared it
        known["last_inbound_at"] = loaded.last_inbound_at
    return Context(
        now=now,
        locale=locale_of(loaded),
        channel={"type": channel["type"], "id": channel["id"]},
        customer=loaded.customer,
        conversation={**known, **(loaded.fields or {})},
        tenant={"name": tenant["name"], "slug": tenant.get("slug"), "timezone": tenant["timezone"]},
    )


def locale_of(loaded: Loaded) -> str:
    """The language of a conversation: the customer's, else the tenant's."""
    return str(loaded.customer.get("locale") or loaded.tenant.get("locale") or "ru")


def _system_ir(key: str | None, ir_hash: str | None) -> str | None:
    """A system scenario's IR, if this release still has the version that a run is in."""
    if key is None or not key.startswith(SYSTEM):
        return None
    ir = load_template(key.removeprefix(SYSTEM))
    return write_ir(ir) if ir["hash"] == ir_hash else None


def _intents_wanted(choose: Choose, irs: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What a typed message is to be compared with before anybody takes it; None: nothing, or it has been."""
    if choose.intents is not None or choose.button is not None or not choose.text.strip():
        return None
    labels = undecided_intents(
        irs, text=choose.text, first=choose.first, reopened=choose.reopened, context=choose.context
    )
    return labels_within(labels) if labels else None


def _known_of(choose: Choose) -> dict[str, Any]:
    """What is known of a message besides its text."""
    known = {"intents": choose.intents, "button": choose.button, "referral": choose.referral}
    return {name: value for name, value in known.items() if value is not None}


def _chosen(
    choose: Choose,
    key: str,
    ir: dict[str, Any],
    trigger: str | None,
    *,
    silent: bool = False,
    intents_wanted: dict[str, Any] | None = None,
) -> Chosen:
    ir_hash = ir["hash"]
    return Chosen(
        scenario_key=key,
        ir_hash=ir_hash,
        ir=None if ir_hash in choose.known else write_ir(ir),
        trigger=trigger,
        controller=Controller.ASSISTANT if key == DEFAULT_ANSWER else Controller.SCENARIO,
        silent=silent,
        intents_wanted=intents_wanted,
    )


def _whose() -> tuple[UUID, str]:
    workflow_id = activity.info().workflow_id
    assert workflow_id is not None
    return parse_workflow_id(workflow_id)
