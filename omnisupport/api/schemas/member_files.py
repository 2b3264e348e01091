"""What became of a table of members."""

from __future__ import annotations

from omnisupport.api.schemas.base import Output


class RefusedCell(Output):
    """Why a row was left out: its line in the file (the header is 1), the column, a code, a sentence."""

    line: int
    field: str
    code: str
    message: str


class ImportReport(Output):
    """Rows of a table: how many were invited, or with `dry_run` would be, and which were refused and why."""

    dry_run: bool
    rows: int
    invited: int
    refused: list[RefusedCell]
