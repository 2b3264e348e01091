"""What every input shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""A text without NUL, which Postgres cannot keep."""


class Input(BaseModel):
    """Input of a route: unknown fields are refused (S13). A text is as long as its field, or the body, may be."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Output(BaseModel):
    """Output of a route: fields have no defaults."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
