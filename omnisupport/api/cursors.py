"""Cursors of lists that go by a moment and an id: opaque to clients, good for as long as the rows are."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

import orjson

from omnisupport.errors import Invalid


def write_cursor(at: datetime, item: UUID) -> str:
    """The place behind an item."""
    return base64.urlsafe_b64encode(orjson.dumps([at.isoformat(), str(item)])).decode()


def read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The place that a client goes on from; None from the start.

    Raises:
        Invalid: it is none of ours; field `cursor`.
    """
    if cursor is None:
        return None
    try:
        written, item = orjson.loads(base64.urlsafe_b64decode(cursor))
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            raise ValueError("a moment without zone")
        return at, UUID(item)
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as wrong:
        raise Invalid("This is not a cursor of ours.", field="cursor") from wrong
