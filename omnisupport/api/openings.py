"""Conversations that operators begin: to whom, whether that is possible now, and the first message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from omnisupport.api.addressing import contact_address
from omnisupport.api.deps import Person
from omnisupport.api.operations import operate
from omnisupport.api.reach import reach_of
from omnisupport.api.replying import Reply, template_reply
from omnisupport.api.schemas.openings import NewConversation
from omnisupport.api.services import Services
from omnisupport.channels.preview import takes
from omnisupport.channels.registry import addressing_of
from omnisupport.domain import conversation as domain
from omnisupport.domain.message import check_text
from omnisupport.domain.opening import Doorstep, Obstacle, Opening, opening_of
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Conflict, Forbidden, Invalid, NotFound
from omnisupport.storage.access import channels, identities
from omnisupport.storage.access import openings as access
from omnisupport.storage.access.conversations import access_conversation
from omnisupport.storage.access.identities import Address
from omnisupport.storage.access.openings import Recipient
from omnisupport.storage.access.reply_places import ReplyPlace, account_without_secrets
from omnisupport.texts import DEFAULT_LOCALE, say


async def begin_conversation(
    at: Services, who: Person, customer_id: UUID, body: NewConversation
) -> tuple[UUID, bool]:
    """Begin one, or go on in the one that is open there; its id, and whether it was open.

    Raises:
        NotFound: no such customer, channel or address in reach.
        Invalid: neither an address nor a channel is named, or the words cannot be sent.
        Conflict: nothing can be sent there now (codes of `Obstacle`), or the open conversation is not in reach.
    """
    to = await _recipient(at, who, customer_id, body)
    opening, obstacle = opening_at(to.at, datetime.now(UTC))
    is_template = body.content is not None and body.content.template is not None
    if obstacle is None and opening is Opening.TEMPLATE and not is_template:
        obstacle = Obstacle.WINDOW
    if obstacle is not None:
        raise _refusal(obstacle, to, who.locale)
    reply = await _reply(at, who, to, body)
    conversation_id = await access.open_conversation(
        at.database, who.tenant_id, who.actor, to, by=who.user_id, name=who.name
    )
    try:
        await access_conversation(at.inbox, who.tenant_id, who.reach, conversation_id)
    except NotFound as away:
        raise Conflict(
            say("error.conversation_elsewhere", who.locale), code="conversation_elsewhere"
        ) from away
    operation = domain.Operation(
        id=f"message:{body.client_message_id}",
        by=domain.Person(id=str(who.user_id), name=who.name),
        text=reply.text,
        content=reply.content or None,
        client_message_id=body.client_message_id,
        reach=who.reach,
    )
    await operate(at, who.tenant_id, conversation_id, "reply", operation)
    return conversation_id, conversation_id == to.at.conversation_id


def opening_at(there: Address, now: datetime) -> tuple[Opening, Obstacle | None]:
    """With what a conversation may begin at an address, and what stands against it."""
    identity, channel = there.identity, there.channel
    told = Doorstep(
        channel.type,
        channel.status == "active",
        addressing_of(channel.type, channel.provider) is not None,
        identity.unreachable is not None,
        there.is_denied,
        identity.last_in_at,
    )
    return opening_of(told, takes(account_without_secrets(channel, DEFAULT_LOCALE)), now)


async def _recipient(at: Services, who: Person, customer_id: UUID, body: NewConversation) -> Recipient:
    if (body.identity_id is None) == (body.channel_id is None):
        raise Invalid(
            "Name an address of the customer by identity_id, or a channel by channel_id.",
            code="recipient_required",
            field="identity_id",
        )
    reach = reach_of(who)
    if body.channel_id is None:
        found = await access.access_recipient(
            at.database, who.tenant_id, reach, customer_id, identity_id=body.identity_id
        )
        assert found is not None
        return found
    channel = await channels.access_channel(at.database, who.tenant_id, body.channel_id)
    address = contact_address(channel, body.address) if body.address is not None else None
    where: dict[str, Any] = {"channel_id": channel.id, "address": address}
    found = await access.access_recipient(at.database, who.tenant_id, reach, customer_id, **where)
    if found is None and address is not None:
        if Permission.CUSTOMERS_WRITE not in who.permissions:
            raise Forbidden("To write down a new address of a customer needs the permission customers.write.")
        await identities.add_identity(
            at.database,
            who.tenant_id,
            who.actor,
            reach,
            customer_id,
            channel_id=channel.id,
            external_id=address,
        )
        found = await access.access_recipient(at.database, who.tenant_id, reach, customer_id, **where)
    if found is None:
        raise NotFound("This customer has no address on this channel.", code="identity_not_found")
    return found


async def _reply(at: Services, who: Person, to: Recipient, body: NewConversation) -> Reply:
    if body.content is None or body.content.template is None:
        return Reply(check_text(body.text))
    place = ReplyPlace(
        account_without_secrets(to.at.channel, to.customer.locale),
        to.at.channel.name,
        to.at.identity.external_id,
        to.at.identity.last_in_at,
        to.at.identity.thread or {},
        to.customer.locale,
        to.at.identity.unreachable,
    )
    return await template_reply(at, who, place, body.content.template, body.text)


def _refusal(obstacle: Obstacle, to: Recipient, locale: str) -> Conflict:
    channel = to.at.channel.name
    return Conflict(say(f"opening.{obstacle}", locale, channel=channel), code=str(obstacle))
