"""The parts of an erasure in the database: whom it concerns, and taking him away piece by piece.

Everything runs in the caller's transaction, with the row of the erasure locked, so that what is gone is also counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.errors import Conflict
from omnisupport.storage.tables import Erasure

FAMILY = text("select customer_family(:tenant, :customers) as id")
HELD = text(
    "select exists (select from held_customers(:tenant) h (id) "
    "where h.id in (select customer_family(:tenant, :customers)))"
)
END_HOLDS = text(
    "delete from legal_hold where tenant_id = :tenant and until <= now() "
    "and customer_id in (select customer_family(:tenant, :customers))"
)
LOCK = text(
    "select id from customer where tenant_id = :tenant and id = any(:customers) order by id for update"
)
COLLECT = (
    text(
        "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
        "select :tenant, :erasure, 'customer', id from customer_family(:tenant, :customers) f (id) "
        "on conflict do nothing"
    ),
    text(
        "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
        "select :tenant, :erasure, 'identity', i.id from identity i where i.tenant_id = :tenant "
        "and i.customer_id in (select customer_family(:tenant, :customers)) on conflict do nothing"
    ),
    text(
        "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
        "select :tenant, :erasure, 'conversation', c.id from conversation c where c.tenant_id = :tenant "
        "and (c.customer_id in (select customer_family(:tenant, :customers)) or c.identity_id in (select s.subject_id "
        "from erasure_subject s where s.tenant_id = :tenant and s.erasure_id = :erasure and s.kind = 'identity')) "
        "on conflict do nothing"
    ),
    text(
        "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
        "select :tenant, :erasure, 'note', n.id from customer_note n where n.tenant_id = :tenant "
        "and n.customer_id in (select customer_family(:tenant, :customers)) on conflict do nothing"
    ),
    text(
        "insert into erasure_subject (tenant_id, erasure_id, kind, subject_id) "
        "select :tenant, :erasure, 'file', f.id from file f where f.tenant_id = :tenant "
        "and f.uploader_kind = 'customer' and f.uploader_id in (select customer_family(:tenant, :customers)) "
        "on conflict do nothing"
    ),
    # What was sent to him alone; a price list that others have as well stays theirs. One reading of the messages, and
    # none where nothing was sent.
    text(
        """
        with his as materialized (
          select s.subject_id from erasure_subject s
            where s.tenant_id = :tenant and s.erasure_id = :erasure and s.kind = 'conversation'),
        sent as materialized (
          select distinct (a ->> 'id')::uuid as id from message m, jsonb_array_elements(m.content -> 'attachments') a
            where m.tenant_id = :tenant and m.conversation_id in (select subject_id from his)
              and m.direction = 'outbound'),
        elsewhere as materialized (
          select distinct a ->> 'id' as id from message m, jsonb_array_elements(m.content -> 'attachments') a
            where exists (select from sent) and m.tenant_id = :tenant and m.direction = 'outbound'
              and m.conversation_id not in (select subject_id from his))
        insert into erasure_subject (tenant_id, erasure_id, kind, subject_id)
          select :tenant, :erasure, 'file', f.id from file f join sent using (id)
            where f.tenant_id = :tenant and not exists (select from elsewhere e where e.id = f.id::text)
          on conflict do nothing
        """
    ),
)
SUBJECTS = text(
    "select subject_id from erasure_subject where tenant_id = :tenant and erasure_id = :erasure and kind = :kind"
)
# Browsers that were bound to him too: unbound, for what another person has written in one stays that person's.
SIGN_OUT = text(
    "update identity set token_hash = null, expires_at = null, bound_to = null where tenant_id = :tenant "
    "and (id = any(:identities) or bound_to = any(:identities))"
)
# Who reached it is told that it has gone: there is no row to ask any more.
CONVERSATIONS = text(
    """
    with chosen as materialized (
      select c.tenant_id, c.id, c.assignee_id, c.department_id from conversation c
        where c.tenant_id = :tenant and c.id = any(:conversations) for update),
    counted as materialized (
      select (select count(*) from chosen) conversations,
        (select count(*) from chosen c join message m using (tenant_id) where m.conversation_id = c.id) messages,
        (select count(*) from chosen c join turn u using (tenant_id) where u.conversation_id = c.id) turns),
    deleted as (
      delete from conversation c using chosen x where c.tenant_id = x.tenant_id and c.id = x.id),
    told as (
      insert into change (tenant_id, kind, conversation_id, moved_from)
        select tenant_id, 'gone', id, jsonb_build_object('assignee', assignee_id, 'department', department_id)
          from chosen)
    select conversations, messages, turns, array(select id from chosen) from counted
    """
)
CUSTOMER_COUNTS = text(
    """
    select (select count(*) from customer c where c.tenant_id = :tenant and c.id = any(:customers)) customers,
      (select count(*) from identity i where i.tenant_id = :tenant and i.customer_id = any(:customers)) identities,
      (select count(*) from customer_note n where n.tenant_id = :tenant and n.customer_id = any(:customers)) notes,
      (select count(*) from customer_merge m where m.tenant_id = :tenant
        and (m.target_id = any(:customers) or m.source_id = any(:customers))) merges,
      (select count(*) from event e where e.tenant_id = :tenant and e.customer_id = any(:customers)) events,
      (select count(*) from scenario_run r
        where r.tenant_id = :tenant and r.customer_id = any(:customers)) scenario_runs
    """
)
CUSTOMERS = text("delete from customer where tenant_id = :tenant and id = any(:customers)")


async def family_of(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> list[UUID]:
    """A customer with all that were merged into him and those he was merged into."""
    return await _ids(session, FAMILY, tenant=tenant_id, customers=[customer_id])


async def is_held(session: AsyncSession, tenant_id: UUID, customers: Sequence[UUID]) -> bool:
    """Whether a legal hold keeps one of them, or one of their families."""
    return bool(await session.scalar(HELD, {"tenant": tenant_id, "customers": list(customers)}))


async def check_not_held(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> None:
    """Refuse what would take a customer away who is held.

    Raises:
        Conflict: he is (code `legal_hold`).
    """
    if await is_held(session, tenant_id, [customer_id]):
        raise Conflict(
            "A legal hold keeps this customer. End the hold first, then erase him.", code="legal_hold"
        )


async def collect(session: AsyncSession, erasure: Erasure) -> list[UUID]:
    """Lock the customers of an erasure, write down the ids of all that is theirs, sign them out; gives the customers.

    Holds that have ended by themselves are taken away: their reference would keep the customer.
    """
    key = {"tenant": erasure.tenant_id, "erasure": erasure.id}
    known = await _ids(session, SUBJECTS, **key, kind="customer")
    customers = {"customers": [erasure.customer_id, *known]}
    family = await _ids(session, FAMILY, tenant=erasure.tenant_id, **customers)
    await session.exec(LOCK, params={"tenant": erasure.tenant_id, "customers": family})  # type: ignore[call-overload]
    await session.exec(END_HOLDS, params={"tenant": erasure.tenant_id, **customers})  # type: ignore[call-overload]
    for statement in COLLECT:
        await session.exec(statement, params=key | customers)  # type: ignore[call-overload]
    identities = await _ids(session, SUBJECTS, **key, kind="identity")
    await session.exec(SIGN_OUT, params={"tenant": erasure.tenant_id, "identities": identities})  # type: ignore[call-overload]
    return family


async def subjects_of(session: AsyncSession, erasure: Erasure, kind: str) -> list[UUID]:
    """The ids of a kind that were written down."""
    return await _ids(session, SUBJECTS, tenant=erasure.tenant_id, erasure=erasure.id, kind=kind)


async def erase_conversations(
    session: AsyncSession, tenant_id: UUID, conversations: Sequence[UUID]
) -> tuple[dict[str, int], list[UUID]]:
    """Take conversations away with messages and turns, and tell consoles; gives counts, and the ids that were there."""
    values = {"tenant": tenant_id, "conversations": list(conversations)}
    row = (await session.exec(CONVERSATIONS, params=values)).one()  # type: ignore[call-overload]
    return {"conversations": row[0], "messages": row[1], "turns": row[2]}, list(row[3])


async def erase_customers(
    session: AsyncSession, tenant_id: UUID, customers: Sequence[UUID]
) -> dict[str, int]:
    """Take customers away with identities, notes, merges, events and runs; their conversations have gone before."""
    values = {"tenant": tenant_id, "customers": list(customers)}
    row = (await session.exec(CUSTOMER_COUNTS, params=values)).one()  # type: ignore[call-overload]
    await session.exec(CUSTOMERS, params=values)  # type: ignore[call-overload]
    return dict(row._mapping)


def add_counts(erasure: Erasure, counts: Mapping[str, int]) -> None:
    """Add to what an erasure has done."""
    both = {name: erasure.counts.get(name, 0) + counts.get(name, 0) for name in {**erasure.counts, **counts}}
    erasure.counts = dict(sorted(both.items()))


async def _ids(session: AsyncSession, statement: Any, **values: Any) -> list[UUID]:
    return [row[0] for row in (await session.exec(statement, params=values)).all()]
