"""What a browser is, in the few words that its owner knows it by."""

from __future__ import annotations

# The first that fits: the later names stand in the user agents of the earlier ones too.
_BROWSERS = (
    ("YaBrowser/", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 60


def device_of(user_agent: str | None) -> str | None:
    """`Firefox, Windows`; a program that is no browser by its own first word; None when nothing was said.

    The user agent is what a client says of itself: words for a list, never a reason for anything.
    """
    if not user_agent:
        return None
    found = [
        next((name for mark, name in each if mark in user_agent), None) for each in (_BROWSERS, _SYSTEMS)
    ]
    if any(found):
        return ", ".join(part for part in found if part)
    words = user_agent.partition("/")[0].split()
    return words[0][:LONGEST] if words else None
