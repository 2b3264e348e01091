"""Domains of e-mail that look like a well-known one with a slip of the finger."""

from __future__ import annotations

from functools import lru_cache

_KNOWN = (
    "gmail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "rambler.ru",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "yahoo.com",
    "inbox.ru",
    "list.ru",
    "protonmail.com",
)


def _domains(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Real domains that are near a well-known one.
_REAL = _domains("""
    mail.com email.com ymail.com hmail.com email.ru emai.ru gmx.com yandex.by yandex.kz yandex.ua yandex.uz ya.ru
    bk.ru googlemail.com yahoo.co yahoo.ca me.com live.com live.ru mac.com index.ru lost.ru last.ru lists.ru
    outlook.co icloud.co xmail.ru nail.ru mall.ru main.ru maik.ru mais.ru mil.ru rail.ru
    """)
_LONGEST = 20


@lru_cache(maxsize=1_024)
def likely_domain(domain: str) -> str | None:
    """The well-known domain that is one slip away (a letter missing, added, wrong, or two swapped), or None."""
    if len(domain) > _LONGEST or domain in _KNOWN or domain in _REAL:
        return None
    return next((known for known in _KNOWN if is_one_slip(domain, known)), None)


def is_one_slip(typed: str, known: str) -> bool:
    """Whether one letter was left out, added or mistaken, or two neighbours were swapped."""
    if typed == known or abs(len(typed) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    rest, wanted = typed[start:], known[start:]
    if len(rest) == len(wanted):
        swapped = len(rest) > 1 and rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
        return rest[1:] == wanted[1:] or swapped
    return rest[1:] == wanted if len(rest) > len(wanted) else rest == wanted[1:]
