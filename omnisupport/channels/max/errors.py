"""What MAX's refusals mean for a send. Sources: its published schema, and bodies that bots have met (2026)."""

from __future__ import annotations

from omnisupport.channels.base import (
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RecipientGone,
    Transient,
    in_words,
)

TOO_MANY = "too.many.requests"
BAD_TOKEN = "verify.token"  # noqa: S105 (a code of theirs, no token)
NOT_READY = ("not.ready", "not.processed")
"""Ends of codes for a file that MAX has not worked through yet: some seconds."""
READY_S = 2.0


def sorted_error(status: int, code: str, words: str, retry_after: float | None) -> NotSent | Ambiguous:
    """An answer that is not 200 as ours; `code` is empty where the body was not in MAX's form."""
    if status == 429 or code == TOO_MANY:
        return RateLimited("MAX asks to wait.", scope="account", retry_after=retry_after or 1.0)
    if code.endswith(NOT_READY):
        return Transient("MAX is still working on the file.", retry_after=READY_S)
    if status == 401 or code == BAD_TOKEN:
        return AuthFailed(in_words("MAX does not know this token.", words))
    if status >= 500 or status < 400:
        return Ambiguous("MAX did not answer in the form of its API.")
    if status == 413:
        return BadPayload("MAX refuses a message of this size.")
    if not code:
        return Transient(f"Something before MAX answered {status}.")
    if status == 403:
        return RecipientGone("The customer has stopped the bot, or removed the dialog.")
    if status == 404:
        return RecipientGone("MAX knows no such chat.")
    return BadPayload(f"MAX refuses this ({code}): {words}" if words else f"MAX refuses this ({code}).")
