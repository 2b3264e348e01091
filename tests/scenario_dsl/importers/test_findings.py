"""What the checks say of the samples: faults of the sources, and words that the language does not have yet."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl.expr.types import BASIC
from omnisupport.scenario_dsl.findings import Finding
from omnisupport.scenario_dsl.heads import TRIGGER_TYPES
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from tests.scenario_dsl.importers.samples import FILES, KIND_OF, contents, findings, run

# Faults that the sources have as well: a widget that only a call leads to.
OF_THE_SOURCE = {"studio_clinic": {"E101"}}


def _is_later(item: Finding) -> bool:
    """Whether the finding is about a word of the specification that the language is still to get."""
    said = item.message["en"]
    word = said.split("'")[1] if "'" in said else ""
    if item.code == "E110":
        return word not in node_types()
    places = {"input.kind:": set(input_kinds()), "triggers[": set(TRIGGER_TYPES), "variables.": set(BASIC)}
    return item.code == "E007" and any(
        said.startswith(at) and word not in known for at, known in places.items()
    )


@pytest.mark.parametrize("name", FILES)
def test_an_imported_sample_has_no_errors_but_those_of_its_source(name: str) -> None:
    found = [
        item
        for item in findings(run(KIND_OF[name], contents(name))[0])
        if item.is_error and not _is_later(item)
    ]
    assert {item.code for item in found} == OF_THE_SOURCE.get(name, set()), [str(item) for item in found]
