"""Column shorthands, so that a table reads as its nouns."""

from __future__ import annotations

from json import loads
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def key_of_tenant() -> Any:
    """The first half of every primary key."""
    return Field(primary_key=True, foreign_key="tenant.tenant_id", ondelete="CASCADE")


def string(*, default: str | None = None, unique: bool = False, primary_key: bool = False) -> Any:
    """A required text column; `default` is the server's too."""
    column: dict[str, Any] = {"sa_type": sa.Text, "unique": unique, "primary_key": primary_key}
    if default is not None:
        column |= {"default": default, "sa_column_kwargs": {"server_default": default}}
    return Field(**column)


def optional_text() -> Any:
    """A text column that may be null."""
    return Field(default=None, sa_type=sa.Text)


def instant(*, now: bool = False) -> Any:
    """A moment with zone; `now` makes the server fill it in."""
    if now:
        return Field(
            default=None,
            sa_type=sa.DateTime(timezone=True),
            nullable=False,
            sa_column_kwargs={"server_default": sa.text("now()")},
        )
    return Field(default=None, sa_type=sa.DateTime(timezone=True))


def json(*, default: str | None = None, nullable: bool = False) -> Any:
    """A JSONB column; `default` is SQL text such as '{}'."""
    kwargs = {} if default is None else {"server_default": sa.text(f"'{default}'")}
    factory = (lambda: loads(default)) if default else (lambda: None)
    return Field(default_factory=factory, sa_type=JSONB, nullable=nullable, sa_column_kwargs=kwargs)


def number(default: int = 0) -> Any:
    """A counter that starts at `default`."""
    return Field(default=default, sa_column_kwargs={"server_default": str(default)})
