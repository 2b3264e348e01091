"""What is told of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from omnisupport.api.schemas.base import Input, Moment, Output

ACTION = r"^[a-z0-9_.]{1,80}$"
TARGET = r"^[a-z_]{1,40}(:[A-Za-z0-9_.@:-]{1,200})?$"
Outcome = Literal["done", "refused", "failed"]


class AuditActor(Output):
    """Who did it: a person, a key, the platform itself, or nobody known."""

    kind: str
    id: UUID | None
    name: str


class AuditTarget(Output):
    """To what it was done."""

    kind: str
    id: str | None


class AuditLine(Output):
    """One action; `before` and `after` hold what changed, never a secret."""

    id: int
    at: datetime
    actor: AuditActor
    impersonator_id: UUID | None
    action: str
    outcome: str
    target: AuditTarget | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str | None
    user_agent: str | None


class AuditPage(Output):
    """A page of the log, newest first; `next_cursor` is null at the end."""

    items: list[AuditLine]
    next_cursor: str | None


class AuditExport(Input):
    """Which lines to take out: the filters of the list. `target` is a kind, or a kind and an id: `conversation:…`."""

    model_config = ConfigDict(populate_by_name=False)

    actor: UUID | None = None
    action: str | None = Field(default=None, pattern=ACTION)
    target: str | None = Field(default=None, pattern=TARGET)
    outcome: Outcome | None = None
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")
