"""Hosts of pages in which a widget may stand: `shop.example`, or `*.shop.example` for those below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST = 253
BELOW = "*."


def parse_domain(text: str) -> str | None:
    """A host as it is kept and compared: lower case, foreign letters in punycode; None for what is none."""
    wanted = unicodedata.normalize("NFKC", text.strip()).lower().rstrip(".")
    below, host = (BELOW, wanted[2:]) if wanted.startswith(BELOW) else ("", wanted)
    try:
        if not below and str(ip_address(host)) == host and ":" not in host:
            return host
    except ValueError:
        pass
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None
    labels = host.split(".")
    is_name = len(host) <= LONGEST and all(LABEL.fullmatch(label) for label in labels)
    if not is_name or labels[-1].isdigit() or (len(labels) < 2 and (below or host != "localhost")):
        return None
    return below + host


def host_of_page(address: str) -> str | None:
    """The host of a page's address or origin; None for one without, as `null` or a file's."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return parse_domain(host)


def is_allowed(host: str, domains: Collection[str]) -> bool:
    """Whether a host is one of these, or below one that is written with `*.`."""
    return any(
        host.endswith(each[1:]) and host != each[2:] if each.startswith(BELOW) else host == each
        for each in domains
    )
