"""What of a tenant goes along in a bundle. Every table is named here: a new one that is not fails a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import SQLModel

from omnisupport.storage import tables as _tables  # noqa: F401 - fills the metadata

VERSIONS = Path(__file__).parents[3] / "migrations" / "versions"
ENTERED_AGAIN = "A secret: it is entered again."
MADE_ANEW = "Made anew by the import."

PEOPLE_TABLES = ("user", "user_tenant")
"""Go along as `people`: address, name, language and role, and no credential."""
WHOLE: frozenset[str] = frozenset(
    {
        "article_feedback",
        "attribute",
        "audit",
        "availability",
        "calendar",
        "channel",
        "connection",
        "conversation",
        "conversation_fields",
        "customer",
        "customer_merge",
        "customer_note",
        "department",
        "effect",
        "event",
        "file",
        "identity",
        "identity_alias",
        "knowledge_document",
        "legal_hold",
        "member",
        "member_department",
        "member_skill",
        "message",
        "rating",
        "retention",
        "role",
        "scenario",
        "scenario_run",
        "scenario_run_turn",
        "scenario_test",
        "scenario_version",
        "skill",
        "tag",
        "tenant",
        "turn",
        "webhook",
    }
)
"""Go along, but for the columns of `WITHOUT`."""
LEFT_OUT: Mapping[str, str] = {
    "account_token": "Links that were mailed: they are asked for again.",
    "api_key": "Keys of this deployment: they are made again.",
    "audit_detail": "Goes along in the lines of `audit` that it belongs to.",
    "bundle": "Bundles of this deployment.",
    "change": "The feed of this deployment's consoles: it begins anew.",
    "channel_route": "Addresses of this deployment that providers call: channels are connected again.",
    "customer_term": "Made of the customers by the database.",
    "erasure": "Receipts of this deployment; the audit log, which goes along, has their digests.",
    "erasure_subject": "Ids of what is erased.",
    "idempotency": "Answers that are kept for a day.",
    "identity_key": "Signing keys of the widget: they are made again.",
    "inbound_file": "What providers still hold for this deployment's accounts.",
    "invitation": "Their links are secrets: people are invited again.",
    "scenario_draft": "Earlier drafts, for telling a stale save what it has missed: none is open elsewhere.",
    "scenario_job": "Long runs of this deployment: they are asked for again.",
    "message_template": "Asked of the provider again once its channel is connected.",
    "message_part": "What is on its way from this deployment: a message keeps what became of it.",
    "session": "People sign in again.",
    "tenant_key": "The keys that seal what this deployment keeps.",
    "tenant_slug": MADE_ANEW,
    "scenario_callback": "Addresses of this deployment: what is waited for elsewhere is asked for again.",
    "scenario_code": "Codes that were sent: they are asked for again.",
    "trigger_cursor": "Places in this deployment's feeds.",
    "trigger_due": "Said again when the scenario's triggers are looked at first.",
    "trigger_seen": "Places in this deployment's feeds.",
    "webhook_delivery": "What this deployment has sent: the log of another one.",
    "webhook_progress": "Webhooks are told from when they are switched on again.",
}
WITHOUT: Mapping[str, Mapping[str, str]] = {
    "channel": {"secret": ENTERED_AGAIN, "health": "Looked at anew."},
    "connection": {"secret": ENTERED_AGAIN, "signing": ENTERED_AGAIN},
    "event": {"number": MADE_ANEW, "xid": MADE_ANEW},
    "file": {"storage_key": MADE_ANEW},
    "identity": {
        "token_hash": "Tokens of browsers: a visitor is known again by what his company signs.",
        "expires_at": "Of the token.",
    },
    "knowledge_document": {"indexed_hash": "Documents are indexed again.", "search": MADE_ANEW},
    "webhook": {"secrets": ENTERED_AGAIN, "cursor": "A place in this deployment's feed."},
}
MEMBERS_ONLY = frozenset({"member", "member_department", "member_skill"})
"""Rows of people who belong to the tenant now."""


def portable_tables() -> Sequence[sa.Table]:
    """The tables of `WHOLE`, each after those that it refers to; the audit log last, which nobody can take back."""
    order = [table for table in SQLModel.metadata.sorted_tables if table.name in WHOLE]
    return sorted(order, key=lambda table: table.name == "audit")


def columns_of(table: sa.Table) -> Sequence[str]:
    """The columns that go along."""
    left_out = WITHOUT.get(table.name, {})
    return [str(column.name) for column in table.columns if column.name not in left_out]


def schema_revision() -> str:
    """The newest migration of this release: the app role may not ask the database."""
    return max(file.name for file in VERSIONS.glob("[0-9]*.py"))[:4]


def left_out() -> dict[str, str]:
    """Tables, and columns as `table.column`, with the reason; `people` without what opens a door."""
    columns = {f"{table}.{name}": why for table, names in WITHOUT.items() for name, why in names.items()}
    credentials = "Passwords, second factors and roles of the platform stay: people set a new password."
    return dict(sorted({**LEFT_OUT, **columns, "people.credentials": credentials}.items()))
