"""Runs of scenarios that no conversation hosts: begun by an event, a schedule, the api or another run.

Every dataclass here may be a Temporal payload: it only grows, new fields have defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONVERSATION_KINDS = ("dialog", "outbound")
"""Kinds of scenarios that talk to a customer: his conversation hosts them."""

PROACTIVE = "outbound"
"""The kind of those that write first: who has opted out (`ADVERTISING`) gets nothing of them."""
ADVERTISING = "marketing"
"""The purpose that an opt-out denies."""


@dataclass(frozen=True)
class Loaded:
    """A run's first read: where it stands, the compiled scenario (as text), and what it may read of the world."""

    turn: int
    state: dict[str, Any] | None
    ir_hash: str
    ir: str
    inputs: dict[str, Any]
    scenario_key: str
    tenant: dict[str, Any]
    trigger: str | None = None
    event: dict[str, Any] = field(default_factory=dict)
    customer: dict[str, Any] = field(default_factory=dict)
    conversation: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None
    owes: bool = False


@dataclass(frozen=True)
class Written:
    """Whether a turn of a run stands; if not, where the run is."""

    committed: bool
    turn: int
    gone: bool = False


@dataclass(frozen=True)
class Asked:
    """A run that is asked for; `key` makes a repeat harmless. `version` None is the live one."""

    key: str
    scenario: str
    mode: str
    inputs: dict[str, Any] = field(default_factory=dict)
    trigger: str | None = None
    event: dict[str, Any] = field(default_factory=dict)
    conversation_id: str | None = None
    customer_id: str | None = None
    parent: str | None = None
    started_by: str | None = None
    version: int | None = None
    if_busy: str = "skip"


@dataclass(frozen=True)
class Began:
    """Where the run is: a run of its own (`run_id`), or in a conversation. Rejected: `reason` says why."""

    run_id: str | None = None
    conversation_id: str | None = None
    reason: str | None = None
