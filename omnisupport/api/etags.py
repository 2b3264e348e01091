"""Revisions as ETags: what a save names, so that nobody writes over what he has not read."""

from __future__ import annotations

from omnisupport.errors import Invalid, OmniError

LARGEST = 2**31 - 1


def etag(revision: int) -> str:
    """The ETag of a revision."""
    return f'"{revision}"'


def read_revision(if_match: str | None) -> int:
    """The revision that a save was made from.

    Raises:
        OmniError: none is named (428, code `precondition_required`).
        Invalid: it is no ETag of ours.
    """
    if if_match is None:
        raise OmniError(
            "Say with If-Match which revision you read.",
            code="precondition_required",
            status=428,
            field="If-Match",
        )
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
        raise Invalid('If-Match is the ETag that was read, such as "3".', field="If-Match")
    return int(text)
