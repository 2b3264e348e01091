"""What the checks say of the samples: only faults that their sources have."""

from __future__ import annotations

import pytest

from tests.scenario_dsl.importers.samples import FILES, KIND_OF, contents, findings, run

# A widget that only a call leads to, a text with a variable that nobody sets, a condition without counterpart.
OF_THE_SOURCE = {
    "studio_clinic": {"E101", "W129", "W305"},
    "typebot_leads": {"W305"},
}


@pytest.mark.parametrize("name", FILES)
def test_an_imported_sample_has_no_findings_but_those_of_its_source(name: str) -> None:
    found = findings(run(KIND_OF[name], contents(name))[0])
    assert {item.code for item in found} == OF_THE_SOURCE.get(name, set()), [str(item) for item in found]
