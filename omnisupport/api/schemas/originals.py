"""A message as it came, for who may read its conversation."""

from __future__ import annotations

from omnisupport.api.schemas.base import Output


class OriginalMail(Output):
    """Where a mail is as it came: as a safe page, and as its file; both links are good for five minutes."""

    size: int
    page_url: str
    file_url: str


class OriginalEnvelope(Output):
    """One mail."""

    original: OriginalMail
