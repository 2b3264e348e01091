"""Mails as events. There is no webhook: mails are fetched (`mailbox.py`) and read here, which is pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from omnisupport.channels.base import Account, Forged, RawRequest, Reply
from omnisupport.channels.email.bounces import is_bounce, is_report, statuses
from omnisupport.channels.email.ids import (
    address_of,
    conversation_in,
    ids_in,
    is_ours,
    normal_address,
    unproven,
)
from omnisupport.channels.email.mime import (
    Body,
    Leaf,
    Part,
    body,
    content,
    leaves,
    read,
    read_head,
    value,
    values,
    words,
)
from omnisupport.channels.email.origin import addresses_in, at_of, dmarc_of, is_automatic, sender_of
from omnisupport.channels.email.page import Page
from omnisupport.channels.email.quotes import own_text
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef, Sender

CONTACT: Literal["email"] = "email"
MAX_TEXT = 100_000
"""Bytes of the text that is kept, with and without what it quotes."""
MAX_SUBJECT = 900
MAX_REFERENCES = 50
DELIVERED_TO = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "to", "cc")
MediaKind = Literal["image", "audio", "video", "file"]
_KINDS: dict[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video"}
_TICKET = re.compile(r"\[#(\d{1,12})\]")
_REPLY = re.compile(r"\s*(?:re|aw|отв|ответ|на)(?:\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE)
_FORWARD = re.compile(r"\s*(?:(?:re|отв)\s*:\s*)?(?:fwd?|пересл|пер|перенаправлено)\s*:", re.IGNORECASE)


def verify(request: RawRequest, account: Account) -> None:
    """Nobody posts mails here.

    Raises:
        Forged: always.
    """
    raise Forged("An e-mail channel has no webhook.")


def parse(request: RawRequest, account: Account) -> Sequence[InboundEvent]:
    """Nothing."""
    return []


def address_at(channel_type: str, contact: str) -> str:
    """The address in small letters."""
    return normal_address(contact)


def ack(request: RawRequest, account: Account) -> Reply:
    """An empty 200, which nobody hears."""
    return Reply()


def read_mail(raw: bytes, account: Account, *, uid: str) -> list[InboundEvent]:
    """What one mail tells of: a message, or statuses of mails that we sent.

    `uid` is the mail's name in its mailbox, kept in `ref` of its files. Our own mails, reports about others' mails and
    mails from nobody tell of nothing. `reply_to` is the best of what the mail answers to: an id of ours, else the
    nearest one. `extra` has

    - `subject`, `references` (ids, oldest first: look them up from the end), `conversation` (whose plus-address it came
      to, where it names no mail of ours), `ticket` (a number `[#123]` in the subject, which anybody can write),
      `reply_to` (where it asks answers to go to, which is never followed),
    - `dmarc` (pass, fail, none), `full_text` (with all it quotes), `html` (safe to show, remote images in `data-src`),
      `cids` (content ids to places in `media`).

    Raises:
        Unreadable: it is not a mail.
    """
    mail = read(raw)
    found = leaves(mail)
    key = _key_of(mail, raw)
    at = at_of(mail)
    sender = sender_of(mail, account)
    if is_report(mail) or is_bounce(mail, (sender.email or "") if sender else ""):
        told = statuses(mail, found, key, at, account)
        if told or is_report(mail):
            return told
    if sender is None or is_ours(key, account):
        return []
    return [_kept_apart(replace(_message(mail, found, key, at, sender, account, uid), original=raw))]


def read_plain(raw: bytes, account: Account) -> InboundEvent | None:
    """A mail that cannot be read or taken as it is: who wrote it, by the same key, with its original and no words.

    None: nobody can be told who wrote it. It counts as automatic, for nobody has read what could be answered.
    """
    mail = read_head(raw)
    sender = sender_of(mail, account)
    if sender is None or not sender.email:
        return None
    key = _key_of(mail, raw)
    event = InboundEvent(
        EventKind.MESSAGE,
        key,
        sender.email,
        at_of(mail),
        sender=sender,
        ref=key,
        automatic=True,
        extra={"subject": words(mail, "subject")[:MAX_SUBJECT], "dmarc": dmarc_of(mail, account)},
        original=raw,
    )
    return _kept_apart(event)


def _kept_apart(event: InboundEvent) -> InboundEvent:
    """A mail that its sender's domain disowns is not his, whoever wrote it: a person of its own, and no bot answers.

    An answer of ours would go to whoever's address was written there; operators may still give one.
    """
    if event.extra.get("dmarc") != "fail":
        return event
    nobody = replace(event.sender, aliases=(), email=None, verified=False)
    return replace(event, chat=unproven(event.chat), sender=nobody, reply_to=None, automatic=True)


def _key_of(mail: Part, raw: bytes) -> str:
    ids = ids_in(words(mail, "message-id"))
    return ids[0] if ids else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _message(
    mail: Part, found: list[Leaf], key: str, at: datetime, sender: Sender, account: Account, uid: str
) -> InboundEvent:
    references = _references(mail)
    subject = words(mail, "subject")[:MAX_SUBJECT]
    files = [leaf for leaf in found if not leaf.is_body and not _is_twin(leaf)]
    said, full, page = _read_words(body(mail, found), subject, bool(references))
    extra = {
        "subject": subject or None,
        "references": references,
        "conversation": None
        if any(is_ours(each, account) for each in references)
        else _came_to(mail, account),
        "ticket": ticket[1] if (ticket := _TICKET.search(subject)) else None,
        "reply_to": _other_address(mail, sender),
        "full_text": full,
        "html": page,
        "cids": {leaf.content_id: place for place, leaf in enumerate(files) if leaf.content_id},
    }
    return InboundEvent(
        EventKind.MESSAGE,
        key,
        sender.email or "",
        at,
        sender=sender,
        text=said,
        media=tuple(_media(leaf, uid) for leaf in files),
        reply_to=next((each for each in reversed(references) if is_ours(each, account)), None)
        or next(reversed(references), None),
        ref=key,
        automatic=is_automatic(mail, account, sender),
        extra={name: kept for name, kept in extra.items() if kept} | {"dmarc": dmarc_of(mail, account)},
    )


def _read_words(found: Body, subject: str, answers: bool) -> tuple[str, str, str]:
    """A person's own words, all words of the mail, and its page."""
    is_forward = _FORWARD.match(subject) is not None
    is_reply = answers or _REPLY.match(subject) is not None
    own, full = [], []
    for kind, text in found.words:
        page = Page(text) if kind == "html" else None
        whole = _within(page.words() if page else text)
        full.append(whole)
        own.append(_within(page.own_words(is_forward=is_forward)) if page else whole)
    all_words = _within("\n\n".join(each.strip("\n") for each in full))
    said = own_text("\n\n".join(own), is_reply=is_reply, is_forward=is_forward)
    shown = Page(found.html).shown() if found.html else ""
    return _within(said or all_words.strip()), all_words, shown


