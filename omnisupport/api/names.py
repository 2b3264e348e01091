"""Names of the team for frames that carry ids only on Redis (S19)."""

from __future__ import annotations

from time import monotonic
from uuid import UUID

from omnisupport.errors import OmniError
from omnisupport.storage.queries.members import Members

REMEMBERED_S = 60.0


class Names:
    """Read once a minute for a tenant in which somebody types, not once a frame."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._remembered: dict[UUID, tuple[float, dict[UUID, str]]] = {}

    async def of(self, tenant_id: UUID, user_id: UUID) -> str | None:
        """A member's name; None for nobody of this tenant, and while it cannot be read."""
        read_at, names = self._remembered.get(tenant_id, (float("-inf"), {}))
        if monotonic() - read_at >= REMEMBERED_S:
            try:
                names = {member.id: member.name for member in await self._members.all(tenant_id)}
            except OmniError:
                return names.get(user_id)
            self._remembered[tenant_id] = (monotonic(), names)
        return names.get(user_id)
