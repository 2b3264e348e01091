"""What a builder can begin with and build of, and documents that come and go."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.scenario_tests import FileName
from omnisupport.api.schemas.scenarios import Finding


class TemplateOut(Output):
    """A scenario to begin with, and its test file."""

    id: str
    name: dict[str, str]
    description: dict[str, str]
    document: str
    tests: str | None


class Templates(Output):
    """Every template, by id."""

    items: list[TemplateOut]


class NodeCatalogue(Output):
    """Types of nodes by `type@version`, kinds of answers and of triggers: JSON Schema, exits, examples and words.

    Schemas refer to `$defs`. `behind` of each says what does its work in this release: `standing` is one of
    `standings`, `later` are fields that are checked and do nothing yet.
    """

    definitions: Annotated[dict[str, dict[str, Any]], Field(alias="$defs")]
    standings: dict[str, dict[str, str]]
    nodes: dict[str, dict[str, Any]]
    inputs: dict[str, dict[str, Any]]
    triggers: dict[str, dict[str, Any]]


class Import(Input):
    """A file of another system. `more`: further ones by name, for Rasa keeps flows and domain apart."""

    kind: Literal["typebot", "studio", "rasa"]
    document: Plain
    name: FileName | None = None
    more: Annotated[dict[FileName, Plain], Field(max_length=20)] = {}


class LossOut(Output):
    """What the import lost, changed or added; the place is the source's, `node` is the id here."""

    code: str
    severity: str
    message: dict[str, str]
    file: str
    line: int
    column: int
    path: str
    source: str | None
    node: str | None


class Imported(Output):
    """The document, empty when nothing could be made of the source; nothing of it is kept until it is saved."""

    document: str
    losses: list[LossOut]
    valid: bool
    findings: list[Finding]
