"""Which conversations somebody reaches: what a scope comes to for one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from omnisupport.domain.permissions import Scope


@dataclass(frozen=True)
class Reach:
    """The narrowed reach of one person; who reaches every conversation has none. May be a Temporal payload.

    `scope`: `departments` or `own`. The SQL function `reaches` says the same of a row.
    """

    scope: str
    user_id: str
    departments: list[str] = field(default_factory=list)

    def covers(self, assignee_id: str | None, department_id: str | None) -> bool:
        """Whether a conversation of this operator and department is reached."""
        if assignee_id == self.user_id:
            return True
        return self.scope == Scope.DEPARTMENTS and (
            department_id is None or department_id in self.departments
        )

    def to_dict(self) -> dict[str, Any]:
        """As the hot functions take it."""
        return {"kind": self.scope, "user": self.user_id, "departments": self.departments}


def reach_of(scope: Scope, user_id: UUID, departments: Iterable[UUID]) -> Reach | None:
    """What a scope comes to for a person; None: everything."""
    if scope == Scope.ALL:
        return None
    return Reach(scope.value, str(user_id), sorted(str(each) for each in departments))
