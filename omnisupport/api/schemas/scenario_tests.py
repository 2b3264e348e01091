"""Test files of a scenario as builders write and read them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain

FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
FileName = Annotated[str, StringConstraints(pattern=FILE_NAME)]
"""As on a disk, and on none of them a way to another folder."""


class TestFile(Input):
    """A test file: its name, and its YAML."""

    __test__ = False
    name: FileName
    document: Plain


class TestFileLine(Output):
    """A test file without its YAML."""

    __test__ = False
    id: UUID
    name: str
    revision: int
    updated_at: str


class TestFileOut(TestFileLine):
    """A test file."""

    document: str


class TestFileEnvelope(Output):
    """One test file."""

    __test__ = False
    test: TestFileOut


class TestFiles(Output):
    """Every test file of a scenario."""

    __test__ = False
    items: list[TestFileLine]
