"""Twilio's error codes: what becomes of a message, and why, in words for people.

The same codes answer a request and come later with a status. Twilio adds new ones and splits old ones, so what is not
known here is judged by its HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping

from omnisupport.channels.base import (
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RecipientGone,
    WindowClosed,
    in_words,
)

DEFAULT_WAIT_S = 1.0
QUEUE_FULL_S = 60.0
DAY_IS_OVER_S = 3600.0
TOO_MANY = "Twilio asks to wait."

_REFUSALS: Mapping[int, tuple[type[NotSent], str]] = {
    11751: (BadPayload, "The file is too large for this channel."),
    12300: (BadPayload, "Twilio does not take files of this type."),
    20003: (AuthFailed, "Twilio does not know this account and token. Reconnect the channel."),
    20005: (AuthFailed, "The account at Twilio is not active."),
    21211: (RecipientGone, "This is not a number that can be written to."),
    21212: (AuthFailed, "The channel's own number is not valid. Reconnect the channel."),
    21265: (RecipientGone, "Twilio does not write to short numbers."),
    21266: (RecipientGone, "The channel's number cannot write to itself."),
    21408: (BadPayload, "Messages to this country are not switched on in the account at Twilio."),
    21608: (BadPayload, "A trial account of Twilio writes to verified numbers only."),
    21610: (RecipientGone, "The customer has replied STOP and takes no messages from this number."),
    21612: (RecipientGone, "This number cannot be reached from the channel's number."),
    21614: (RecipientGone, "This number takes no SMS."),
    21617: (BadPayload, "The text is longer than Twilio takes."),
    21620: (BadPayload, "Twilio cannot fetch the file."),
    21635: (RecipientGone, "This is a landline, which takes no SMS."),
    21655: (BadPayload, "Twilio knows no such content template in this account."),
    21656: (BadPayload, "A value for the content template is missing or empty."),
    21658: (BadPayload, "The text, or a value for the template, is longer than Twilio takes."),
    21660: (AuthFailed, "The channel's number is not of this account at Twilio. Reconnect the channel."),
    21661: (AuthFailed, "The channel's number cannot send messages."),
    30002: (AuthFailed, "The account at Twilio is suspended."),
    63002: (AuthFailed, "WhatsApp does not know the channel's number."),
    63003: (RecipientGone, "This number is not on WhatsApp."),
    63007: (AuthFailed, "Twilio has no WhatsApp sender of this number in the account."),
    63016: (
        WindowClosed,
        "More than 24 hours have passed since the customer wrote; only a template may be sent.",
    ),
    63019: (BadPayload, "Twilio cannot fetch the file."),
    63021: (BadPayload, "WhatsApp does not take this content."),
    63024: (RecipientGone, "This number cannot be written to on WhatsApp."),
}

_WAITS: Mapping[int, tuple[float, str]] = {
    20429: (DEFAULT_WAIT_S, TOO_MANY),
    21611: (QUEUE_FULL_S, "The queue of the channel's number is full at Twilio."),
    30001: (QUEUE_FULL_S, "The queue of the channel's number is full at Twilio."),
    63017: (DEFAULT_WAIT_S, TOO_MANY),
    63018: (QUEUE_FULL_S, "The channel's number sends more than WhatsApp allows."),
    63038: (DAY_IS_OVER_S, "The account at Twilio has sent all that it may in a day."),
}

# These come with a status only.
_LATER: Mapping[int, str] = {
    30003: "The phone is off or out of reach.",
    30004: "The customer or the carrier blocks messages from this number.",
    30005: "This number is not in use.",
    30006: "This is a landline, or its carrier takes no SMS.",
    30007: "The carrier has filtered the message as unwanted.",
    30008: "The carrier does not say why the message was not delivered.",
    30034: "The channel's number is not registered for messages to the United States.",
    63049: "WhatsApp chose not to deliver this marketing message.",
}

_OF_FILES = frozenset({11751, 12300, 21620, 63019})


class FileRefused(BadPayload):
    """Not the words, but the file below which they stand."""


def refusal(code: int | None, status: int, words: str, retry_after: float | None) -> NotSent:
    """What an answer of 4xx becomes; `words` are Twilio's own, for what is not known here."""
    if code in _WAITS or status == 429:
        wait, why = _WAITS.get(code or 0, (DEFAULT_WAIT_S, TOO_MANY))
        return RateLimited(why, scope="account", retry_after=wait if retry_after is None else retry_after)
    if code is not None and code in _REFUSALS:
        kind, why = _REFUSALS[code]
        why = in_words(why, words) if kind is AuthFailed else why
        return FileRefused(why) if code in _OF_FILES else kind(why)
    if status in (401, 403, 404):
        return AuthFailed("Twilio does not let this account in. Reconnect the channel.")
    return BadPayload(f"Twilio refuses the message: {words}" if words else "Twilio refuses the message.")


def reason(code: str) -> str | None:
    """Why a message was not delivered, as far as its code is known."""
    if not code.isascii() or not code.isdecimal() or len(code) > 9:
        return None
    number = int(code)
    if number in _REFUSALS:
        return _REFUSALS[number][1]
    return _WAITS[number][1] if number in _WAITS else _LATER.get(number)
