"""A payload as the bytes of a mail: the same Message-ID in every attempt, and no header that a text could begin."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from html import escape
from typing import Any

from omnisupport.channels.base import Account, RecipientGone
from omnisupport.channels.email.charsets import one_line, tidy
from omnisupport.channels.email.ids import address_of, domain_of, ids_in, message_id_of, plus_address
from omnisupport.channels.email.origin import ADDRESS
from omnisupport.channels.email.render import cid_of
from omnisupport.channels.email.server import Misconfigured
from omnisupport.domain.files import OpenFile

NAME_LENGTH = 150
PAGE = """\
<!doctype html>
<html lang="{locale}"><head><meta charset="utf-8"></head>
<body style="font:15px/1.5 sans-serif">
{html}
</body></html>
"""


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a mail; `cid` is how its page shows it, None: it does not."""

    name: str
    type: str
    content: bytes
    cid: str | None = None


def enclosed(ref: Mapping[str, Any], file: OpenFile) -> Enclosed:
    """A file of a payload, read."""
    cid = cid_of(ref) if file.type.startswith("image/") else None
    return Enclosed(str(ref.get("name") or file.name), file.type, file.content.read(), cid)


@dataclass(frozen=True)
class Letter:
    """What goes over SMTP: the bare addresses of the envelope and the whole mail."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


def write(
    payload: Mapping[str, Any],
    key: str,
    account: Account,
    at: datetime,
    files: Sequence[Enclosed] = (),
) -> Letter:
    """Write a mail; with settings `plus` answers and bounces come to an address of the conversation's own.

    Raises:
        RecipientGone: no mail can go to this address.
        Misconfigured: none can come from ours.
    """
    sender, recipient = _reachable(address_of(account)), _reachable(str(payload["to"]))
    if sender is None:
        raise Misconfigured("The channel's own address is not one that a mail can come from.")
    if recipient is None:
        raise RecipientGone("No mail can go to this address.")
    is_automatic = bool(payload.get("automatic"))
    secret = str(account.secrets.get("plus") or "")
    own = plus_address(sender, key, secret) if account.settings.get("plus") and secret else sender
    message_id = message_id_of(key, account)
    letter = EmailMessage(policy=SMTP if (sender + recipient).isascii() else SMTPUTF8)
    letter["From"] = Address(
        one_line(str(account.settings.get("name") or ""))[:NAME_LENGTH], addr_spec=sender
    )
    letter["To"] = _named("", recipient)
    if own != sender:
        letter["Reply-To"] = _named("", own)
    letter["Subject"] = one_line(str(payload.get("subject") or ""))
    letter["Date"] = format_datetime(at.astimezone(UTC))
    if is_automatic:
        letter["Auto-Submitted"] = "auto-replied"
    _fill(letter, payload, key, files)
    head = _threading(message_id, payload)
    return Letter(own if is_automatic else sender, recipient, message_id, head + letter.as_bytes())


def _fill(letter: EmailMessage, payload: Mapping[str, Any], key: str, files: Sequence[Enclosed]) -> None:
    text, html = tidy(str(payload.get("text") or "")), tidy(str(payload.get("html") or ""))
    locale = escape(str(payload.get("locale") or "ru"))
    letter.set_content(text + "\n", cte="quoted-printable")
    letter.add_alternative(PAGE.format(locale=locale, html=html), subtype="html", cte="quoted-printable")
    page = letter.get_payload()[1]  # type: ignore[index]
    for file in files:
        where: dict[str, Any] = {
            "maintype": file.type.partition("/")[0],
            "subtype": file.type.partition("/")[2],
        }
        named = one_line(file.name)
        if file.cid and f"cid:{file.cid}" in html:
            shown = {"cid": f"<{file.cid}>", "disposition": "inline", "filename": named}
            page.add_related(file.content, **where, **shown)  # type: ignore[union-attr]
        else:
            letter.add_attachment(file.content, **where, filename=named)
    # A boundary by chance would make each attempt another mail.
    for number, part in enumerate(each for each in letter.walk() if each.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{key}{number or str()}'.encode()).hexdigest()[:40]}")


def _threading(message_id: str, payload: Mapping[str, Any]) -> bytes:
    """The headers with ids, folded between them: the library would encode an id that is longer than a line."""
    lines = [f"Message-ID: {message_id}"]
    lines += [f"In-Reply-To: {each}" for each in ids_in(str(payload.get("in_reply_to") or ""))[:1]]
    chain = [each for written in payload.get("references") or () for each in ids_in(str(written))]
    lines += ["References: " + "\r\n ".join(chain)] if chain else []
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _reachable(address: str) -> str | None:
    """An address as the mail system knows it; None: it is not one, whatever else it may be."""
    address = address.strip()
    if not ADDRESS.fullmatch(address) or not address.isprintable():
        return None
    known = f"{address.rpartition('@')[0]}@{domain_of(address)}"
    try:
        return known if _named("", known).addr_spec == known else None
    except (ValueError, MessageError, IndexError):
        return None


def _named(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
