"""A mail's bytes as headers, words and files: whatever the bytes are, within bounds of time and memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from omnisupport.channels.base import Unreadable
from omnisupport.channels.email.charsets import decode, decode_words, one_line
from omnisupport.channels.email.quotes import unflowed

MAX_LINES = 1_000_000
"""Enough for 70 MB of a file; a mail of nothing but line ends would take minutes."""
MAX_MULTIPARTS = 100
MAX_PARTS = 200
MAX_HEADERS = 5_000
"""Lines before the first blank one."""
MAX_HEAD, HEAD_LINES = 256 * 1024, 500
"""Bytes and lines of the headers of a mail that is not read as a whole."""
MAX_DEPTH = 30
MAX_BODY = 2 * 2**20
"""Bytes of a text that are read; far less is kept."""
MAX_HEADER = 64 * 1024
MAX_TYPE_HEADER = 4_096
"""Of `Content-Type`, whose parameters the parser reads in time that grows with their square."""
NAME_LENGTH = 200
ID_LENGTH = 300
Part = Message
_TYPE_HEADER = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\n\r?\n")
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
# Letters that show nothing or turn the reading around: they make a file look like one of another kind.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_NO_NAME = re.compile(r'[/\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no others, by its place in the mail; a mail within a mail is one too."""

    index: int
    part: Part
    type: str
    name: str | None
    is_body: bool
    content_id: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a mail in their order, plain where it has them so; `html` is all of its HTML."""

    words: tuple[tuple[str, str], ...]
    """Pairs of `plain` or `html` and the text."""
    html: str


def read(raw: bytes) -> Part:
    """Parse a mail.

    Raises:
        Unreadable: it has no headers, more of them or more nesting than any program writes.
    """
    head = _HEAD_END.search(raw)
    if raw.count(b"\n", 0, head.start() if head else len(raw)) > MAX_HEADERS:
        raise Unreadable("This mail has more headers than any program writes.")
    try:
        mail = BytesParser(policy=compat32).parsebytes(_within_bounds(raw))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise Unreadable("This is not a mail that can be read.") from fault
    if not any(name.lower() in ("from", "to", "subject", "date", "received") for name in mail):
        raise Unreadable("This is not a mail: it has none of a mail's headers.")
    return mail


def read_head(raw: bytes) -> Part:
    """The first headers of whatever it is, as far as they can be read: what `read` refuses has some too."""
    lines = raw[:MAX_HEAD].split(b"\n", HEAD_LINES)[:HEAD_LINES]
    head = _HEAD_END.split(b"\n".join(lines), maxsplit=1)[0]
    with suppress(RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return BytesHeaderParser(policy=compat32).parsebytes(_TYPE_HEADER.sub(b"", head))
    return Message()


def values(part: Part, name: str) -> list[str]:
    """Every value of a header as it was written, on one line, bytes beyond ASCII hidden in it."""
    found = [value for key, value in part.raw_items() if key.lower() == name]
    return [" ".join(str(value)[:MAX_HEADER].split()) for value in found[:50]]


def value(part: Part, name: str) -> str:
    """The first value of a header, as it was written; empty: it has none."""
    return next(iter(values(part, name)), "")


def words(part: Part, name: str) -> str:
    """The first value of a header in words."""
    return decode_words(value(part, name))


def type_of(part: Part) -> str:
    """The media type in small letters; `application/octet-stream` where it says nothing that could be one."""
    found = part.get_content_type().lower()
    return found if _TYPE.fullmatch(found) else "application/octet-stream"


def leaves(mail: Part) -> list[Leaf]:
    """The parts that hold something, at most 200, in their order."""
    return [_leaf(index, part) for index, part in zip(range(MAX_PARTS), _ends(mail, 0), strict=False)]


def inside(part: Part) -> list[Part]:
    """The parts of a part."""
    payload = part.get_payload() if part.is_multipart() else None
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def content(part: Part) -> bytes:
    """The bytes of a part, whatever they were wrapped in."""
    if part.get_content_maintype() == "message":
        return _inner(part)
    found: object = None
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def part_content(raw: bytes, index: int) -> bytes | None:
    """The bytes of the part with this place; None: there is none.

    Raises:
        Unreadable: this is no mail.
    """
    return next((content(leaf.part) for leaf in leaves(read(raw)) if leaf.index == index), None)


def body(mail: Part, found: list[Leaf]) -> Body:
    """The words of a mail: of alternatives the plain one, if it says anything."""
    bodies = {id(leaf.part): (leaf.type, _text(leaf.part)) for leaf in found if leaf.is_body}
    html = "\n".join(text for kind, text in bodies.values() if kind == "text/html")
    return Body(tuple(_said(mail, bodies, 0)), html)


def _within_bounds(raw: bytes) -> bytes:
    ends = list(zip(range(MAX_MULTIPARTS + 1), _MULTIPART.finditer(raw), strict=False))
    if len(ends) > MAX_MULTIPARTS:
        raw = raw[: ends[-1][1].start()]
    if raw.count(b"\n") > MAX_LINES:
        raw = b"\n".join(raw.split(b"\n", MAX_LINES)[:MAX_LINES])
    return _TYPE_HEADER.sub(lambda header: header[0][:MAX_TYPE_HEADER], raw)


def _ends(part: Part, depth: int) -> Iterator[Part]:
    if part.get_content_maintype() == "message" or not part.is_multipart():
        yield part
    elif depth < MAX_DEPTH:
        for each in inside(part):
            yield from _ends(each, depth + 1)


def _leaf(index: int, part: Part) -> Leaf:
    kind = type_of(part)
    if kind.startswith("multipart/"):  # without any of the parts that it promises
        kind = "text/plain"
    shown = value(part, "content-disposition").lower()
    name = _name(part, kind)
    is_body = kind in ("text/plain", "text/html") and not name and not shown.startswith("attachment")
    content_id = one_line(value(part, "content-id")).strip("<> ")[:ID_LENGTH] or None
    return Leaf(index, part, kind, name, is_body, content_id)


def _name(part: Part, kind: str) -> str | None:
    name = None
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        name = name or _parameter(value(part, header)[:MAX_TYPE_HEADER], parameter)
    if name is None and kind == "message/rfc822":
        inner = _within(part)
        subject = words(inner, "subject") if inner is not None else ""
        name = f"{subject or 'message'}.eml"
    return _safe_name(name) if name else None


def _parameter(written: str, name: str) -> str | None:
    """A parameter of a header: as RFC 2231 has it, in encoded words, or in bare bytes."""
    holder = Message()
    holder["Content-Disposition"] = _visible(written)
    found = None
    with suppress(ValueError, LookupError, TypeError, AttributeError, IndexError):
        found = holder.get_param(name, header="content-disposition")
    if isinstance(found, tuple):
        charset, _, text = found
        return decode(text.encode("latin-1", "replace"), charset or "utf-8")
    return decode_words(found) if isinstance(found, str) and found else None


def _visible(written: str) -> str:
    """A header's value with its bytes beyond ASCII as letters."""
    hidden = any("\ud800" <= letter <= "\udfff" for letter in written)
    return decode(written.encode("utf-8", "surrogateescape"), None) if hidden else written


