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
    """One scenario as written. `analysis` and `findings` are filled by the first check and kept.

    `flow` is the name under which it becomes a flow of a scenario that calls it, `id@major`.
    """

    file: str
    root: Map
    flow: str | None = None
    analysis: Analysis | None = field(default=None, repr=False)
    findings: list[Finding] | None = field(default=None, repr=False)
