"""What servers tell of a mail that we sent: refused, late, delivered (RFC 3464), and what older ones write instead."""

from __future__ import annotations

import re
from datetime import datetime

from omnisupport.channels.base import Account
from omnisupport.channels.email.charsets import decode_words, one_line
from omnisupport.channels.email.ids import ids_in, is_ours, normal_address, part_key_of
from omnisupport.channels.email.mime import Leaf, Part, content, inside, value, words
from omnisupport.channels.email.origin import addresses_in, is_machine
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent

DETAIL_LENGTH = 300
SEARCHED = 256 * 1024
"""Bytes of an older bounce that are searched for the id of what it is about."""
_ACTIONS: dict[str, DeliveryStatus] = {
    "failed": "failed",
    "delayed": "sent",
    "relayed": "sent",
    "expanded": "sent",
    "delivered": "delivered",
}
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REFUSED = re.compile(
    r"undeliver|delivery (?:status|fail|has failed)|failure notice|returned (?:mail|to sender)|mail delivery failed"
    r"|не ?доставлен|недоставлен|не удалось доставить|ошибка доставки",
    re.IGNORECASE,
)
_LATE = re.compile(r"delay|warning|still being|задерж|отлож", re.IGNORECASE)


def is_report(mail: Part) -> bool:
    """Whether a server, or somebody's mail program, tells what became of a mail."""
    return mail.get_content_type() == "multipart/report"


def is_bounce(mail: Part, sender: str) -> bool:
    """Whether this is a bounce in a form of its own: from a server, about a mail that it could not deliver."""
    failed = value(mail, "x-failed-recipients")
    return bool(failed) or (is_machine(sender) and _REFUSED.search(words(mail, "subject")) is not None)


def statuses(mail: Part, found: list[Leaf], key: str, at: datetime, account: Account) -> list[InboundEvent]:
    """What a report tells of mails of ours; nothing if it is about others, or was asked for by nobody."""
    about = _about(mail, found, account)
    if about is None:
        return []
    blocks = [
        block for leaf in found if leaf.type == "message/delivery-status" for block in inside(leaf.part)[:50]
    ]
    told = [event for block in blocks if (event := _status(block, about, key, at)) is not None]
    if told or is_report(mail):
        return told
    return [_refusal(mail, about, key, at)]


def _about(mail: Part, found: list[Leaf], account: Account) -> str | None:
    """The Message-ID of our mail that is meant: that of the mail within, else one that it answers to or quotes."""
    ids: list[str] = []
    for leaf in found:
        if leaf.type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            head = content(leaf.part)[:SEARCHED].decode("ascii", "replace")
            ids += ids_in(" ".join(re.findall(r"(?im)^message-id:\s*(<[^\s>]+>)", head)))
    ids += ids_in(f"{words(mail, 'in-reply-to')} {words(mail, 'references')}")
    if not is_report(mail):
        ids += ids_in(
            " ".join(content(leaf.part)[:SEARCHED].decode("ascii", "replace") for leaf in found[:5])
        )
    return next((each for each in ids if is_ours(each, account)), None)


def _status(block: Part, about: str, key: str, at: datetime) -> InboundEvent | None:
    action = value(block, "action").strip().lower()
    if action not in _ACTIONS:
        return None  # the first block is about the server, not about a recipient
    recipient = _recipient(value(block, "original-recipient") or value(block, "final-recipient"))
    code = _STATUS.search(value(block, "status"))
    said = one_line(decode_words(value(block, "diagnostic-code").partition(";")[2]))
    return InboundEvent(
        EventKind.STATUS,
        f"{key}:{recipient}:{action}",
        recipient,
        at,
        ref=about,
        part_key=part_key_of(about),
        status=_ACTIONS[action],
        code=code[0] if code else None,
        detail=said[:DETAIL_LENGTH] or (action if action == "delayed" else None),
        automatic=True,
    )


def _refusal(mail: Part, about: str, key: str, at: datetime) -> InboundEvent:
    failed = addresses_in([value(mail, "x-failed-recipients")])
    subject = words(mail, "subject")
    is_late = _LATE.search(subject) is not None
    return InboundEvent(
        EventKind.STATUS,
        f"{key}:{'delayed' if is_late else 'failed'}",
        failed[0][1] if failed else "",
        at,
        ref=about,
        part_key=part_key_of(about),
        status="sent" if is_late else "failed",
        detail=subject[:DETAIL_LENGTH] or None,
        automatic=True,
    )


def _recipient(written: str) -> str:
    address = one_line(written.partition(";")[2] or written).strip("<> ")
    return normal_address(address) if "@" in address else ""
