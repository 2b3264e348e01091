"""How long a sign-in lasts, and what a refresh token may still do. Pure: storage keeps the rows.

When a session is idle is storage's to say, which looks at it in the same question: `storage/queries/sessions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from omnisupport.auth.policy import ABSOLUTE, GRACE

__all__ = ["ABSOLUTE", "GRACE", "Refresh", "RefreshToken", "decide_refresh"]


@dataclass(frozen=True)
class RefreshToken:
    """What the policy needs of a refresh token's row. Times are aware, in UTC.

    All tokens that descend from one sign-in are a family: it begins at `family_started_at` and is revoked as a
    whole. `used_at` is when the token was first exchanged.
    """

    family_started_at: datetime
    used_at: datetime | None = None
    family_revoked_at: datetime | None = None


class Refresh(StrEnum):
    """What to do with a refresh token that was presented."""

    ROTATE = "rotate"
    """Mark it used and issue its successor, of the same family."""
    REPEAT = "repeat"
    """Issue another successor: the answer to the first exchange was lost. `used_at` stays as it is."""
    REVOKE_FAMILY = "revoke_family"
    """It was used before: somebody holds a copy. Revoke the family, then refuse."""
    REFUSE = "refuse"
    """Expired or revoked; nothing more to do."""


def decide_refresh(token: RefreshToken, now: datetime) -> Refresh:
    """Decide about a presented token. Decide and mark used under one row lock, or two uses both rotate."""
    if token.family_revoked_at is not None or now - token.family_started_at >= ABSOLUTE:
        return Refresh.REFUSE
    if token.used_at is None:
        return Refresh.ROTATE
    return Refresh.REPEAT if now - token.used_at <= GRACE else Refresh.REVOKE_FAMILY
