"""Begins scenarios that another system asks for: which trigger takes it, with what, and where it goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from temporalio.service import RPCError

from omnisupport.activities.runs import begin, may_enter
from omnisupport.api.deps import Person
from omnisupport.api.reach import reach_of
from omnisupport.api.schemas.scenarios import NewRun
from omnisupport.api.schemas.settings import MOST_EVENT_BYTES
from omnisupport.api.services import Services
from omnisupport.domain.releases import Published, resolve
from omnisupport.domain.runs import CONVERSATION_KINDS, Asked, Began
from omnisupport.errors import Conflict, Invalid, Unavailable
from omnisupport.scenario_dsl import Context
from omnisupport.scenario_dsl.entry import InputRefused, named_by, read_inputs
from omnisupport.scenario_dsl.triggers import audience_takes
from omnisupport.storage.access.conversations import access_conversation
from omnisupport.storage.access.customers import access_customer
from omnisupport.storage.access.scenarios import access_scenario, note_begun
from omnisupport.storage.queries.runs import Runs
from omnisupport.storage.queries.triggers import Triggers

_REASONS = {
    "not_published": "This scenario is not published: nothing of it can be begun.",
    "subflow": "A subflow is begun by the scenarios that call it, not from outside.",
    "no_customer": "There is no way yet on which this customer could be talked to.",
}


async def begin_scenario(
    at: Services, who: Person, scenario_id: UUID, body: NewRun, *, key: str | None
) -> Began:
    """Begin the published version through its trigger of the api; the same `key` of the same person begins it once.

    Raises:
        NotFound: no such scenario, customer or conversation in reach.
        Conflict: it is not published, has no trigger of the api, or that one or `reentry` refuses.
        Invalid: an input is unknown, missing or unfit, or nobody is named to a scenario that talks to somebody.
        Unavailable: the engine is away; the same call with the same key begins it once.
    """
    scenario = await access_scenario(at.database, who.tenant_id, scenario_id)
    customer_id, conversation_id = await _whom(at, who, body)
    one = await _published(at, who.tenant_id, scenario_id, customer_id)
    talks = one.ir["kind"] in CONVERSATION_KINDS
    if one.ir["kind"] == "subflow":
        raise Conflict(_REASONS["subflow"], code="subflow")
    triggers = named_by(one.ir, "api")
    if not triggers:
        raise Conflict(
            f"The published version of '{scenario.key}' has no trigger of the type api: add one and publish it.",
            code="no_api_trigger",
        )
    if talks and customer_id is None:
        raise Invalid(
            "This scenario talks to a customer: say to whom, or in which conversation.",
            code="customer_required",
            field="customer_id",
        )
    _check_size(body.inputs)
    trigger = await _taking(at, who.tenant_id, one, triggers, body.inputs, customer_id, conversation_id)
    try:
        inputs = read_inputs(one.ir, trigger, body.inputs)
    except InputRefused as refused:
        raise Invalid(refused.problem, code="input_refused", field=f"inputs.{refused.name}") from refused
    runs = Runs(at.database)
    if not await may_enter(runs, who.tenant_id, one, customer_id, conversation_id):
        raise Conflict("The scenario's 'reentry' lets nobody begin it again so soon.", code="reentry_refused")
    asked = Asked(
        key=f"api:{scenario_id}:{who.key_id or who.user_id}:{key or uuid4()}",
        scenario=one.key,
        mode="api",
        inputs=inputs,
        trigger=trigger["id"],
        event={"name": "trigger.api", "inputs": inputs},
        conversation_id=str(conversation_id) if conversation_id else None,
        customer_id=str(customer_id) if customer_id else None,
        started_by=str(who.user_id) if who.key_id is None else None,
        if_busy=one.ir.get("concurrency", {}).get("if_busy", "skip"),
    )
    try:
        begun = await begin(runs, at.bell, who.tenant_id, asked)
    except (RPCError, RuntimeError, OSError) as away:
        raise Unavailable(
            "The scenario cannot be begun now. Send the same request again.", code="engine_unavailable"
        ) from away
    if begun.reason is not None:
        raise Conflict(_REASONS[begun.reason], code=begun.reason)
    where = {"run_id": begun.run_id, "conversation_id": begun.conversation_id, "trigger": trigger["id"]}
    await note_begun(at.database, who.tenant_id, who.actor, scenario_id, begun=where)
    return begun


async def _whom(at: Services, who: Person, body: NewRun) -> tuple[UUID | None, UUID | None]:
    """The customer and the conversation that the run is about, as far as they are named and reached."""
    customer_id = body.customer_id
    if customer_id is not None:
        await access_customer(at.database, who.tenant_id, reach_of(who), customer_id)
    if body.conversation_id is None:
        return customer_id, None
    found = await access_conversation(at.inbox, who.tenant_id, who.reach, body.conversation_id)
    its = UUID(found["customer"]["id"])
    if customer_id not in (None, its):
        raise Invalid(
            "This conversation is another customer's.", code="conversation_of_another", field="customer_id"
        )
    return its, body.conversation_id


async def _published(at: Services, tenant_id: UUID, scenario_id: UUID, customer_id: UUID | None) -> Published:
    """What begins: in a conversation the version that its customer gets, else the live one."""
    live = [one for one in await at.scenarios.published(tenant_id) if one.scenario_id == str(scenario_id)]
    if not live:
        raise Conflict(_REASONS["not_published"], code="not_published")
    talks = live[0].ir["kind"] in CONVERSATION_KINDS
    return resolve(live, str(customer_id) if customer_id and talks else None)[0]


async def _taking(
    at: Services,
    tenant_id: UUID,
    one: Published,
    triggers: list[dict[str, Any]],
    inputs: dict[str, Any],
    customer_id: UUID | None,
    conversation_id: UUID | None,
) -> dict[str, Any]:
    """The first trigger whose filters let the call through."""
    about = await Triggers(at.database).about(tenant_id, customer_id, conversation_id)
    customer, conversation, tenant = about
    context = Context(
        now=int(datetime.now(UTC).timestamp() * 1_000),
        locale=str(customer.get("locale") or tenant.get("locale") or "ru"),
        channel={},
        customer=customer,
        conversation=conversation,
        tenant=tenant,
    )
    data = {"started_by": "api", "data": inputs}
    for trigger in triggers:
        if audience_takes(one.ir, trigger["id"], context, data):
            return trigger
    raise Conflict(
        "The filters of the scenario's triggers of the api let this call not through.", code="trigger_refused"
    )


def _check_size(inputs: dict[str, Any]) -> None:
    written = orjson.dumps(inputs)
    if len(written) > MOST_EVENT_BYTES:
        raise Invalid("The inputs have at most 32 KiB together.", code="inputs_too_large", field="inputs")
