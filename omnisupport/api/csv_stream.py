"""Tables as CSV, line by line; a spreadsheet that opens one runs nothing of what people wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from fastapi.responses import StreamingResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to some spreadsheet; behind an apostrophe it is text to each."""
UTF8_MARK = "\ufeff"
"""Without it a spreadsheet takes Cyrillic for another encoding."""


class CsvStream(StreamingResponse):
    """A CSV file that is made while it is sent."""

    media_type = "text/csv"


def cell(value: object) -> str:
    """One value as a cell that cannot be a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(FORMULA) else text


def rows(lines: Iterable[Sequence[object]]) -> str:
    """Lines of a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in line] for line in lines)
    return out.getvalue()


async def table(
    header: Sequence[str], pages: AsyncIterator[Iterable[Sequence[object]]]
) -> AsyncIterator[str]:
    """A file with its header, page by page."""
    yield UTF8_MARK + rows([header])
    async for page in pages:
        yield rows(page)
