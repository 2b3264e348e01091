"""How long credentials last, what a hash costs and how often things may be tried: each figure with its reason.

Idle sessions end by `storage/queries/sessions.py` (`IDLE`), which looks at it in the question that lets requests in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from omnisupport.auth.limits import RateLimit

# --- passwords --------------------------------------------------------------------------------------------

MIN_CHARS = 8
"""NIST SP 800-63B; 15 are advised."""
MAX_CHARS = 256
"""Far above any password (64 must be accepted), far below what would make hashing itself an attack."""


@dataclass(frozen=True)
class Cost:
    """What one hash costs: memory in KiB, passes, lanes."""

    memory: int
    time: int
    lanes: int = 1


OWASP_FLOOR = Cost(memory=19_456, time=2)
"""Source: OWASP Password Storage Cheat Sheet. 19 MiB a hash is also why few run at once."""

# --- sessions and tokens ----------------------------------------------------------------------------------

ABSOLUTE = timedelta(days=7)
"""However busy; also the life of a refresh family, so a stolen token ends within it."""
GRACE = timedelta(seconds=10)
"""A client that lost the answer to its refresh may ask once more; later it is a thief or a copy."""
FRESH = timedelta(minutes=10)
"""How long a password or second factor counts for what asks for it again (S13)."""
SECOND_FACTOR = timedelta(minutes=5)
"""Between the password and the code: long enough to find the telephone."""
RESET_PASSWORD = timedelta(minutes=30)
"""The most that S11 allows: mail may be slow."""
CHANGE_EMAIL = timedelta(minutes=30)
"""It moves the account to another address, so no longer than a reset."""
VERIFY_EMAIL = timedelta(hours=24)
"""It opens nothing and only says that the address is read, so a night may pass."""

# --- second factor ----------------------------------------------------------------------------------------

STEP_S = 30
"""Of a code (RFC 6238)."""
STEPS_AROUND = 1
"""Clocks of telephones are off, and codes are typed late: one step either way (S9)."""
SEED_BYTES = 20
"""Of the digest that codes are cut from (RFC 4226, R6)."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 15
"""120 random bits: above the 112 from which a plain digest is enough (ASVS 6.5.2), and six groups of four to type."""

# --- API keys ---------------------------------------------------------------------------------------------

MOST_PERSONAL_KEYS = 25
MOST_TENANT_KEYS = 100
"""Live ones. Far above need; a list that grows without bound hides the key that should not be there."""

# --- how often (sign-ins and codes: `limits.LoginLimiter`) --------------------------------------------------

REGISTER = RateLimit("register-address", limit=20, window=60 * 60)
"""Workspaces from one address in an hour: a training course fits, a script does not."""
MAIL_ADDRESS = RateLimit("account-mail-address", limit=30, window=60 * 60)
"""Letters that one address may ask for in an hour, for whomever."""
MAIL_ACCOUNT = RateLimit("account-mail", limit=5, window=60 * 60)
"""Letters to one account in an hour: nobody's mailbox is filled through us."""
ANSWER_S = 0.5
"""What an answer about an address takes at least, known or not: several times the work of a new workspace."""
