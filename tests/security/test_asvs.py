"""P13: what docs/security.md says is held is held by a test that exists, and its figures are those of the code."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.security.document import DOCUMENT, ROOT, written

LISTED = """
1.2.1-5 1.3.1 1.3.4-7 1.3.11 2.3.3-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 4.1.3 4.2.1 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2
5.4.1-3 6.2.1-12 6.3.1-4 6.4.3 6.5.1 6.5.5 6.6.3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4
10.4.5 10.4.8 11.4.2 11.5.1 13.2.1-5 13.3.1 13.4.2 13.4.5 14.2.1 14.3.2-3 15.1.2 15.2.2 15.3.1-4 16.2.5 16.3.1-4 16.4.1
16.5.1-3
"""
"""What the design names as biting here; the document may have more."""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.*?) \| `([^`]+)` \|$", re.MULTILINE)
TOP_TEN = re.compile(r"^\| (API\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
LLM = re.compile(r"^\| (LLM\d\d) \| (.{40,}) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+?)::([^`]+)`")
EXCUSED = ("not yet: ", "n/a: ")
TEXT = DOCUMENT.read_text("utf-8")
ROWS = ROW.findall(TEXT)


def listed() -> set[str]:
    """Every id, ranges written out."""
    found: set[str] = set()
    for part in LISTED.split():
        first, _, last = part.partition("-")
        section, number = first.rsplit(".", 1)
        found |= {f"{section}.{each}" for each in range(int(number), int(last or number) + 1)}
    return found


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of a file: functions of Python, titles of the front ends."""
    if path.suffix == ".py":
        tree = ast.parse(path.read_text("utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return frozenset(node.name for node in tree.body if isinstance(node, functions))
    return frozenset(re.findall(r'\b(?:test|it)\(\s*"([^"]+)"', path.read_text("utf-8")))


def missing(cell: str) -> list[str]:
    """The tests that a cell names and that are not there."""
    found = []
    for file, name in NAMED.findall(cell):
        path = ROOT / file if file.startswith(("widget/", "console/")) else ROOT / "tests" / file
        if not path.is_file() or name not in names_in(path):
            found.append(f"{file}::{name}")
    return found


def test_every_listed_requirement_is_in_the_table_once() -> None:
    ids = [row[0] for row in ROWS]
    assert len(listed()) > 100
    assert listed() - set(ids) == set()
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids, key=lambda each: tuple(map(int, each.split("."))))
    assert len(ids) == len(re.findall(r"^\| \d+\.\d+\.\d+ \|", TEXT, re.MULTILINE)), "a row is not read"


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_requirement_names_a_test_and_a_file_that_exist(row: tuple[str, str, str, str]) -> None:
    _, rule, tests, file = row
    assert len(rule) > 10
    if rule.startswith(EXCUSED):
        assert len(rule) > 40, "an excuse has a reason"
    else:
        assert NAMED.search(tests)
    assert missing(tests) == []
    assert re.sub(NAMED, "", tests).strip(" ,") == "", "something in the cell is no test"
    assert any((base / file).is_file() for base in (ROOT / "omnisupport", ROOT)), file


def test_each_of_the_ten_of_the_api_has_a_test_and_each_of_the_ten_of_models_a_sentence() -> None:
    api = TOP_TEN.findall(TEXT)
    assert [each[0] for each in api] == [f"API{number}" for number in range(1, 11)]
    assert all(NAMED.search(each[2]) and missing(each[2]) == [] for each in api)
    assert [each[0] for each in LLM.findall(TEXT)] == [f"LLM{number:02d}" for number in range(1, 11)]


def test_the_figures_are_those_of_the_code() -> None:
    assert written(TEXT) == TEXT, "run `python -m tests.security.document`"


def test_a_changed_figure_and_a_lost_test_would_be_noticed() -> None:
    assert written(TEXT.replace("8 to 256 characters", "6 to 256 characters")) == TEXT
    assert missing("`auth/test_access.py::test_nothing`") == ["auth/test_access.py::test_nothing"]
    assert missing("`auth/test_absent.py::test_x`") == ["auth/test_absent.py::test_x"]


def test_how_to_report_a_hole_is_said_without_an_address() -> None:
    (said,) = re.findall(r"## Reporting a hole\n(.*?)\n## ", TEXT, re.DOTALL)
    assert "private security advisory" in said
    assert "@" not in said and "http" not in said
