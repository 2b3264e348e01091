"""Who wrote a mail, as far as anybody vouches for it, and whether it was a person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from omnisupport.channels.base import Account
from omnisupport.channels.email.charsets import decode_words, one_line
from omnisupport.channels.email.ids import address_of, domain_of, normal_address
from omnisupport.channels.email.mime import Part, value, values
from omnisupport.domain.inbound import Sender

Dmarc = Literal["pass", "fail", "none"]
ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,253}")
NAME_LENGTH = 200
MACHINES = re.compile(
    r"mailer-?daemon|postmaster|(?:do-?)?(?:no|not)[-_.]?reply(?:[-_.+].*)?|.*[-_.+]no-?reply|bounces?(?:[-_.+=].*)?"
    r"|auto-?reply|auto-?responder|notifications?-?noreply",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_REPLIERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
_LISTS = ("list-id", "list-post", "list-unsubscribe", "x-mailing-list")
_RESULT = re.compile(r"\bdmarc\s*=\s*(?P<result>[a-z]+)(?P<rest>[^;]*)", re.IGNORECASE)
_ALIGNED = re.compile(r"header\.from\s*=\s*\"?(?P<domain>[^\s;\"]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


def sender_of(mail: Part, account: Account) -> Sender | None:
    """Who the mail says it is from, in small letters; None: from nobody that could be answered."""
    written = values(mail, "from")
    name, address = _first(written)
    if not address:
        name, address = _first([decode_words(each) for each in written])
    if not address:
        return None
    verified = dmarc_of(mail, account) == "pass"
    return Sender((address,), one_line(name)[:NAME_LENGTH] or None, email=address, verified=verified)


def dmarc_of(mail: Part, account: Account) -> Dmarc:
    """What the tenant's own server says of the sender; anybody can write such a line, so only the topmost counts.

    A mail from several, or from another domain than the one that was judged, is nobody's.
    """
    own = str(account.settings.get("authserv_id") or "").strip().lower()
    for line in values(mail, "authentication-results") if own else ():
        said = _COMMENT.sub(" ", line)
        server, _, results = said.partition(";")
        if (server.split() or [""])[0].lower() != own:
            continue
        found = _RESULT.search(results)
        if found is None:
            return "none"
        result = found["result"].lower()
        aligned = _ALIGNED.search(found["rest"])
        return _judged(mail, result, domain_of(aligned["domain"]) if aligned else None)
    return "none"


def is_automatic(mail: Part, account: Account, sender: Sender) -> bool:
    """Whether a machine wrote it, so that nothing may answer by itself (RFC 3834)."""
    submitted = value(mail, "auto-submitted").partition(";")[0].strip().lower()
    suppress = value(mail, "x-auto-response-suppress").strip().lower()
    return (
        submitted not in ("", "no")
        or any(each.strip() == "<>" for each in values(mail, "return-path"))
        or mail.get_content_type() == "multipart/report"
        or value(mail, "precedence").strip().lower() in _BULK
        or suppress not in ("", "none")
        or any(value(mail, name) for name in (*_LISTS, *_REPLIERS))
        or is_machine(sender.email or "")
        or (sender.email or "") in _own(account)
    )


def is_machine(address: str) -> bool:
    """Whether nobody reads what is sent there."""
    return not address or MACHINES.fullmatch(address.rpartition("@")[0]) is not None


def at_of(mail: Part) -> datetime:
    """When our server got it, else when it says it was written; now where it says neither, or the future."""
    now = datetime.now(UTC)
    received = [line.rpartition(";")[2] for line in values(mail, "received")[:1]]
    for written in (*received, value(mail, "date")):
        at = _moment(written)
        if at is not None and OLDEST <= at <= now + timedelta(minutes=5):
            return at
    return now


def addresses_in(lines: list[str]) -> list[tuple[str, str]]:
    """Names and addresses of headers, those that could be written to."""
    try:
        found = getaddresses([line for line in lines if line])
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        return []
    return [
        (decode_words(name), normal_address(address))
        for name, address in found[:100]
        if ADDRESS.fullmatch(address) and address.isprintable()
    ]


def _first(lines: list[str]) -> tuple[str, str]:
    return next(iter(addresses_in(lines)), ("", ""))


def _judged(mail: Part, result: str, domain: str | None) -> Dmarc:
    writers = addresses_in(values(mail, "from"))
    if result == "fail":
        return "fail"
    alone = len(writers) == 1 and len(values(mail, "from")) == 1
    if result != "pass" or not alone or (domain and domain_of(writers[0][1]) != domain):
        return "none"
    return "pass"


def _own(account: Account) -> set[str]:
    more = account.settings.get("own_addresses") or ()
    return {address_of(account), *(normal_address(str(each)) for each in more)}


def _moment(written: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(written.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
