"""Timeouts and retries, named by kind of work; nothing of this is written inline in a workflow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

from omnisupport.domain.bundle import KEPT
from omnisupport.scenario_dsl.runtime.limits import REQUEST_AT_MOST_S

DATABASE_TURN: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "local_retry_threshold": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        backoff_coefficient=2,
        maximum_interval=timedelta(seconds=5),
    ),
}
"""Local activities on Postgres: tried until the database is back, since nothing else can be done meanwhile."""

EFFECTS: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "local_retry_threshold": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        backoff_coefficient=2,
        maximum_interval=timedelta(minutes=1),
    ),
}
"""What a turn decided beyond its conversation: tried until the database, or the engine that mails, is back."""

BEGIN_RUN: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "schedule_to_close_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), backoff_coefficient=2),
}
"""A run beside this one: its key makes a repeat the same run."""

LOOK_UP: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=100), maximum_attempts=3),
}
"""Cheap questions with a local answer: opening hours, a phone number's form."""

ANSWER: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=60),
    "schedule_to_close_timeout": timedelta(seconds=120),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=4),
}
"""Retrieval and the language model (E8: four attempts, then a human)."""


def ask(timeout_ms: int, retry: dict[str, Any] | None) -> dict[str, Any]:
    """Options of a question to meaning or to a model: an attempt as long as its node says, and its retries.

    `retry_on` says nothing here: whether a model is worth asking again, its error knows.
    """
    timeout = timedelta(milliseconds=timeout_ms)
    in_all = max(timedelta(seconds=120), 2 * timeout)
    limits = {**ANSWER, "start_to_close_timeout": timeout, "schedule_to_close_timeout": in_all}
    if retry is not None:
        limits["retry_policy"] = RetryPolicy(
            initial_interval=timedelta(milliseconds=int(retry.get("initial_ms", 1000))),
            backoff_coefficient=float(retry.get("backoff", 2)),
            maximum_interval=timedelta(milliseconds=int(retry.get("max_interval_ms", 60_000))),
            maximum_attempts=int(retry.get("max_attempts", 3)),
        )
    return limits


INTENT: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=3),
    "schedule_to_close_timeout": timedelta(seconds=6),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=2),
}
"""What a message is about, before anybody takes it: 30 ms; after six seconds it is routed without that."""

CHANNEL_SEND: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=3),
    "heartbeat_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=500), backoff_coefficient=2, maximum_attempts=10
    ),
}
"""One native payload to a provider, which may have a file in it; a worker that died is missed sooner."""

CHANNEL_LOOK: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
    ),
}
"""A look at a connection: repeated until the database or the provider is back."""
CHANNEL_LOOKS = 300
"""Then the run continues as new: some 10 events a look."""

HTTP_AT_MOST = timedelta(seconds=REQUEST_AT_MOST_S)
"""All attempts of an `http` node together; E136 refuses a node that plans for more."""
HTTP_ATTEMPTS = 3
"""Of an `http` node that names no retry of its own."""


def http_call(timeout_ms: int, retry: dict[str, Any] | None) -> dict[str, Any]:
    """Options of an `http` node: its own timeout, and retries by the activity's word alone."""
    retry = retry or {}
    timeout = timedelta(milliseconds=timeout_ms)
    return {
        "start_to_close_timeout": timeout + timedelta(seconds=5),
        "schedule_to_close_timeout": HTTP_AT_MOST,
        "retry_policy": RetryPolicy(
            initial_interval=timedelta(milliseconds=int(retry.get("initial_ms", 1000))),
            backoff_coefficient=float(retry.get("backoff", 2)),
            maximum_interval=timedelta(milliseconds=int(retry.get("max_interval_ms", 60_000))),
            maximum_attempts=int(retry.get("max_attempts", HTTP_ATTEMPTS)),
        ),
    }


HOLD_MS = 400
"""Typed text waits so long for its next fragment."""

ALBUM_HOLD_S = 1.0
"""What a customer sent as one comes within this time of its first part (channels.md 3.3)."""

