"""How far a person sees: his scope, and what it is measured by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from omnisupport.domain.permissions import Scope


@dataclass(frozen=True)
class CustomerReach:
    """The conversations, and with them the customers, that a person reaches; `user_id` is a key's own for a key."""

    scope: Scope
    user_id: UUID
    departments: frozenset[UUID]

    @property
    def is_all(self) -> bool:
        """Nothing of the tenant is out of reach."""
        return self.scope == Scope.ALL

    def as_json(self) -> str:
        """As `customer_in_reach` and `reaches_conversation` take it (`0003_customers.sql`)."""
        departments = sorted(str(each) for each in self.departments)
        return json.dumps({"kind": self.scope.value, "user": str(self.user_id), "departments": departments})
