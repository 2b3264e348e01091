"""The labels of a `classify` call, cut to what a call may carry."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.ir import outweighs

_BYTES = 5_000
_EXAMPLES = 16
_EXAMPLE_KEPT = 120


def labels_within(labels: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The labels with as many examples each as fit into the request, the first ones."""
    count = _EXAMPLES
    while True:
        cut = {name: _cut(label, count) for name, label in labels.items()}
        if count == 0 or not outweighs(cut, _BYTES):
            return cut
        count //= 2


def _cut(label: dict[str, Any], count: int) -> dict[str, Any]:
    examples = [example[:_EXAMPLE_KEPT] for example in label.get("examples", ())[:count]]
    return {"description": label.get("description"), "examples": examples}
