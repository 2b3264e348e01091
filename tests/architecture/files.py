"""The files that belong to the repository, and nothing that a machine has made beside them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.processes import ROOT

# For a copy without .git: what .gitignore leaves out.
_MADE = {"node_modules", "__pycache__", "artefacts", "static"}


def repository_files() -> list[Path]:
    """Return every file that is committed or is about to be; without git, every file that is not made."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = list(_walk())
    return [path for path in found if path.is_file()]


def text_of(path: Path) -> str | None:
    """Return the text of a file, or None for one that is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _walk() -> Iterator[Path]:
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [
            name for name in inner if name not in _MADE and (name[0] != "." or name in {".ci", ".github"})
        ]
        yield from (Path(folder) / name for name in files)
