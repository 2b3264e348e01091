"""How long a sign-in lasts, and what a refresh token may still do. Pure: storage keeps the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from omnisupport.auth.tokens import TokenKind, invalid
from omnisupport.errors import Unauthenticated

IDLE = timedelta(hours=12)
"""A working day: who leaves the browser open overnight signs in again."""
ABSOLUTE = timedelta(days=7)
"""However busy; also the life of a refresh family, so a stolen token ends within it."""
TOUCH_EVERY = timedelta(minutes=1)
"""How stale `last_seen_at` may be: one write a minute, not one a request."""
GRACE = timedelta(seconds=10)
"""A client that lost the answer to its refresh may ask once more; later it is a thief or a copy."""


@dataclass(frozen=True)
class Session:
    """What the policy needs of a session's row. Times are aware, in UTC."""

    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None


class SessionState(StrEnum):
    """Whether a session still signs its holder in, and if not, why."""

    ACTIVE = "active"
    IDLE = "idle"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(session: Session, now: datetime) -> SessionState:
    """Judge a session. A revoked one stays revoked, whatever else it is."""
    if session.revoked_at is not None:
        return SessionState.REVOKED
    if now - session.created_at >= ABSOLUTE:
        return SessionState.EXPIRED
    if now - session.last_seen_at >= IDLE:
        return SessionState.IDLE
    return SessionState.ACTIVE


def require_active(session: Session, now: datetime) -> None:
    """Let a request through.

    Raises:
        Unauthenticated: code `session_expired` for a session that ran out, `session_token_invalid` for a
            revoked one, as if it had never been.
    """
    state = state_of(session, now)
    if state is SessionState.REVOKED:
        raise invalid(TokenKind.SESSION)
    if state is not SessionState.ACTIVE:
        raise Unauthenticated("The session has expired. Sign in again.", code="session_expired")


def is_touch_due(session: Session, now: datetime) -> bool:
    """Tell whether this request should move `last_seen_at`."""
    return now - session.last_seen_at >= TOUCH_EVERY


def ends_at(session: Session) -> datetime:
    """Return when the session ends if nobody comes; the cookie need not live longer."""
    return min(session.created_at + ABSOLUTE, session.last_seen_at + IDLE)


@dataclass(frozen=True)
class RefreshToken:
    """What the policy needs of a refresh token's row.

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
