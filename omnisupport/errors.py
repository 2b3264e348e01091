"""One root for every refusal and failure of the product: a sentence for people, a code for machines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class OmniError(Exception):
    """Something that can be told to a person.

    `code` is stable and public, `status` the HTTP status it answers with. Whether a retry helps is a
    fact of the error: `retryable`, and `retry_after` in seconds where the time is known.
    """

    code = "internal_error"
    status = 500
    retryable = False

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        status: int | None = None,
        retryable: bool | None = None,
        retry_after: float | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.retryable = type(self).retryable if retryable is None else retryable
        self.retry_after = retry_after
        self.field = field


class NotFound(OmniError):
    """Absent, or of another tenant: the two are told apart by nobody."""

    code = "not_found"
    status = 404


class Merged(NotFound):
    """It has become part of another one of its kind, `into`; there it goes on."""

    def __init__(self, detail: str, *, code: str, into: str) -> None:
        super().__init__(detail, code=code)
        self.into = into


class Unauthenticated(OmniError):
    """No credential, or one that is forged, expired or revoked."""

    code = "unauthenticated"
    status = 401


class Forbidden(OmniError):
    """A known person without the permission that the route names."""

    code = "forbidden"
    status = 403


class Conflict(OmniError):
    """A refused action: the thing is not in a state that allows it."""

    code = "conflict"
    status = 409


class Invalid(OmniError):
    """Input of the wrong shape; nothing was changed."""

    code = "invalid"
    status = 422


class Unavailable(OmniError):
    """A part of the product does not answer; the same call may succeed later."""

    code = "unavailable"
    status = 503
    retryable = True


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Around a program, or its start: an expected refusal is one sentence on stderr and exit code 1.

    The process ends at once: after a Temporal client was made the interpreter's own ending may abort it.
    """
    try:
        yield
    except OmniError as refused:
        sys.stdout.flush()
        sys.stderr.write(f"{refused.detail}\n")
        sys.stderr.flush()
        os._exit(1)
