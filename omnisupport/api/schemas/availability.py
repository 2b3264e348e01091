"""Availability: one's own state, and states of the tenant's own."""

from __future__ import annotations

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.names import Key, Name
from omnisupport.api.schemas.team import AvailabilityState, Kind
from omnisupport.domain.availability import AvailabilityKind


class AvailabilityEnvelope(Output):
    """How a member stands."""

    user_id: str
    availability: AvailabilityState


class SetAvailability(Input):
    """A state: online, away, offline, or the key of one of the tenant's own."""

    state: Key


class State(Output):
    """A state that members can be in; `built_in` ones are every tenant's."""

    key: str
    name: str
    kind: Kind
    built_in: bool


class StateEnvelope(Output):
    """One state."""

    state: State


class States(Output):
    """Every state: the built-in ones, then the tenant's own by key."""

    items: list[State]


class NewState(Input):
    """A state of the tenant's own; its key is made from the name."""

    name: Name
    kind: AvailabilityKind


class ChangeState(Input):
    """What to change; a field that is absent or null is left as it is."""

    name: Name | None = None
    kind: AvailabilityKind | None = None
