"""What every input shares."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Input(BaseModel):
    """Input of a route: unknown fields are refused (S13)."""

    model_config = ConfigDict(extra="forbid", str_max_length=100_000)


class Output(BaseModel):
    """Output of a route: fields have no defaults."""

    model_config = ConfigDict(extra="forbid")
