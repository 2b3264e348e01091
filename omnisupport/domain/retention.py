"""How long what is kept: the terms that a tenant sets, and the fixed ones of rows that serve nobody any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

LONGEST_DAYS = 3650
SHORTEST_AUDIT_DAYS = 365
"""Who did what has to be found a year later, whatever a tenant wishes."""


@dataclass(frozen=True)
class Terms:
    """Days; None keeps for ever."""

    conversations: int | None = None
    """Resolved ones, since anything last happened in them; runs of scenarios beside any, since they ended."""
    customers: int | None = None
    """Those without a conversation, since they were last seen or changed."""
    events: int | None = None
    webhook_deliveries: int | None = 90
    """What was told or given up; what is still to be told stays. A tenant that has said nothing: a quarter."""
    audit: int | None = None
    files: int | None = None
    """Those that customers have uploaded."""

    def as_json(self) -> dict[str, Any]:
        """As they are answered, and told in the audit log."""
        return asdict(self)


@dataclass(frozen=True)
class DeadRows:
    """Rows of the platform's own that nothing reads any more: which, for how long after `ended_at`, and why so long."""

    name: str
    table: str
    ended_at: str
    kept: timedelta
    reason: str


DEAD: Mapping[str, DeadRows] = {
    each.name: each
    for each in (
        DeadRows(
            "account_tokens",
            "account_token",
            "coalesce(used_at, expires_at)",
            timedelta(days=7),
            "support can still tell somebody that his link was used or had run out",
        ),
        DeadRows(
            "sessions",
            "session",
            "least(coalesce(revoked_at, expires_at), expires_at)",
            timedelta(days=30),
            "a refresh token that is used again a month later still ends its family",
        ),
        DeadRows(
            "invitations",
            "invitation",
            "coalesce(accepted_at, revoked_at, expires_at)",
            timedelta(days=90),
            "who was invited and by whom is asked for a while; the audit log has it for longer",
        ),
        DeadRows(
            "kept_answers",
            "idempotency",
            "created_at",
            timedelta(days=2),
            "an answer counts for a day, and a claim under way is never so old",
        ),
        DeadRows(
            "changes",
            "change",
            "created_at",
            timedelta(days=30),
            "no console or webhook goes on from a place a month back: it begins with what is there",
        ),
        DeadRows(
            "scenario_jobs",
            "scenario_job",
            "finished_at",
            timedelta(days=30),
            "a trial's report is of a draft that has long changed; what let a version go live is kept with it",
        ),
        DeadRows(
            "effects",
            "effect",
            "finished_at",
            timedelta(days=30),
            "a month is enough to ask what a scenario has done, and a workflow repeats within minutes",
        ),
    )
}
VISITOR_TOKENS_KEPT = timedelta(days=30)
"""After its end a visitor's token opens nothing; its hash goes a month later, when nobody asks why."""
