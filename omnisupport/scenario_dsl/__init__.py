"""The scenario language: load, check and compile documents, and run them by a pure `step`.

Importing this package loads what `step` needs and nothing else (standard library and RE2). The loader,
the checks and the compiler come on first use, so a workflow's sandbox never meets them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import (
    Assign,
    Become,
    Call,
    Close,
    Command,
    Emit,
    End,
    Failed,
    Handoff,
    Human,
    Note,
    Notify,
    Rate,
    Send,
    Tag,
    Update,
)
from omnisupport.scenario_dsl.events import (
    Cancel,
    Context,
    Domain,
    Event,
    Inbound,
    Message,
    Operator,
    Result,
    Start,
    Timer,
)
from omnisupport.scenario_dsl.findings import Finding, ScenarioInvalid
from omnisupport.scenario_dsl.ir import IR, State, read_ir, write_ir
from omnisupport.scenario_dsl.patterns import match_pattern, opts_out
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.runtime.step import new_state, pending, step
from omnisupport.scenario_dsl.triggers import Match, match_trigger

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.checks import check_document
    from omnisupport.scenario_dsl.compiler import compile_document
    from omnisupport.scenario_dsl.emit import emit_document
    from omnisupport.scenario_dsl.fmt import format_document
    from omnisupport.scenario_dsl.importers import Imported, Loss, import_document
    from omnisupport.scenario_dsl.loader import LoadResult, load_document
    from omnisupport.scenario_dsl.model import Document
    from omnisupport.scenario_dsl.templates import load_template

_LAZY = {
    "Document": "model",
    "Imported": "importers",
    "LoadResult": "loader",
    "Loss": "importers",
    "check_document": "checks",
    "compile_document": "compiler",
    "import_document": "importers",
    "emit_document": "emit",
    "format_document": "fmt",
    "load_document": "loader",
    "load_template": "templates",
}

__all__ = [
    "IR",
    "Assign",
    "Become",
    "Call",
    "Cancel",
    "Close",
    "Command",
    "Context",
    "Document",
    "Domain",
    "Emit",
    "End",
    "Event",
    "Failed",
    "Finding",
    "Handoff",
    "Human",
    "Imported",
    "Inbound",
    "LoadResult",
    "Loss",
    "Match",
    "Message",
    "Note",
    "Notify",
    "Operator",
    "Rate",
    "Resources",
    "Result",
    "ScenarioInvalid",
    "Send",
    "Start",
    "State",
    "Tag",
    "Timer",
    "Update",
    "check_document",
    "compile_document",
    "emit_document",
    "format_document",
    "import_document",
    "load_document",
    "load_template",
    "match_pattern",
    "match_trigger",
    "new_state",
    "opts_out",
    "pending",
    "read_ir",
    "step",
    "write_ir",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
