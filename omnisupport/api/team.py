"""What the routes of a team share: who grants, who is told, and where a member's conversations go when he does."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from omnisupport.api.deps import Person
from omnisupport.api.operations import operate
from omnisupport.api.services import Services
from omnisupport.domain import conversation as domain
from omnisupport.domain.permissions import Grant
from omnisupport.errors import Conflict
from omnisupport.observability import get_logger
from omnisupport.storage.access.members import list_held
from omnisupport.storage.access.team import Granter

log = get_logger(__name__)

NOBODY = UUID(int=0)
"""In the place of a conversation, in hints that concern the whole tenant."""
AT_ONCE = 8
"""Conversations that are given back side by side."""


def granter_of(who: Person) -> Granter:
    """A person as one who gives rights, and none that he has not."""
    return Granter(who.actor, Grant(who.permissions, who.scope), who.departments)


async def tell_team(at: Services, tenant_id: UUID, what: str, item_id: UUID | str = "") -> None:
    """Let open consoles read a list anew: `what` is its noun, `item_id` what changed in it."""
    await at.hints.publish(tenant_id, "team", NOBODY, what=what, id=str(item_id))


async def rights_changed(at: Services, tenant_id: UUID) -> None:
    """Somebody may more or less than before: nobody trusts what was read, and sockets of other rights close."""
    at.sessions.forget()
    at.api_keys.forget()
    await at.hints.publish(tenant_id, "sessions", NOBODY)


async def give_back(at: Services, who: Person, user_id: UUID) -> None:
    """Let a member's conversations wait for somebody else, each by the operation that an operator would use.

    Raises:
        EngineUnavailable: some are his still; the same again goes on with them.
    """
    held = list(await list_held(at.database, who.tenant_id, user_id))
    for start in range(0, len(held), AT_ONCE):
        await asyncio.gather(
            *(_unassign(at, who, conversation_id) for conversation_id in held[start : start + AT_ONCE])
        )


async def _unassign(at: Services, who: Person, conversation_id: UUID) -> None:
    by = domain.Person(id=str(who.user_id), name=who.name)
    operation = domain.Operation(id=f"assign:{uuid4()}", by=by)
    try:
        await operate(at, who.tenant_id, conversation_id, "assign", operation)
    except Conflict as refused:  # resolved meanwhile, or the bot has it: nobody waits for him there
        log.info("not_given_back", conversation_id=str(conversation_id), code=refused.code)
