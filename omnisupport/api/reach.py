"""A person's reach, as the storage takes it."""

from __future__ import annotations

from omnisupport.api.deps import Person
from omnisupport.domain.reach import Reach


def reach_of(who: Person) -> Reach:
    """The customers and conversations that a person reaches."""
    return Reach(who.scope, who.user_id, who.departments)