TURNS_PER_RUN = 50
EVENTS_PER_RUN = 1000
"""Continue-as-new: cold replay costs 2.5 ms a past message (performance.md, conclusion 7)."""

MESSAGES_PER_TURN = 10
"""Stepped and committed at once: a takeover behind 30 messages waits 0.28 s so, 1.6 s one by one."""

RINGS_WITH_TEXT = 50
"""More than these wait only behind a long outage: their texts stay in Postgres until their turn."""
CARRIED_BYTES = 30_000
RING_BYTES = 200
"""Carry-over into the next run: at most 32 KiB (architecture.md 2.10); a ring's fields are below the latter."""

SIGNALS_REMEMBERED = 100
"""Ids of begins and events: repeats come within seconds."""

TRACE_KEPT = 50
"""Turns that the query `trace` answers from memory; older ones are rows."""

SWEEP: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
}
"""One sweep; the next comes in 10 s anyway."""

WEBHOOK: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=2),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
    ),
}
"""Twenty deliveries, four at a time, ten seconds each at most; tried until the database is back.

A worker that is killed amid them is missed after 20 seconds.
"""
TRIGGERS: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
    ),
}
"""One look at what begins scenarios: a schedule for every customer of a large tenant takes minutes."""
WEBHOOK_ROUNDS = 100
"""Then the run continues as new: some 12 events a round."""
WEBHOOK_LOOK = timedelta(minutes=1)
"""So often a webhook looks for itself, whatever rings were lost."""
AUDIT_LINE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
    ),
}
"""One line of the audit log: tried until the database is back."""
MAIL_SEND: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=3),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5), backoff_coefficient=3, maximum_interval=timedelta(hours=4)
    ),
}
"""A mail to a person: a server that is away or says 4xx is asked again, soon first and every four hours later."""

MAIL_REPEATS = (timedelta(0), timedelta(minutes=5), timedelta(hours=1))
"""Pauses before each series of attempts: a mail whose answer was lost is repeated twice, with the same Message-ID."""

ERASURE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=30),
    "schedule_to_close_timeout": timedelta(days=3),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
    ),
}
"""A step of an erasure: goes on where it stopped, and is tried until the database, the file store or the engine is
back; what does not come back in three days is somebody's work."""
ERASURE_END: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(maximum_interval=timedelta(minutes=5)),
}
"""To say that it failed: tried until the database is back."""
ERASURE_SETTLES = timedelta(seconds=6)
"""A request may take five seconds, and a ring one."""
ERASURE_LOOK = timedelta(hours=1)
"""So often one that is held looks for itself."""
ERASURE_LOOKS = 500
"""Then the run continues as new: some 10 events a look."""

RETENTION: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=30),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=3),
}
"""One tenant; what is left is ended by the next sweep."""
RETENTION_LIST: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(maximum_interval=timedelta(minutes=1)),
}
TENANTS_PER_RUN = 100
"""Then the run continues as new: three events a tenant."""

EXPORT: dict[str, Any] = {
    "start_to_close_timeout": timedelta(hours=6),
    "schedule_to_close_timeout": timedelta(hours=24),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
    ),
}
"""A bundle of a whole tenant. A worker that died is missed after 20 s; each attempt begins anew."""
EXPORT_ROW: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=1),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=10)
    ),
}
"""Tried until the stores are back: bytes that should be gone do not stay."""
EXPORT_KEPT = KEPT

SCENARIO_JOB: dict[str, Any] = {
    "start_to_close_timeout": timedelta(hours=2),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
}
"""A trial of a scenario: its worker allows it an hour and a half. Each attempt begins anew."""
SCENARIO_JOB_END: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(maximum_interval=timedelta(minutes=5)),
}
"""To say what became of it: tried until the database is back."""
SCENARIO_MIGRATION: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1), maximum_attempts=20
    ),
}
"""Two hundred conversations, twenty at a time, each for ten seconds at most."""
MIGRATION_PAGES = 200
"""Then the run continues as new: six events a page."""
