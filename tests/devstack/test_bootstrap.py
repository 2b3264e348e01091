"""`scripts/bootstrap.py`: what it refuses, what it repeats, what it says when a command fails."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.devstack.conftest import ROOT

LOCKS = ("bootstrap.lock", "requirements-run.lock", "requirements-dev.lock", "package-lock.json")


@pytest.fixture
def bootstrap() -> ModuleType:
    """The script as a fresh module."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Project:
    """A small copy of the project; commands are recorded, and leave what the real ones would leave."""

    def __init__(self, root: Path, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.module = root, module
        self.ran: list[str] = []
        names = {
            "ROOT": root,
            "VENV": root / ".venv",
            "BIN": root / ".venv" / "bin",
            "CACHE": root / ".cache",
        }
        names |= {"STAMPS": root / ".venv" / ".stamps"}
        for name, value in names.items():
            monkeypatch.setattr(module, name, value)
        built = {name: root / "built" / name for name in ("widget", "console")}
        monkeypatch.setattr(module, "FRONT_ENDS", built)
        monkeypatch.setattr(module, "run", self._run)
        for file in (*LOCKS, "package.json", ".npmrc", "pyproject.toml", "tsconfig.base.json"):
            self.write(file, file)
        for name in ("widget", "console"):
            self.write(f"{name}/package.json", "{}")
            self.write(f"{name}/vite.config.ts", "")
            self.write(f"{name}/src/main.ts", "1")
        self.write("omnisupport/__init__.py", "")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        assert not path.is_symlink(), "a real interpreter may be behind it"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def set_up(self, *, dev: bool = False) -> list[str]:
        """Run every step that is due; what was run, in short."""
        self.ran.clear()
        self.module.set_up(dev)
        return list(self.ran)

    def _run(self, text: str, command: Sequence[str]) -> None:
        self.ran.append(text)
        results = {
            "Making": (".venv/bin/python",),
            "Installing uv": (".venv/bin/uv",),
            "Installing the Python": (".venv/bin/node",),
            "Linking": (".venv/bin/omni",),
            "Installing the front": ("node_modules/x",),
            "Building the widget": ("built/widget",),
            "Building the console": ("built/console",),
        }
        for start, files in results.items():
            for file in files if text.startswith(start) else ():
                self.write(file, "")


@pytest.fixture
def project(tmp_path: Path, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path / "project", bootstrap, monkeypatch)


def test_a_second_run_does_nothing(project: Project) -> None:
    assert project.set_up() == [
        "Making the Python environment",
        "Installing uv",
        "Installing the Python packages of requirements-run.lock",
        "Linking the project",
        "Compiling the project",
        "Installing the front-end packages",
        "Building the widget",
        "Building the console",
    ]
    assert project.set_up() == []


def test_only_what_changed_is_made_again(project: Project) -> None:
    project.set_up()
    project.write("widget/src/main.ts", "2")
    project.write("widget/dist/old.js", "a tool's own file")
    assert project.set_up() == ["Building the widget"]
    project.write("requirements-run.lock", "newer")
    assert project.set_up() == [
        "Installing the Python packages of requirements-run.lock",
        "Linking the project",
    ]
    project.write("package-lock.json", "newer")
    assert project.set_up() == [
        "Installing the front-end packages",
        "Building the widget",
        "Building the console",
    ]
    (project.root / "built" / "console").unlink()
    assert project.set_up() == ["Building the console"]


def test_test_packages_are_added_and_not_taken_away_again(project: Project) -> None:
    project.set_up()
    assert project.set_up(dev=True) == [
        "Installing the Python packages of requirements-dev.lock",
        "Linking the project",
    ]
    assert project.set_up() == []


def test_front_ends_that_do_not_exist_yet_are_passed_over(project: Project) -> None:
    shutil.rmtree(project.root / "console")
    assert "Building the console" not in project.set_up()
    (project.root / "package-lock.json").unlink()
    shutil.rmtree(project.root / ".venv")
    assert project.set_up()[-1] == "Compiling the project"


def test_an_environment_made_by_hand_is_taken_over(
    project: Project, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_of_this_python", lambda venv: True)
    assert project.set_up()[0] == "Installing uv"


def test_an_environment_of_another_python_or_another_place_is_not(
    tmp_path: Path, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / "venv"
    assert not bootstrap.is_of_this_python(venv)
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", str(venv)], check=True
    )
    assert bootstrap.is_of_this_python(venv)
    monkeypatch.setattr(sys, "version", "another Python")
    assert not bootstrap.is_of_this_python(venv)


def test_an_old_python_is_refused(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert bootstrap.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        said.err
        == "Python 3.11 or newer is needed and this is 3.9.2: run this script with a newer python3.\n"
    )


def test_a_missing_ensurepip_is_refused_with_the_package_that_brings_it(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(bootstrap.Refused, match=re.escape(f"apt-get install {package}.")):
        bootstrap.check_machine()


def test_a_nearly_full_disk_is_refused(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 0, 10**9))
    with pytest.raises(bootstrap.Refused, match=r"Only 0\.9 GB are free .* 3 GB are needed"):
        bootstrap.check_machine()


def test_a_failing_command_is_shown_with_the_end_of_its_output(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('line\\n' * 90 + 'the reason'); raise SystemExit(7)"]
    with pytest.raises(bootstrap.Refused) as refusal:
        bootstrap.run("Trying", command)
    said = str(refusal.value)
    assert "the reason" in said
    assert len(said.splitlines()) < 50
    assert f"This command ended with 7:\n  {' '.join(command)}" in said
    assert "Trying … failed" in capsys.readouterr().out


def test_a_network_failure_names_the_variables_to_set(bootstrap: ModuleType) -> None:
    command = [sys.executable, "-c", "print('npm error code ENOTFOUND'); raise SystemExit(1)"]
    with pytest.raises(bootstrap.Refused, match="HTTPS_PROXY"):
        bootstrap.run("Trying", command)


def test_without_a_home_the_caches_are_in_the_project(
    project: Project, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "")
    env = bootstrap.environment()
    for name in ("HOME", "UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
        assert env[name].startswith(str(project.root))
    assert env["PATH"].startswith(str(project.root / ".venv" / "bin"))


def test_uv_is_told_of_the_mirror_that_pip_knows(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    assert bootstrap.environment()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert bootstrap.environment()["UV_DEFAULT_INDEX"] == "https://own.example/simple"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_host_to_download_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert '"resolved": "http' not in text
    assert not re.search(r"--(?:extra-)?index-url|--find-links|pythonhosted|registry\.npmjs| @ https?:", text)


def test_the_makefile_has_the_three_words() -> None:
    text = (ROOT / "Makefile").read_text()
    assert re.findall(r"^([a-z]+):", text, flags=re.MULTILINE) == ["run", "test", "clean"]
