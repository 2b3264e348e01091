"""Nobody grants more than he has: how two grants compare."""

from __future__ import annotations

from omnisupport.domain.permissions import Grant, Scope

_REACH = {Scope.OWN: 0, Scope.DEPARTMENTS: 1, Scope.ALL: 2}


def exceeds(given: Grant, own: Grant) -> bool:
    """Whether a grant has a permission that one's own has not, or reaches further."""
    return not given.permissions <= own.permissions or _REACH[given.scope] > _REACH[own.scope]
