"""Tables as spreadsheets write and read them: CSV in UTF-8, with nothing in a cell that is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from omnisupport.errors import Invalid

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula; an apostrophe before it makes it a text."""
DELIMITERS = (";", ",", "\t")
COLUMNS_MAX = 200


def delimiter_for(locale: str) -> str:
    """What spreadsheets of a language separate by."""
    return ";" if locale == "ru" else ","


def write_rows(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """Rows as a piece of a file; the mark of UTF-8 stands before the first piece and is the caller's."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([escape(cell) for cell in row])
    return text.getvalue().encode()


def escape(cell: str) -> str:
    """A cell that is read as text; one that begins with an apostrophe of its own keeps it behind another."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def unescape(cell: str) -> str:
    """The cell before `escape`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


def read_rows(body: bytes, *, most: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head of a file and its rows, each with the line that it ends on; rows without any text are left out.

    Raises:
        Invalid: not UTF-8 (code `file_not_utf8`), no table (code `file_unreadable`), or more than `most` rows (code
            `too_many_rows`).
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Invalid(
            "The file is not UTF-8. Save it as CSV UTF-8.", code="file_not_utf8", field="body"
        ) from wrong
    if "\x00" in text:
        raise Invalid("The file holds a NUL, which is not text.", code="file_unreadable", field="body")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        head = [cell.strip() for cell in next(reader, [])]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= most:
                raise Invalid(f"The file has more than {most:,} rows.", code="too_many_rows", field="body")
            rows.append((reader.line_num, [unescape(cell.strip()) for cell in cells]))
    except csv.Error as wrong:
        raise Invalid(
            f"Line {reader.line_num} cannot be read as CSV: {wrong}.", code="file_unreadable", field="body"
        ) from wrong
    if not any(head) or len(head) > COLUMNS_MAX:
        raise Invalid("The first line names the columns.", code="file_unreadable", field="body")
    return head, rows
