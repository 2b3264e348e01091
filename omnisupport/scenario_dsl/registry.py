"""Finds the types that make up the language: every module of a folder that has the asked attribute."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.inputs.base import InputKind
    from omnisupport.scenario_dsl.nodes.base import NodeType

_PACKAGE = "omnisupport.scenario_dsl"


@cache
def node_types() -> dict[str, NodeType]:
    """The node types by name; a file in `nodes/` with a `NODE` is one."""
    return {item.name: item for item in _found("nodes", "NODE")}


@cache
def input_kinds() -> dict[str, InputKind]:
    """The kinds of answers that `ask` understands; a file in `inputs/` with an `INPUT` is one."""
    return {item.name: item for item in _found("inputs", "INPUT")}


def _found(folder: str, attribute: str) -> list[Any]:
    package = import_module(f"{_PACKAGE}.{folder}")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [import_module(f"{_PACKAGE}.{folder}.{name}") for name in names]
    return [getattr(module, attribute) for module in modules if hasattr(module, attribute)]
