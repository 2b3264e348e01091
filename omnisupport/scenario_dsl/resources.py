"""What a tenant has and a scenario may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.model import Document


@dataclass(frozen=True, slots=True)
class Privacy:
    """The tenant's policy for personal data.

    `forbidden` are the classes (`phone`, `email`, …) that may not go to a place: `model` (prompts of language
    models), `http` (other systems) or `analytics` (events and webhooks). `needs_retention` says that a variable
    with personal data must say how long it is kept.
    """

    forbidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    needs_retention: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A message template that a channel's provider has approved: its languages and how many values it takes."""

    languages: frozenset[str]
    params: int


@dataclass(frozen=True, slots=True)
class Resources:
    """Names that exist in the tenant; given to `check_document`, they make unknown ones errors (E701, E410).

    `scenarios` are the published subflows that are called, by `id@major`, `callable` the names of all that are. What
    is None or left out is not known and therefore not checked: `methods` (what a connection allows), `templates` (by
    channel and name), `privacy`, and the names of `assistants`, `skills`, `tags` and
    `operations` (`connection.operation`, what assistants may read). `elsewhere` are names that exist
    in another environment only, by kind.
    """

    departments: frozenset[str] = field(default_factory=frozenset)
    calendars: frozenset[str] = field(default_factory=frozenset)
    connections: frozenset[str] = field(default_factory=frozenset)
    knowledge: frozenset[str] = field(default_factory=frozenset)
    assistants: frozenset[str] | None = None
    scenarios: Mapping[str, Document] = field(default_factory=dict)
    callable: frozenset[str] = field(default_factory=frozenset)
    methods: Mapping[str, frozenset[str]] = field(default_factory=dict)
    templates: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)
    privacy: Privacy | None = None
    skills: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
