"""A document that could be read: what the checks and the compiler start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis
    from omnisupport.scenario_dsl.findings import Finding
    from omnisupport.scenario_dsl.tree import Map


@dataclass(slots=True)
class Document:
    """One scenario as written. `analysis` and `findings` are filled by the first check and kept."""

    file: str
    root: Map
    analysis: Analysis | None = field(default=None, repr=False)
    findings: list[Finding] | None = field(default=None, repr=False)
