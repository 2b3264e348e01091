"""The locks pin by hash and name no registry, so that they install from whatever mirror a machine has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.architecture.files import repository_files
from tests.architecture.processes import ROOT

NPM_LOCKS = ["package-lock.json", "tests/channels/peers/prism/package-lock.json"]
PYTHON_LOCKS = [
    *("bootstrap.lock", "requirements-run.lock", "requirements-dev.lock"),
    "tests/channels/peers/telemelya/requirements.lock",
]
# A host, whether in a URL, an option or on its own; versions and hashes have no such endings.
HOST = re.compile(
    r"://|\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|dev|ru|cn|internal|local|lan|corp)\b|--(extra-)?index-url|--trusted-host",
    re.I,
)
PINNED = re.compile(
    r"^[A-Za-z0-9._\[\],-]+==[^\s\\]+( ; [^\\]+)? \\$|^    --hash=sha256:[0-9a-f]{64}( \\)?$|^\s*#|^$"
)


def npm_locks() -> list[Path]:
    return [path for path in repository_files() if path.name == "package-lock.json"]


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_python_lock_is_pins_and_hashes_and_names_no_host(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if "==" in line and not line.lstrip().startswith("#")]
    assert pins
    assert [line for line in lines if HOST.search(line)] == []
    assert [line for line in lines if not PINNED.match(line)] == []
    assert [lines[number] for number in pins if "--hash=sha256:" not in lines[number + 1]] == []


def test_npm_is_told_to_keep_registries_out_and_versions_exact() -> None:
    told = (ROOT / ".npmrc").read_text()
    assert not HOST.search(told)
    assert "registry=" not in told.replace("omit-lockfile-registry-resolved=", "")
    assert "_auth" not in told
    assert {"omit-lockfile-registry-resolved=true", "save-exact=true"} <= set(told.split())


def test_every_npm_lock_is_looked_at() -> None:
    assert sorted(path.relative_to(ROOT).as_posix() for path in npm_locks()) == NPM_LOCKS


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_an_npm_lock_has_no_address_of_a_registry(name: str) -> None:
    packages = json.loads((ROOT / name).read_text())["packages"]
    installed = {name: package for name, package in packages.items() if "node_modules/" in name}
    assert len(installed) > 10
    for name, package in installed.items():
        if package.get("link"):  # a workspace: its address is a folder here
            assert (ROOT / package["resolved"]).is_dir()
        else:
            assert "resolved" not in package, name
            assert "://" not in package["version"], name


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_every_npm_package_is_pinned_by_its_hash(name: str) -> None:
    packages = json.loads((ROOT / name).read_text())["packages"]
    loose = [
        name
        for name, package in packages.items()
        if "node_modules/" in name
        and not package.get("link")
        and not package.get("inBundle")
        and not package.get("integrity")
    ]
    assert loose == []


@pytest.mark.parametrize(
    "line", ["--index-url x", "# from https://mirror", "aiogram==3.1 @ mirror.corp", "registry.npmjs.org"]
)
def test_a_host_would_be_noticed(line: str) -> None:
    assert HOST.search(line)
