"""What a tenant has and a scenario may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.model import Document


@dataclass(frozen=True, slots=True)
class Resources:
    """Names that exist in the tenant; given to `check_document`, they make unknown ones errors (E701, E410).

    `assistants` are not looked at while they are None. `scenarios` are the published subflows that may be called,
    by `id@major`.
    """

    departments: frozenset[str] = field(default_factory=frozenset)
    calendars: frozenset[str] = field(default_factory=frozenset)
    connections: frozenset[str] = field(default_factory=frozenset)
    knowledge: frozenset[str] = field(default_factory=frozenset)
    assistants: frozenset[str] | None = None
    scenarios: Mapping[str, Document] = field(default_factory=dict)
