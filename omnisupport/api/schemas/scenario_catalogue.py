"""What a builder can begin with and build of, and documents that come and go."""

from __future__ import annotations

from typing import Annotated, Literal

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


class NodeExit(Output):
    """A way out of a node; one that is `required` must lead somewhere."""

    name: str
    required: bool


class NodeTypeOut(Output):
    """A type of node. `kinds`: of scenarios that may have it; `waits`: for people or time; `effect`: changes things."""

    type: str
    version: int
    about: str
    kinds: list[str]
    fields: list[str]
    exits: list[NodeExit]
    waits: bool
    sends: bool
    effect: bool
    ends: bool


class NodeTypes(Output):
    """Every type of node, by name, and the kinds of answers that `ask` understands."""

    items: list[NodeTypeOut]
    inputs: list[str]


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
