"""`import workflows` must be llama-index's package: a top-level folder of ours by that name breaks it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from tests.architecture.processes import ROOT, modules_after


def test_the_top_level_workflows_is_the_third_party_one() -> None:
    spec = importlib.util.find_spec("workflows")
    assert spec is not None
    assert spec.origin is not None
    assert "site-packages" in Path(spec.origin).parts
    assert "workflows.context" in modules_after("import workflows.context")


def test_our_package_is_not_itself_a_place_to_import_from() -> None:
    assert ROOT / "omnisupport" not in {Path(entry).resolve() for entry in sys.path if entry}
    assert not (ROOT / "workflows").exists()
    assert not (ROOT / "workflows.py").exists()


def test_the_tests_are_a_package() -> None:
    """Else pytest puts their folders on the path, and `workflows` of a test folder would win."""
    missing = [
        folder
        for folder in (ROOT / "tests").rglob("*")
        if folder.is_dir() and list(folder.glob("test_*.py")) and not (folder / "__init__.py").exists()
    ]
    assert (ROOT / "tests" / "__init__.py").exists()
    assert missing == []
