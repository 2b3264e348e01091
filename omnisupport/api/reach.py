"""A person's reach, as the storage takes it."""

from __future__ import annotations

from omnisupport.api.deps import Person
from omnisupport.domain.customer_reach import CustomerReach


def reach_of(who: Person) -> CustomerReach:
    """The customers and conversations that a person reaches."""
    return CustomerReach(who.scope, who.user_id, who.departments)
