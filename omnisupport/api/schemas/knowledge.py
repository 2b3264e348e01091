"""Knowledge as it is tried out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from omnisupport.api.schemas.base import Input, Output, Plain


class Query(Input):
    """A question to try."""

    query: Plain = Field(min_length=1, max_length=2000)
    knowledge: list[Annotated[Plain, Field(max_length=100)]] = Field(default_factory=list, max_length=20)
    locale: Literal["ru", "en"] | None = None
    limit: StrictInt = Field(default=8, ge=1, le=20)


class PassageOut(Output):
    """A passage with its scores: `confidence` is calibrated, `score` orders only."""

    document_id: str
    title: str
    url: str | None
    text: str
    quote: str
    locale: str
    confidence: float
    score: float


class Passages(Output):
    """What was found, best first; those below `confidence_line` would not be answered from."""

    passages: list[PassageOut]
    confidence_line: float
