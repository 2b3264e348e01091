"""Long runs about a scenario: what they are, and what their workflows hand on.

Every dataclass here may be a Temporal payload: it only grows, new fields have defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What is run."""

    WALKS = "walks"
    REPLAY = "replay"
    GATE = "gate"
    MUTANTS = "mutants"
    MIGRATION = "migration"


class JobStatus(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


SHOWS_CONVERSATIONS = frozenset({JobKind.REPLAY, JobKind.GATE})
"""Kinds whose reports quote customers, if masked: for those who may see every conversation."""


class Policy(StrEnum):
    """What becomes of runs that go on when another version goes live."""

    KEEP = "keep"
    AT_NEXT_WAIT = "at_next_wait"
    RESTART = "restart"
    FINISH = "finish"
    ASK_HUMAN = "ask_human"


@dataclass(frozen=True)
class JobAsked:
    """A job as its worker gets it."""

    scenario_id: str
    kind: str
    request: dict[str, Any]


@dataclass(frozen=True)
class Moving:
    """How far a migration is: conversations up to `after` have been asked.

    `counts` by what became of them, `refused` by `node|reason|what`.
    """

    after: str | None = None
    done: int = 0
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    is_over: bool = False
    is_unwanted: bool = False
