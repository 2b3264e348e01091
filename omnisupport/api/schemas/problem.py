"""What every error answers."""

from __future__ import annotations

from omnisupport.api.schemas.base import Output


class FieldError(Output):
    """One field that cannot be used."""

    field: str
    message: str


class Problem(Output):
    """RFC 9457, as `application/problem+json`. `code` is stable and for machines, `detail` a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError]
