"""Our own Message-IDs: an answer, a bounce and a duplicate tell by them which part of which message they are about."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from uuid import UUID

from omnisupport.channels.base import Account

LONGEST = 900
"""A line of a mail has at most 998 characters (RFC 5322, 2.1.1)."""
MARK = "c."
"""How a token begins."""
MAC_BYTES = 8
LONGEST_LOCAL = 64
"""Of what stands before the @ (RFC 5321, 4.5.3.1.1)."""
UNPROVEN = "unproven:"
_OURS = re.compile(r"<(?P<key>[A-Za-z0-9_=~+-]+)\.(?P<conversation>[A-Za-z0-9_=~+-]+)@[^@<>\s]+>")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_WRITTEN = re.compile(rb"=|~|\+([0-9A-F]{2})")
_BROKEN = re.compile(r"\+(?![0-9A-F]{2})")
_PLAIN = {b"=": b":", b"~": b"/"}
_ID = re.compile(rf"<[^\s<>]{{1,{LONGEST}}}>")


def message_id_of(key: str, account: Account) -> str:
    """The Message-ID of a part, the same in every attempt; a key begins with its conversation."""
    conversation = key.partition(":")[0]
    return f"<{_encoded(key)}.{_encoded(conversation)}@{domain_of(address_of(account))}>"


def part_key_of(message_id: str) -> str | None:
    """The key of a part by its Message-ID; None: it is none of ours."""
    found = _OURS.fullmatch(message_id)
    key = _decoded(found["key"]) if found else None
    if not found or key is None or _encoded(key.partition(":")[0]) != found["conversation"]:
        return None
    return key


def is_ours(message_id: str, account: Account) -> bool:
    """Whether this mailbox has given this id."""
    return part_key_of(message_id) is not None and message_id.endswith(f"@{domain_of(address_of(account))}>")


def ids_in(text: str) -> list[str]:
    """The Message-IDs of a header, in their order, each once."""
    return list(dict.fromkeys(each for each in _ID.findall(text) if each.isascii() and each.isprintable()))


def plus_address(address: str, key: str, secret: str) -> str:
    """Our address with a token of the conversation behind a plus; as it is, where that would be too long.

    The token is signed with the channel's `secret`: whoever knows a conversation's id cannot make one, and one of
    another channel is none.
    """
    local, _, domain = address.rpartition("@")
    try:
        conversation = UUID(key.partition(":")[0]).bytes
    except ValueError:
        return address  # of no conversation: a message that was sent to try the channel
    token = base64.b32encode(conversation + _mac(conversation, secret)).decode().rstrip("=").lower()
    told = f"{local}+{MARK}{token}"
    return f"{told}@{domain}" if len(told) <= LONGEST_LOCAL else address


def conversation_in(token: str, secret: str) -> str | None:
    """The conversation that a token of this channel is of; None: it is none of it."""
    written = token.removeprefix(MARK).upper()
    if not token.startswith(MARK) or not secret:
        return None
    try:
        raw = base64.b32decode(written + "=" * (-len(written) % 8))
    except (ValueError, binascii.Error):
        return None
    if len(raw) != 16 + MAC_BYTES or not hmac.compare_digest(raw[16:], _mac(raw[:16], secret)):
        return None
    return str(UUID(bytes=raw[:16]))


def _mac(conversation: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"plus:" + conversation, "sha256")[:MAC_BYTES]


def address_of(account: Account) -> str:
    """The address of the mailbox, as it is compared."""
    return normal_address(str(account.settings.get("address") or account.external_id))


def unproven(address: str) -> str:
    """The address of somebody who writes in the name of `address`, and of whom its domain knows nothing.

    It is another one than that of its owner, so nothing of his is this one's; answers go to the address itself.
    """
    return UNPROVEN + address


def mailable(address: str) -> str:
    """Where an answer goes."""
    return address.removeprefix(UNPROVEN)


def normal_address(address: str) -> str:
    """An address in small letters, its domain as the mail system knows it (`xn--…`)."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local.lower()}@{domain_of(address)}" if local else domain.lower()


def domain_of(address: str) -> str:
    """The domain of an address in its ASCII form; as written where it has none."""
    domain = address.strip().rpartition("@")[2].lower()
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return domain


def _encoded(text: str) -> str:
    # What RFC 5322 calls an atom has neither a colon nor a slash of ours that every server leaves alone.
    return _UNSAFE.sub(lambda found: {":": "=", "/": "~"}.get(found[0]) or _hex(found[0]), text)


def _hex(letter: str) -> str:
    return "".join(f"+{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


def _decoded(text: str) -> str | None:
    if _BROKEN.search(text):
        return None
    raw = _WRITTEN.sub(lambda found: _PLAIN.get(found[0]) or bytes([int(found[1], 16)]), text.encode())
    try:
        return raw.decode()
    except ValueError:
        return None
