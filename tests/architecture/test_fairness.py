"""Whatever is started on the engine names the tenant that it is for, so that none waits behind another's backlog."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.files import repository_files
from tests.architecture.processes import ROOT

STARTS = {
    "start_workflow",
    "execute_workflow",
    "start_activity",
    "execute_activity",
    "WithStartWorkflowOperation",
    "ScheduleActionStartWorkflow",
}
PASSED_ON = {
    "omnisupport/activities/beating.py",
    "omnisupport/activities/interceptor.py",
    "omnisupport/workflows/footprint.py",
}
"""Interceptors hand on what was started elsewhere."""


def starts() -> Iterator[tuple[str, ast.Call]]:
    """Every call that starts something from outside a workflow: what a workflow starts inherits its key."""
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("omnisupport/") or path.suffix != ".py" or name in PASSED_ON:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _called(node) in STARTS:
                yield f"{name}:{node.lineno}", node


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _names_a_tenant(call: ast.Call) -> bool:
    return any(
        keyword.arg == "priority" or (keyword.arg is None and "start_options" in ast.dump(keyword.value))
        for keyword in call.keywords
    )


def test_every_start_names_its_tenant() -> None:
    found = dict(starts())
    assert len(found) >= 5, "the starts of the product were not found"
    assert [where for where, call in found.items() if not _names_a_tenant(call)] == []
