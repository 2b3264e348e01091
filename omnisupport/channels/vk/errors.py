"""What VK's error codes mean for a send. Source: `errors.json` of its published schema, 5.199."""

from __future__ import annotations

from omnisupport.channels.base import (
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RecipientGone,
    Transient,
    WindowClosed,
    in_words,
)

UNCLEAR = frozenset({1, 10, 36})
"""It failed on VK's side: a message may have arrived all the same."""
SECTION_CLOSED = 43
TOO_FAST, FLOOD, QUOTA = 6, 9, 29
WAITS_S = {TOO_FAST: 0.1, FLOOD: 60.0, QUOTA: 3600.0}
KEY_REFUSED = frozenset({2, 4, 5, 7, 15, 16, 27, 28, 38, 42, 1116, 1117, 3609})
PERSON_WANTED = frozenset({14, 17, 24, 25, 3300, 3301, 3302, 3303, 3304})
GONE = frozenset({18, 37, 39, 900, 901, 902, 917, 922, 927, 932, 936, 945, 985, 1012, 3610, 3611})
OUT_OF_TIME = frozenset({943, 944, 950})
NO_KEYBOARD = frozenset({911, 912})
"""The keyboard is refused, or the community has its bot features off: the text alone would pass."""


def sorted_error(code: int, words: str) -> NotSent | Ambiguous:
    """An error of VK as ours; `words` are VK's own, without secrets."""
    if code in UNCLEAR:
        return Ambiguous(f"VK failed on its side ({code}).")
    if code in WAITS_S:
        return RateLimited(
            f"VK asks to wait ({code}).",
            scope="chat" if code == FLOOD else "account",
            retry_after=WAITS_S[code],
        )
    if code == SECTION_CLOSED:
        return Transient("VK has closed this part of its API for a while (43).")
    if code in KEY_REFUSED:
        return AuthFailed(in_words(f"VK does not accept the community's key for this ({code}).", words))
    if code in PERSON_WANTED:
        return AuthFailed(f"VK wants a person to confirm the account first ({code}).")
    if code in GONE:
        return RecipientGone(f"This customer takes no messages of the community ({code}).")
    if code in OUT_OF_TIME:
        return WindowClosed(f"VK lets the community write only soon after the customer has written ({code}).")
    return BadPayload(f"VK refuses this ({code}): {words}" if words else f"VK refuses this ({code}).")
