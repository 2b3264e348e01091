"""The system scenarios of the product, and the templates that builders begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from omnisupport.scenario_dsl.compiler import compile_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.ir import IR, intern_ir
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.tree import Tree, plain

SYSTEM = ("default_answer", "handoff")
TESTS = ".test.yaml"
"""How the name of a template's test file ends."""


@cache
def load_template(name: str) -> IR:
    """The compiled system scenario `default_answer` or `handoff`.

    Raises:
        FileNotFoundError: there is no template of this name.
    """
    file = files(__name__).joinpath(f"{name}.yaml")
    result = load_document(file.read_text("utf-8"), file=f"{name}.yaml")
    if result.document is None:
        raise ScenarioInvalid(result.findings)
    return intern_ir(compile_document(result.document))


@dataclass(frozen=True, slots=True)
class Template:
    """A scenario to begin with: its document, and the test file that stands beside it (None: there is none)."""

    id: str
    name: dict[str, str]
    description: dict[str, str]
    document: str
    tests: str | None

    def called(self, id: str) -> Template:
        """The same, its scenario called otherwise; the test file follows."""
        from omnisupport.scenario_dsl.edits import set_field  # who loads a system scenario edits nothing

        tests = None if self.tests is None else set_field(self.tests, "scenario", id)
        return replace(self, id=id, document=set_field(self.document, "id", id), tests=tests)


def find_template(id: str) -> Template | None:
    """The template of this id, or None."""
    return next((each for each in list_templates() if each.id == id), None)


@cache
def list_templates() -> tuple[Template, ...]:
    """What builders may begin with, by id: every document of this folder but those of the product itself."""
    found = {file.name: file for file in files(__name__).iterdir() if file.name.endswith(".yaml")}
    names = sorted(name.removesuffix(".yaml") for name in found if not name.endswith(TESTS))
    return tuple(_template(found, name) for name in names if name not in SYSTEM)


def _template(found: Mapping[str, Traversable], name: str) -> Template:
    text = found[f"{name}.yaml"].read_text("utf-8")
    document = load_document(text, file=f"{name}.yaml").document
    if document is None:
        raise ValueError(f"the template {name}.yaml cannot be read")
    beside = found.get(f"{name}{TESTS}")
    return Template(
        id=name,
        name=_words(document.root.get("name")),
        description=_words(document.root.get("description")),
        document=text,
        tests=beside.read_text("utf-8") if beside is not None else None,
    )


def _words(tree: Tree | None) -> dict[str, str]:
    said = plain(tree) if tree is not None else {}
    return {language: str(words) for language, words in said.items()} if isinstance(said, dict) else {}