def _safe_name(name: str) -> str | None:
    name = _NO_NAME.sub("_", _UNSEEN.sub("", one_line(name).replace("\\", "/").rpartition("/")[2]))
    name = name.strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > NAME_LENGTH:
        ending = ending[:20] if dot else ""
        name = f"{(stem or name)[: NAME_LENGTH - len(ending) - 1]}.{ending}" if ending else name[:NAME_LENGTH]
    return name or None


def _within(part: Part) -> Part | None:
    """The mail that is attached to a mail."""
    return next(iter(inside(part)), None)


def _inner(part: Part) -> bytes:
    inner = _within(part)
    if inner is not None:
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return inner.as_bytes()
    return b""


def _text(part: Part) -> str:
    written = value(part, "content-type")[:MAX_TYPE_HEADER]
    text = decode(content(part)[:MAX_BODY], _parameter(written, "charset"))
    form = written.lower().replace('"', "")
    return unflowed(text, delsp="delsp=yes" in form) if "format=flowed" in form else text


def _said(part: Part, bodies: dict[int, tuple[str, str]], depth: int) -> Iterator[tuple[str, str]]:
    if id(part) in bodies:
        kind, text = bodies[id(part)]
        if text.strip():
            yield kind.removeprefix("text/"), text
        return
    if part.get_content_maintype() == "message" or depth >= MAX_DEPTH:
        return
    choices = [list(_said(each, bodies, depth + 1)) for each in inside(part)]
    if type_of(part) == "multipart/alternative":
        plain = [each for each in choices if each and all(kind == "plain" for kind, _ in each)]
        yield from next(iter(plain or [each for each in choices if each]), [])
    else:
        for each in choices:
            yield from each
