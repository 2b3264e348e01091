"""What every table is."""

from __future__ import annotations

from sqlmodel import SQLModel


class Table(SQLModel):
    """Rows are checked by Postgres and never by pydantic, so its validators are not built: 0.1 s of each start."""

    model_config = {"defer_build": True}
