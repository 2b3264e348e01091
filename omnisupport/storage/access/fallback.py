"""Failed messages for a person: where they may go instead, and that they go; and the tenant's word on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from omnisupport.domain.actor import Actor
from omnisupport.domain.fallback import FallbackPolicy, FallbackSettings, FellBack
from omnisupport.domain.reach import Reach
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.conversations import absent
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.fallback import Fallbacks
from omnisupport.storage.queries.inbox import scope_of
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Tenant


async def access_settings(database: Database, tenant_id: UUID) -> FallbackSettings:
    """What the tenant has said."""
    async with database.session(tenant_id) as session:
        tenant = await session.get_one(Tenant, tenant_id)
        return FallbackSettings.of(tenant.settings)


async def change_settings(
    database: Database, tenant_id: UUID, actor: Actor, wanted: FallbackSettings
) -> None:
    """Say it anew."""
    async with database.session(tenant_id) as session:
        tenant = await session.get_one(Tenant, tenant_id, with_for_update=True)
        before, after = changed(FallbackSettings.of(tenant.settings).as_json(), wanted.as_json())
        if not after:
            return
        tenant.settings = {**tenant.settings, "fallback": wanted.as_json()}
        session.add(tenant)
        record(session, tenant_id, actor, "fallback.change", before=before, after=after)


async def list_options(database: Database, tenant_id: UUID, message_id: UUID) -> list[dict[str, Any]]:
    """As `Fallbacks.options`; none where the tenant wants no message to go elsewhere."""
    if (await access_settings(database, tenant_id)).policy == FallbackPolicy.OFF:
        return []
    return await Fallbacks(database).options(tenant_id, message_id)


async def fall_back(
    database: Database,
    tenant_id: UUID,
    reach: Reach | None,
    actor: Actor,
    conversation_id: UUID,
    message_id: UUID,
    told: dict[str, Any],
) -> FellBack:
    """Say a failed message over another address of its customer, once.

    Raises:
        NotFound: no such conversation or message in reach.
        Conflict: it has not failed (code `message_not_open`), it cannot go there (`fallback_not_possible`), or the
            tenant wants none to go anywhere (`fallback_off`).
    """
    if (await access_settings(database, tenant_id)).policy == FallbackPolicy.OFF:
        raise Conflict(
            "Sending over another channel is switched off in the settings of channels.", code="fallback_off"
        )
    scope = scope_of(reach)
    found = await Fallbacks(database).fall_back(tenant_id, conversation_id, message_id, told, scope)
    match found.get("error"):
        case "conversation_gone":
            raise absent()
        case "message_not_found":
            raise NotFound("There is no such message.", code="message_not_found")
        case "message_not_open":
            raise Conflict(
                f"This message is {found['status']}: only one that was not sent goes over another channel.",
                code="message_not_open",
            )
        case "fallback_not_possible":
            raise Conflict(
                "The message cannot go to this address: it was tried, takes nothing now, or is not his any longer.",
                code="fallback_not_possible",
            )
    gone = FellBack(**found)
    if not gone.again:
        async with database.session(tenant_id) as session:
            after = {"message": str(message_id), "sent": gone.message_id, "channel": gone.channel_type}
            target = ("conversation", conversation_id)
            record(session, tenant_id, actor, "message.fallback", target=target, after=after)
    return gone
