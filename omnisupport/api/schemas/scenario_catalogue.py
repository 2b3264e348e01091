"""What a builder can begin with and build of, and documents that come and go."""

from __future__ import annotations

from omnisupport.api.schemas.base import Output


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
