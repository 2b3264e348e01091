"""Tables as spreadsheets save them, and cells that no spreadsheet runs."""

from __future__ import annotations

import pytest

from omnisupport.domain.spreadsheet import Row, escape_cell, read_rows, write_rows
from omnisupport.errors import Invalid


def read(content: str | bytes, most: int = 10) -> list[Row]:
    """A table of two columns."""
    whole = content.encode() if isinstance(content, str) else content
    return read_rows(whole, columns=("email", "name"), required="email", most=most)


@pytest.mark.parametrize(
    "content",
    [
        "email,name\na@x.org,Анна\n",
        "\ufeffEmail;NAME\r\na@x.org;Анна\r\n",
        'name,email\r"Анна",a@x.org',
        'email , name\n "a@x.org" ,Анна'.replace('"', ""),
        "email,name\n\n,\na@x.org,Анна\n",
    ],
)
def test_a_table_is_read_as_people_save_it(content: str) -> None:
    (row,) = read(content)
    assert row.cells == {"email": "a@x.org", "name": "Анна"}


def test_a_row_knows_its_line_also_after_a_cell_of_two() -> None:
    rows = read('email,name\n"a@x.org","Анна\nМария"\n\nb@x.org\nc@x.org,В,too,long\n')
    assert [(row.line, row.cells["name"], row.too_long) for row in rows] == [
        (2, "Анна\nМария", False),
        (5, "", False),
        (6, "В", True),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "name\nАнна\n",
        "email,name,salary\n",
        "email,email\n",
        "email,name\n" + "a@x.org,x\n" * 11,
        'email,name\n"a@x.org,x\n',
        'email,name\n"a"b,x\n',
        "email\n" + "a" * 200_000,
        "email\na\x00@x.org\n",
        "email\nА@x.org\n".encode("cp1251"),
        "email\na@x.org\n".encode("utf-16"),
    ],
)
def test_what_is_no_such_table_is_refused(content: str | bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read(content)
    assert (refused.value.code, refused.value.field) == ("table_invalid", "body")


@pytest.mark.parametrize("cell", ["=1+1", "+7 900", "-1", "@sum", "\tx", '=HYPERLINK("//evil")'])
def test_no_cell_is_a_formula_and_what_was_written_is_read_as_it_was(cell: str) -> None:
    assert escape_cell(cell) == f"'{cell}"
    table = write_rows(("email", "name"), [("a@x.org", cell)])
    assert f",{cell}" not in table and f',"{cell}' not in table
    assert read(table)[0].cells["name"] == cell


def test_other_cells_stay_as_they_are() -> None:
    assert [escape_cell(cell) for cell in ("", "a=b", "Анна", "'x")] == ["", "a=b", "Анна", "'x"]
