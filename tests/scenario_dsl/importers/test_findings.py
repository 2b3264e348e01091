"""What the checks say of the samples: faults of the sources, and words that the language does not have yet."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl.expr.types import BASIC
from omnisupport.scenario_dsl.heads import TRIGGER_TYPES
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from tests.scenario_dsl.importers.samples import FILES, KIND_OF, contents, findings, run

# Faults that the sources have as well: a widget that only a call leads to.
OF_THE_SOURCE = {"studio_clinic": {"E101"}}


def _is_known(word: str) -> bool:
    return word in node_types() or word in input_kinds() or word in TRIGGER_TYPES or word in BASIC


@pytest.mark.parametrize("name", FILES)
def test_an_imported_sample_has_no_errors_but_those_of_its_source(name: str) -> None:
    found = []
    for item in findings(run(KIND_OF[name], contents(name))[0]):
        quoted = item.message["en"].split("'")[1::2]
        is_later = item.code in ("E007", "E110") and bool(quoted) and not _is_known(quoted[0])
        if item.is_error and not is_later:
            found.append(item)
    assert {item.code for item in found} == OF_THE_SOURCE.get(name, set()), [str(item) for item in found]
