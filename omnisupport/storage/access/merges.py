"""Two customers that are one person: merging them, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.customer import MOST_TAGS
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.access.customers import (
    COLUMNS,
    Found,
    identities_of,
    load_customer,
    twins_refused,
    who_remains,
)
from omnisupport.storage.access.merge_moves import check_in_place, move, move_back
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer, CustomerMerge

MERGED = (*COLUMNS, "verified")
UNDO_LIFE = timedelta(days=30)
"""Of two who have been one for longer, most has happened to the one."""
SAID = ("name", "email", "phone")
"""What `verified` speaks of."""


async def merge_customers(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    *,
    source_id: UUID,
    target_id: UUID,
) -> Found:
    """Move all of the source to the target, in one transaction; the source stays hidden, as it was, for the undo.

    What the target does not say it takes from the source, its attributes too; tags are joined; of two consents the
    denial counts, of two denials the newer: nobody is written to because a merge chose the other word of his.

    Raises:
        Invalid: the two are one (code `same_customer`).
        NotFound: one of them is not in reach.
        Conflict: together they have more tags than a customer may have (code `too_many_tags`).
    """
    if source_id == target_id:
        raise Invalid("A customer cannot be merged with himself.", code="same_customer", field="other_id")
    async with database.session(tenant_id) as session:
        # In the order of ids, so that two merges of the same pair wait for each other instead of for ever.
        locked = {
            each: await load_customer(session, tenant_id, reach, each, lock=True)
            for each in sorted((source_id, target_id))
        }
        source, target = locked[source_id], locked[target_id]
        before = _columns(target)
        joined = join_customers(_columns(source), before)
        if len(joined["tags"]) > MOST_TAGS:
            raise Conflict(
                f"Together they have more than {MOST_TAGS} tags. Take some away first.", code="too_many_tags"
            )
        was, became = changed(before, joined)
        source.merged_into = target_id
        session.add(source)
        await session.flush()  # frees the external id, which the target may take
        await _write(session, target, became)
        merge = CustomerMerge(
            tenant_id=tenant_id,
            id=uuid4(),
            target_id=target_id,
            source_id=source_id,
            before=was,
            after=became,
            moved={},
            created_by=reach.user_id,
        )
        await move(session, merge)
        session.add(merge)
        record(
            session,
            tenant_id,
            actor,
            "customer.merge",
            target=("customer", target_id),
            before=was,
            after={**became, "source_id": str(source_id)}
            | {table: len(ids) for table, ids in merge.moved.items()},
        )
        return Found(target, await identities_of(session, tenant_id, target_id))


async def undo_merge(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, customer_id: UUID
) -> Found:
    """Take back the newest merge of a customer, who may be either of the two; gives the one that comes back.

    What was said since over an address goes with the address (`merge_moves.move_back`); what people have changed since
    in other columns stays.

    Raises:
        NotFound: absent, another tenant's, or the one who remained is not in reach.
        Conflict: there is no merge (code `not_merged`), a later one stands on it (code `merged_again`), the columns
            that it filled were changed since (code `changed_since_merge`), what it moved is elsewhere by now (code
            `moved_since_merge`), the external id was given away (code `external_id_taken`), or it is longer ago than
            30 days (code `merge_too_old`).
    """
    with twins_refused():
        async with database.session(tenant_id) as session:
            merge = await _merge_to_undo(session, tenant_id, reach, customer_id)
            pair = sorted((merge.source_id, merge.target_id))
            locked = {each: await _lock(session, tenant_id, each) for each in pair}
            source, target = locked[merge.source_id], locked[merge.target_id]
            await _check_newest(session, merge, source, target)
            _check_recent(merge)
            _check_unchanged(merge, target)
            await check_in_place(session, merge)
            await _write(session, target, merge.before)
            source.merged_into = None
            session.add(source)
            await session.flush()
            await move_back(session, merge, source, target)
            merge.undone_at = datetime.now(UTC)
            session.add(merge)
            record(
                session,
                tenant_id,
                actor,
                "customer.merge_undo",
                target=("customer", target.id),
                before=merge.after,
                after={**merge.before, "source_id": str(source.id)},
            )
            await session.flush()
            await session.refresh(source)
            return Found(source, await identities_of(session, tenant_id, source.id))


def join_customers(source: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of two as one; `verified` stays only if all that it speaks of was."""
    joined = {name: target[name] if target[name] is not None else source[name] for name in target}
    joined["tags"] = list(dict.fromkeys([*target["tags"], *source["tags"]]))
    joined["fields"] = {**source["fields"], **target["fields"]}
    joined["consents"] = dict(target["consents"])
    for purpose, theirs in source["consents"].items():
        ours = joined["consents"].get(purpose)
        if ours is None or _strictness(theirs) > _strictness(ours):
            joined["consents"][purpose] = theirs
    filled = any(joined[name] != target[name] for name in SAID)
    joined["verified"] = target["verified"] and (source["verified"] or not filled)
    return joined


def _strictness(consent: Mapping[str, Any]) -> tuple[bool, datetime]:
    return consent["status"] == "denied", datetime.fromisoformat(consent["at"])


async def _merge_to_undo(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach, customer_id: UUID
) -> CustomerMerge:
    if await session.get(Customer, (tenant_id, customer_id)) is None:
        raise NotFound("There is no such customer.")
    either = sa.or_(col(CustomerMerge.target_id) == customer_id, col(CustomerMerge.source_id) == customer_id)
    found = (
        await session.exec(
            select(CustomerMerge)
            .where(CustomerMerge.tenant_id == tenant_id, either, col(CustomerMerge.undone_at).is_(None))
            .order_by(col(CustomerMerge.created_at).desc())
            .limit(1)
        )
    ).first()
    if found is None:
        await load_customer(session, tenant_id, reach, customer_id)  # out of reach is absent
        raise Conflict("This customer was not merged.", code="not_merged")
    await load_customer(session, tenant_id, reach, await who_remains(session, tenant_id, found.target_id))
    return found


async def _lock(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> Customer:
    found = await session.get(
        Customer, (tenant_id, customer_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound("There is no such customer.")
    return found


async def _check_newest(
    session: AsyncSession, merge: CustomerMerge, source: Customer, target: Customer
) -> None:
    later = await session.exec(
        select(CustomerMerge.id).where(
            CustomerMerge.tenant_id == merge.tenant_id,
            CustomerMerge.target_id == merge.target_id,
            col(CustomerMerge.undone_at).is_(None),
            col(CustomerMerge.created_at) > merge.created_at,
        )
    )
    await session.refresh(merge, with_for_update=True)
    if merge.undone_at is not None or source.merged_into != target.id:
        raise Conflict("This customer was not merged.", code="not_merged")
    if target.merged_into is not None or later.first() is not None:
        raise Conflict(
            "The customer was merged again since. Undo the later merge first.", code="merged_again"
        )


def _check_recent(merge: CustomerMerge) -> None:
    if merge.created_at + UNDO_LIFE < datetime.now(UTC):
        raise Conflict(
            f"A merge can be undone for {UNDO_LIFE.days} days; this one is older.", code="merge_too_old"
        )


def _check_unchanged(merge: CustomerMerge, target: Customer) -> None:
    now = _columns(target)
    different = sorted(name for name in merge.after if now[name] != merge.after[name])
    if different:
        raise Conflict(
            f"What the merge filled in was changed since: {', '.join(different)}. Nothing was undone.",
            code="changed_since_merge",
        )


async def _write(session: AsyncSession, customer: Customer, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(customer, name, value)
    session.add(customer)
    await session.flush()
    await session.refresh(customer)


def _columns(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in MERGED}
