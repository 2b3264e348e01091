"""An address as a person writes it, in the form in which its channel knows it."""

from __future__ import annotations

import re

from omnisupport.channels.registry import addressing_of, folder_of
from omnisupport.domain.customer import parse_line, parse_phone
from omnisupport.errors import Conflict, Invalid
from omnisupport.storage.queries.tenants import parse_address
from omnisupport.storage.tables import Channel

LONGEST = 200
NUMBERED = frozenset({"telegram", "vk", "max"})
"""Their chats are numbers; a group's is negative."""
CHAT = re.compile(r"-?[0-9]{1,20}")


def contact_address(channel: Channel, address: str, field: str = "address") -> str:
    """The address of a phone or a mailbox.

    Raises:
        Conflict: nobody can be written to there who has not written first (code `channel_not_addressable`).
        Invalid: it is no phone, or no mail address.
    """
    addressing = addressing_of(channel.type, channel.provider)
    if addressing is None:
        raise Conflict(
            "On this channel nobody can be written to who has not written first. Choose a channel for phones or mail.",
            code="channel_not_addressable",
            field="channel_id",
        )
    if addressing.CONTACT == "phone":
        return addressing.address_at(channel.type, parse_phone(address, field))
    try:
        return addressing.address_at(channel.type, parse_address(address))
    except Invalid as wrong:
        raise Invalid(wrong.detail, code=wrong.code, field=field) from wrong


def any_address(channel: Channel, address: str, field: str = "to") -> str:
    """The address of anybody on a channel: a phone, a mailbox, else the chat as its provider numbers it.

    Raises:
        Conflict: the channel has no addresses (code `channel_without_addresses`).
        Invalid: it is none of this channel.
    """
    if folder_of(channel.type, channel.provider) is None:
        raise Conflict(
            "The widget has no addresses: its visitors are on a page. Open the page and write there.",
            code="channel_without_addresses",
        )
    if addressing_of(channel.type, channel.provider) is not None:
        return contact_address(channel, address, field)
    written = parse_line(address.strip(), field, LONGEST)
    if channel.type in NUMBERED and not CHAT.fullmatch(written):
        raise Invalid(
            "The address here is the number of a chat, such as 123456789. It stands on the page of a customer who has"
            " written.",
            code="address_invalid",
            field=field,
        )
    return written
