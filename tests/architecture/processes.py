"""Python in a process of its own, for what can only be seen from a fresh start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules_after(program: str) -> set[str]:
    """Run a program and return the names of all modules that were loaded when it ended, also by `exit`."""
    watched = f"""
import atexit, sys
atexit.register(lambda: print("\\n" + " ".join(sys.modules), file=sys.__stdout__))
{program}
"""
    done = subprocess.run(
        [sys.executable, "-c", watched],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={
            name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTHON"))
        },
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2_000:]
    return set(done.stdout.splitlines()[-1].split())


def loaded_of(forbidden: Iterable[str], modules: set[str]) -> set[str]:
    """Return which of these packages are loaded, themselves or a part of them."""
    return {name for name in forbidden if any(f"{each}.".startswith(f"{name}.") for each in modules)}
