"""The samples, made by hand in the vendors' published shapes, and what is asked of every import."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from omnisupport.scenario_dsl import Imported, Loss, check_document, import_document, load_document
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.importers import KINDS, _imported
from omnisupport.scenario_dsl.importers.reader import Ledger
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain

SAMPLES = Path(__file__).parent / "samples"
FILES = {
    "typebot_leads": ("typebot", ["typebot_leads.json"]),
    "typebot_shop": ("typebot", ["typebot_shop.json"]),
    "studio_clinic": ("studio", ["studio_clinic.json"]),
    "studio_survey": ("studio", ["studio_survey.json"]),
    "rasa_tea": ("rasa", ["rasa_flows.yml", "rasa_domain.yml"]),
    "rasa_bank": ("rasa", ["rasa_bank.yml"]),
}
KIND_OF = {name: kind for name, (kind, _) in FILES.items()}


def contents(name: str) -> dict[str, bytes]:
    """The files of a sample."""
    return {file: (SAMPLES / file).read_bytes() for file in FILES[name][1]}


def values(name: str) -> dict[str, Any]:
    """The files of a sample as plain data."""
    return {file: yaml.safe_load(data) for file, data in contents(name).items()}


def run(kind: str, files: dict[str, Any]) -> tuple[Imported, Ledger]:
    """Import files given as bytes, or as plain data that is written as JSON."""
    written = {
        file: data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode("utf-8")
        for file, data in files.items()
    }
    return _imported(KINDS[kind], written)


def imported(kind: str, data: Any) -> Imported:
    """Import one file given as plain data."""
    return import_document(kind, json.dumps(data, ensure_ascii=False), file="source.json")


def nodes(result: Imported) -> dict[str, Any]:
    """The nodes of an imported scenario, which must load."""
    found: dict[str, Any] = document(result)["nodes"]
    return found


def document(result: Imported) -> dict[str, Any]:
    """An imported scenario as plain data, which must load."""
    loaded = load_document(result.text)
    assert loaded.document is not None, (loaded.findings, result.losses)
    found: dict[str, Any] = plain(loaded.document.root)
    return found


def findings(result: Imported) -> list[Finding]:
    """What the checks say of an imported scenario."""
    loaded = load_document(result.text)
    assert loaded.document is not None, loaded.findings
    return check_document(loaded.document)


def codes(losses: list[Loss]) -> set[str]:
    """The codes of the losses."""
    return {loss.code for loss in losses}


def losses_at(result: Imported, path: str) -> list[Loss]:
    """The losses said of a place of the source."""
    return [loss for loss in result.losses if loss.path == path]


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every scalar of a source that says something, with its path."""
    if isinstance(tree, Scalar):
        if tree.value is not None and tree.text != "":
            yield path, tree
    elif isinstance(tree, Map):
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, Seq):
        for index, item in enumerate(tree.items):
            yield from leaves(item, f"{path}[{index}]")


def is_below(path: str, above: str) -> bool:
    """Whether a path is the other one or lies inside it."""
    return path == above or (path.startswith(above) and path[len(above)] in ".[")