def _references(mail: Part) -> list[str]:
    """What the mail answers to, the oldest first; the last one is what it says it answers."""
    # Some programs write an id that is longer than a line as an encoded word.
    answered = ids_in(words(mail, "in-reply-to"))[:1]
    chain = [each for each in ids_in(words(mail, "references")) if each not in answered]
    return [*chain[:1], *chain[1:][-(MAX_REFERENCES - 2) :], *answered]


def _came_to(mail: Part, account: Account) -> str | None:
    """The conversation of the plus-address in any of the lines that say whom the mail came to, if we have made it."""
    local, _, domain = address_of(account).rpartition("@")
    secret = str(account.secrets.get("plus") or "")
    lines = [line for name in DELIVERED_TO for line in values(mail, name)]
    for _, address in addresses_in(lines):
        before, _, host = address.rpartition("@")
        if host == domain and before.startswith(f"{local}+"):
            found = conversation_in(before.removeprefix(f"{local}+"), secret)
            if found is not None:
                return found
    return None


def _other_address(mail: Part, sender: Sender) -> str | None:
    wanted = addresses_in([value(mail, "reply-to")])
    return wanted[0][1] if wanted and wanted[0][1] != sender.email else None


def _is_twin(leaf: Leaf) -> bool:
    """Whether this is the same text once more, in a form that nobody shows."""
    return leaf.name is None and leaf.type in ("text/x-amp-html", "text/enriched", "text/watch-html")


def _media(leaf: Leaf, uid: str) -> MediaRef:
    kind = _KINDS.get(leaf.type.partition("/")[0], "file") if leaf.type != "image/svg+xml" else "file"
    return MediaRef(kind, {"uid": uid, "part": leaf.index}, leaf.name, leaf.type, len(content(leaf.part)))


def _within(text: str) -> str:
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= MAX_TEXT else raw[:MAX_TEXT].decode("utf-8", "ignore")
