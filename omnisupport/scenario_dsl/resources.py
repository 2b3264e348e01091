"""What a tenant has and a scenario may name."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Resources:
    """Names that exist in the tenant; given to `check_document`, they make unknown ones errors (E701, E410)."""

    departments: frozenset[str] = field(default_factory=frozenset)
    calendars: frozenset[str] = field(default_factory=frozenset)
    connections: frozenset[str] = field(default_factory=frozenset)
    knowledge: frozenset[str] = field(default_factory=frozenset)
