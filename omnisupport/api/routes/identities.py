"""Addresses of a customer: the list, a new one by hand, which comes first, and which is his no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from omnisupport.api.addressing import contact_address
from omnisupport.api.deps import ServicesDep
from omnisupport.api.openapi import may_answer
from omnisupport.api.openings import opening_at
from omnisupport.api.reach import reach_of
from omnisupport.api.routes.customers import Reader, Writer
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.identities import CustomerIdentities, IdentityChange, IdentityOrder, NewIdentity
from omnisupport.domain.customer import parse_line
from omnisupport.errors import Invalid
from omnisupport.storage.access import channels
from omnisupport.storage.access import identities as access
from omnisupport.storage.queries.signed_visitors import PREFIX

router = APIRouter(prefix="/api/v1/customers/{customer_id}/identities", tags=["customers"])

LONGEST_REASON = 200


@router.get("", response_model=CustomerIdentities)
async def list_identities(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """His addresses on every channel, in the order in which they are tried."""
    return _page(await access.list_identities(at.database, who.tenant_id, reach_of(who), customer_id))


@router.post("", status_code=201, response_model=CustomerIdentities, openapi_extra=may_answer(404, 409))
async def add_identity(customer_id: UUID, body: NewIdentity, who: Writer, at: ServicesDep) -> dict[str, Any]:
    """Write down a phone number or a mail address of his; unverified until he writes from there."""
    channel = await channels.access_channel(at.database, who.tenant_id, body.channel_id)
    return _page(
        await access.add_identity(
            at.database,
            who.tenant_id,
            who.actor,
            reach_of(who),
            customer_id,
            channel_id=channel.id,
            external_id=contact_address(channel, body.address),
        )
    )


@router.put("/order", response_model=CustomerIdentities, openapi_extra=may_answer(404))
async def order_identities(
    customer_id: UUID, body: IdentityOrder, who: Writer, at: ServicesDep
) -> dict[str, Any]:
    """Say in which order his addresses are tried when a message cannot be delivered."""
    return _page(
        await access.order_identities(
            at.database, who.tenant_id, who.actor, reach_of(who), customer_id, body.identity_ids
        )
    )


@router.patch("/{identity_id}", response_model=CustomerIdentities)
async def change_identity(
    customer_id: UUID, identity_id: UUID, body: IdentityChange, who: Writer, at: ServicesDep
) -> dict[str, Any]:
    """Make an address the first one on its channel, or say whether anything arrives there."""
    if body.primary is False:
        raise Invalid(
            "Make another address the first one instead.", code="primary_needs_another", field="primary"
        )
    return _page(
        await access.change_identity(
            at.database,
            who.tenant_id,
            who.actor,
            reach_of(who),
            customer_id,
            identity_id,
            primary=bool(body.primary),
            reachable=body.reachable,
        )
    )


@router.delete("/{identity_id}", status_code=204, openapi_extra=may_answer(409))
async def remove_identity(
    customer_id: UUID,
    identity_id: UUID,
    who: Writer,
    at: ServicesDep,
    reason: Annotated[Plain | None, Query(min_length=1, max_length=LONGEST_REASON)] = None,
) -> Response:
    """Say that an address is his no longer, and why; conversations over it stay his, the next one is somebody new's."""
    await access.remove_identity(
        at.database,
        who.tenant_id,
        who.actor,
        reach_of(who),
        customer_id,
        identity_id,
        reason=parse_line(reason, "reason", LONGEST_REASON) if reason is not None else None,
    )
    return Response(status_code=204)


def _page(found: Sequence[access.Address]) -> dict[str, Any]:
    return {"items": [_one(each) for each in found]}


def _one(found: access.Address) -> dict[str, Any]:
    identity, channel = found.identity, found.channel
    return {
        "id": str(identity.id),
        "channel": {
            "id": str(channel.id),
            "type": channel.type,
            "name": channel.name,
            "status": channel.status,
        },
        "address": identity.external_id,
        "vouched": identity.vouched is not None or identity.external_id.startswith(PREFIX),
        "primary": found.is_primary,
        "reachable": identity.unreachable is None,
        "unreachable": identity.unreachable,
        "conversation_id": str(found.conversation_id) if found.conversation_id else None,
        "opening": opening_at(found, datetime.now(UTC))[0],
        "last_in_at": identity.last_in_at.isoformat() if identity.last_in_at else None,
        "created_at": identity.created_at.isoformat(),
    }
