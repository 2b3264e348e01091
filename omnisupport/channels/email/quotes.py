"""What a person has written himself: a mail without what it answers to and without its signature.

The forms are those of Gmail, Outlook, Yandex, Mail.ru, Apple Mail, Thunderbird, Samsung and The Bat!, in Russian and
English. Whatever is forwarded stays: it is what the customer wants to show.
"""

from __future__ import annotations

import re

LONGEST_HEADER = 400
"""Characters of the line that says who wrote, folded by some programs into several."""
HEADER_LINES = 4
SIGNATURE_LINES = 12
"""A line of two hyphens is the beginning of a signature only so near the end."""
_ADDRESS = r"[^\s<>@]+@[^\s<>@\])]+"
_VERB = r"(?:wrote|writes|пишет|пишут|писал\S{0,5}|написал\S{0,5})"
_DAY = (
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье"
    r"|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_DATE = (
    rf"(?:on\s+|в\s+|во\s+)?(?:{_DAY}[.,]?\s*)?(?:\d{{1,2}}[./\s-]|\d{{4}}[./-]|[a-z]{{3,9}}\s\d{{1,2}}\b)"
)
_WROTE = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"on\s.{{6,}}\s{_VERB}\s*:",
        rf"{_DATE}.*\b{_VERB}\s*:",
        rf"{_DATE}.*(?:<(?:mailto:)?{_ADDRESS}>|\[mailto:{_ADDRESS}\]|{_ADDRESS})\s*:",
        rf"[^<>:]{{1,80}}<{_ADDRESS}>[\s,]*.{{0,60}}\b{_VERB}.{{0,60}}:",
        r"(?:вы писали|you wrote)\b.{4,100}:",
    )
)
_WHEN = re.compile(r"\d{1,2}[:.]\d{2}|\b20\d\d\b")
_SAID = re.compile(rf"[^:>]{{2,100}}\s{_VERB}\s*:", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"[-_=\s]{2,}(?:original message|reply message|исходное сообщение|исходное письмо|оригинальное сообщение"
    r"|ответное сообщение)[-_=\s]{2,}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[-=\s]{2,}(?:forwarded message|forwarded by .{1,80}|пересланное сообщение|пересылаемое сообщение"
    r"|пересланное письмо|перенаправленное сообщение)[-=\s]{2,}|begin forwarded message:"
    r"|начало пере(?:адресованного|сланного|сылаемого) сообщения:",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:from|от|от кого|отправитель)\s*:\s*\*?\s*\S", re.IGNORECASE)
_FIELD = re.compile(
    r"\*?(?:sent|date|to|cc|subject|отправлено|дата|дата отправки|кому|копия|тема)\s*:", re.IGNORECASE
)
_RULE = re.compile(r"[_\-=]{10,}")
_MOBILE = re.compile(
    r"(?:отправлено (?:с|из|со|через|от) .{1,60}|sent (?:from|with|via) .{1,60}|get outlook for .{1,20}"
    r"|получите outlook для .{1,20}|скачать outlook .{1,30})",
    re.IGNORECASE,
)
_LINES = re.compile(r"\n{3,}")


def own_text(text: str, *, is_reply: bool, is_forward: bool = False) -> str:
    """The words of a mail's writer; all of it where nothing would be left.

    In a mail that answers nothing only what is certainly quoted is taken for quoted.
    """
    kept = _unquoted(_spaced(text).split("\n"), is_reply, is_forward)
    return _tidied(_unsigned(kept)) or _tidied(text.split("\n"))


def unflowed(text: str, *, delsp: bool) -> str:
    """A text in format=flowed (RFC 3676) with its paragraphs on one line each."""
    found: list[str] = []
    joins, depth = False, 0
    for line in text.split("\n"):
        level = len(line) - len(line.lstrip(">"))
        words = line[level:].removeprefix(" ")
        if joins and level == depth and words != "-- ":
            found[-1] += words
        else:
            found.append(f"{'>' * level} {words}" if level else words)
        depth, joins = level, words.endswith(" ") and words != "-- "
        if joins and delsp:
            found[-1] = found[-1][:-1]
    return "\n".join(found)


def _spaced(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ").replace("\u200b", "")


def _unquoted(lines: list[str], is_reply: bool, is_forward: bool) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FORWARDED.fullmatch(line.strip()):
            return kept + lines[at:]
        if not is_forward and _is_divider(lines, at, is_reply):
            return kept
        if height := _wrote(lines, at):
            quoted = _quoted(lines, at + height)
            if quoted:
                at += height + quoted
                continue
            if is_reply and not is_forward and _WHEN.search(" ".join(lines[at : at + height])):
                return kept
        if not (is_reply and line.startswith(">")):
            kept.append(line)
        at += 1
    return kept


def _wrote(lines: list[str], at: int) -> int:
    """How many lines say who wrote what follows; 0: none does."""
    said = ""
    for height, line in enumerate(lines[at : at + HEADER_LINES], 1):
        bare = line.lstrip("> ").strip()
        said = f"{said} {bare}".strip().replace("< ", "<")
        if not bare or len(said) > LONGEST_HEADER:
            return 0
        if said.endswith(":") and any(form.fullmatch(said) for form in _WROTE):
            return height
        if height == 1 and _SAID.fullmatch(said) and _quoted(lines, at + 1):
            return 1
    return 0


def _quoted(lines: list[str], at: int) -> int:
    """How many lines from here on are a quotation in angles, with the blank ones before it; 0: none."""
    start = at
    while at < len(lines) and at - start < 3 and not lines[at].strip():
        at += 1
    if at >= len(lines) or not lines[at].startswith(">"):
        return 0
    while at < len(lines) and lines[at].startswith(">"):
        at += 1
    return at - start


def _is_divider(lines: list[str], at: int, is_reply: bool) -> bool:
    line = lines[at].strip("> ")
    if _ORIGINAL.fullmatch(line):
        return True
    if not is_reply:
        return False
    if _RULE.fullmatch(line):
        following = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), None)
        return following is not None and _is_head(lines, following)
    return _is_head(lines, at)


def _is_head(lines: list[str], at: int) -> bool:
    """Whether a block From, Sent, To, Subject begins here, as Outlook writes it above what it quotes."""
    if not _FROM.match(lines[at].strip("> ")):
        return False
    return sum(bool(_FIELD.match(line.strip("> "))) for line in lines[at + 1 : at + 9]) >= 2


def _unsigned(lines: list[str]) -> list[str]:
    last, near_end = 0, len(lines)
    while near_end and last <= SIGNATURE_LINES:
        near_end -= 1
        last += bool(lines[near_end].strip())
    end = next(
        (at for at, line in enumerate(lines) if line == "-- " or (line == "--" and at >= near_end)),
        len(lines),
    )
    while end and (not lines[end - 1].strip() or _MOBILE.fullmatch(lines[end - 1].strip())):
        end -= 1
    return lines[:end]


def _tidied(lines: list[str]) -> str:
    return _LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
