"""Tables as people save them from spreadsheets: read leniently, written so that no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from omnisupport.errors import Invalid

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet may take for a formula."""


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins (the header is line 1), and its cells by column."""

    line: int
    cells: Mapping[str, str]
    too_long: bool = False
    """It has more cells than the header."""


def read_rows(content: bytes, *, columns: Collection[str], required: str, most: int) -> list[Row]:
    """Read a table in UTF-8, with or without a byte order mark, separated by commas or semicolons.

    The header names the columns in any order and any case; empty rows are left out, missing cells are empty.

    Raises:
        Invalid: code `table_invalid`, with field `body`: not such a table, an unknown or repeated column, no column
            `required`, more than `most` rows.
    """
    text = _decoded(content)
    first, _, _ = text.partition("\n")
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=";" if first.count(";") > first.count(",") else ",",
        strict=True,
    )
    rows: list[Row] = []
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        _check_header(header, columns, required)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(rows) == most:
                    raise _invalid(f"The table has more than {most} rows: divide it.")
                rows.append(_row(line, header, cells))
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise _invalid(f"Line {reader.line_num} cannot be read as a table: {wrong}.") from wrong
    return rows


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table that a spreadsheet opens as what it is: UTF-8 with a byte order mark, no cell a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([escape_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()


def escape_cell(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    plain = [_unescaped(cell.strip()) for cell in cells]
    padded = plain[: len(header)] + [""] * (len(header) - len(plain))
    return Row(line, dict(zip(header, padded, strict=True)), any(plain[len(header) :]))


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _invalid("The table is not in UTF-8: save it as CSV UTF-8.") from wrong
    if "\x00" in text:
        raise _invalid("The table holds a NUL, which is not text.")
    return text


def _check_header(header: Sequence[str], columns: Collection[str], required: str) -> None:
    if unknown := sorted(set(header) - set(columns)):
        raise _invalid(f"The column '{unknown[0][:80]}' is not known. Columns are: {', '.join(columns)}.")
    if len(set(header)) != len(header):
        raise _invalid("A column is there twice.")
    if required not in header:
        raise _invalid(f"The first line names the columns, and one of them is '{required}'.")


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="table_invalid", field="body")
