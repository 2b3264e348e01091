"""Cursors of lists: where a page ended, as an opaque word."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TypeVar

import orjson

from omnisupport.errors import Invalid

Place = TypeVar("Place")


def write_cursor(*place: str) -> str:
    """The cursor of a place: the last item's columns of the order."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def read_cursor(cursor: str | None, read: Callable[..., Place]) -> Place | None:
    """A place from its cursor; `read` takes its columns as texts, and refuses with ValueError or TypeError.

    Raises:
        Invalid: it is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        columns = orjson.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        if not isinstance(columns, list) or not all(isinstance(c, str) and "\x00" not in c for c in columns):
            raise ValueError("no columns")
        return read(*columns)
    except (ValueError, TypeError, binascii.Error) as wrong:
        raise Invalid("This is not a cursor of this list.", field="cursor") from wrong
