"""Customers for a person: one at a time. Lists are in `customer_lists.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.attribute import Definition, Subject, parse_value
from omnisupport.domain.customer import (
    LONGEST_EXTERNAL_ID,
    LONGEST_NAME,
    parse_line,
    parse_phone,
    parse_tags,
)
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Conflict, Invalid, Merged, NotFound, OmniError
from omnisupport.storage.access.attributes import definitions_of
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.tenants import parse_address
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Customer, EventRow, Identity

COLUMNS = ("name", "email", "phone", "locale", "external_id", "tags", "fields", "consents")
"""What people may write."""


class CustomerChanged(OmniError):
    """Somebody else saved meanwhile; read again before writing."""

    code = "customer_changed"
    status = 412


@dataclass(frozen=True)
class Found:
    """A customer, and his identities with the type of their channel."""

    customer: Customer
    identities: Sequence[tuple[Identity, str]]


async def access_customer(
    database: Database, tenant_id: UUID, reach: CustomerReach, customer_id: UUID
) -> Found:
    """A customer in reach.

    Raises:
        NotFound: absent, another tenant's, out of reach, or merged (code `customer_merged`).
    """
    async with database.session(tenant_id) as session:
        return await _whole(session, await load_customer(session, tenant_id, reach, customer_id))


async def create_customer(
    database: Database, tenant_id: UUID, actor: Actor, reach: CustomerReach, values: Mapping[str, Any]
) -> Found:
    """A customer made by hand; `values` as `parse_values` takes them.

    Raises:
        Invalid: a value cannot be used, or a required attribute is absent (code `attribute_required`).
        Conflict: the external id is another customer's (code `external_id_taken`).
    """
    with twins_refused():
        async with database.session(tenant_id) as session:
            definitions = await definitions_of(session, tenant_id, Subject.CUSTOMER)
            made = Customer(tenant_id=tenant_id, id=uuid4(), created_by=reach.user_id)
            write_values(made, parse_values(values), definitions)
            session.add(made)
            await session.flush()
            await session.refresh(made)
            record(
                session,
                tenant_id,
                actor,
                "customer.create",
                target=("customer", made.id),
                after=changed({}, columns_of(made))[1],
            )
    return Found(made, ())


async def change_customer(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    revision: int,
    values: Mapping[str, Any],
) -> Found:
    """Write `values` over the revision that was read. In `fields` and `consents` only what is named changes.

    Raises:
        NotFound, Invalid, Conflict: as above.
        CustomerChanged: he is at another revision now.
    """
    with twins_refused():
        async with database.session(tenant_id) as session:
            found = await load_customer(session, tenant_id, reach, customer_id, lock=True)
            if found.revision != revision:
                raise CustomerChanged(
                    f"The customer is at revision {found.revision} now. Read him again before saving."
                )
            before = columns_of(found)
            definitions = await definitions_of(session, tenant_id, Subject.CUSTOMER)
            write_values(found, parse_values(values), definitions)
            session.add(found)
            await session.flush()
            await session.refresh(found)
            tell_change(session, actor, found, before)
            await _tell_scenarios(session, found, changed(before, columns_of(found))[1].keys())
            return await _whole(session, found)


async def _tell_scenarios(session: AsyncSession, customer: Customer, names: Collection[str]) -> None:
    """What people and programs change is an event; what scenarios change themselves is none: it would go in circles."""
    if not names:
        return
    values = {
        "tenant_id": customer.tenant_id,
        "id": f"customer:{customer.id}:{customer.revision}",
        "name": "customer.updated",
        "customer_id": customer.id,
        "data": {"changed": sorted(names)},
        "source": "customer",
    }
    await session.exec(insert(EventRow).values(**values).on_conflict_do_nothing())


async def load_customer(
    session: AsyncSession, tenant_id: UUID, reach: CustomerReach, customer_id: UUID, *, lock: bool = False
) -> Customer:
    """A customer in reach, in the transaction of `session`; `lock` keeps others, and beginning conversations, waiting.

    Raises:
        NotFound: absent, another tenant's, out of reach, or merged (code `customer_merged`).
    """
    wanted = select(Customer).where(Customer.tenant_id == tenant_id, Customer.id == customer_id)
    if not reach.is_all:
        wanted = wanted.where(in_reach(reach))
    found = (await session.exec(wanted.with_for_update() if lock else wanted)).first()
    if found is None:
        raise NotFound("There is no such customer.")
    if found.merged_into is not None:
        remains = await who_remains(session, tenant_id, found.merged_into)
        raise Merged(
            f"This customer was merged into {remains}. Go on there.",
            code="customer_merged",
            into=str(remains),
        )
    return found


async def who_remains(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> UUID:
    """The end of a row of merges."""
    while (target := await session.get(Customer, (tenant_id, customer_id))) and target.merged_into:
        customer_id = target.merged_into
    return customer_id


def in_reach(reach: CustomerReach) -> sa.ColumnElement[bool]:
    """The condition on `customer` that a person reaches him."""
    return sa.func.customer_in_reach(
        sa.literal_column("customer"), sa.cast(sa.literal(reach.as_json(), sa.Text), JSONB), type_=sa.Boolean
    )


async def identities_of(
    session: AsyncSession, tenant_id: UUID, customer_id: UUID
) -> Sequence[tuple[Identity, str]]:
    """His identities with the type of their channel, the oldest first."""
    rows = await session.exec(
        select(Identity, Channel.type)
        .join(
            Channel,
            (col(Channel.tenant_id) == Identity.tenant_id) & (col(Channel.id) == Identity.channel_id),
        )
        .where(Identity.tenant_id == tenant_id, Identity.customer_id == customer_id)
        .order_by(col(Identity.created_at), col(Identity.id))
    )
    return [(identity, str(kind)) for identity, kind in rows.all()]


async def _whole(session: AsyncSession, customer: Customer) -> Found:
    return Found(customer, await identities_of(session, customer.tenant_id, customer.id))


def parse_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What people wrote, as it is kept: `name`, `email`, `phone`, `external_id` (each may be None), `locale`, `tags`,
    `fields` {key: value or None} and `consents` {purpose: {status, source} or None}.

    Raises:
        Invalid: with the field.
    """
    parsed = dict(values)
    for name, parse in (
        ("name", lambda text: parse_line(text, "name", LONGEST_NAME)),
        ("email", _address),
        ("phone", parse_phone),
        ("external_id", lambda text: parse_line(text, "external_id", LONGEST_EXTERNAL_ID)),
        ("tags", parse_tags),
    ):
        if parsed.get(name) is not None:
            parsed[name] = parse(parsed[name])
    return parsed


def _address(text: str) -> str:
    try:
        return parse_address(text)
    except Invalid as wrong:
        raise Invalid(wrong.detail, code=wrong.code, field="email") from wrong


def write_values(
    customer: Customer, parsed: Mapping[str, Any], definitions: Mapping[str, Definition]
) -> None:
    """Write what `parse_values` gave into a customer.

    Raises:
        Invalid: a value of an attribute cannot be used, or a required one would be absent.
    """
    for name in parsed.keys() & {"name", "email", "phone", "external_id", "locale", "tags"}:
        setattr(customer, name, parsed[name])
    is_new = customer.revision == 1 and customer.created_at is None
    if is_new or "fields" in parsed:
        customer.fields = join_fields(customer.fields, parsed.get("fields") or {}, definitions, is_new=is_new)
    if parsed.get("consents"):
        customer.consents = _consents(customer.consents, parsed["consents"])


def join_fields(
    now: Mapping[str, Any], changes: Mapping[str, Any], definitions: Mapping[str, Definition], *, is_new: bool
) -> dict[str, Any]:
    """Values of attributes with changes written over them; None takes one away. What is new has every required one.

    Raises:
        Invalid: a value cannot be used (code `attribute_invalid`), is of no attribute (`attribute_unknown`), or a
            required one would be absent (`attribute_required`); with the field.
    """
    written = dict(now)
    for key, value in changes.items():
        if value is None:
            written.pop(key, None)
        elif key in definitions:
            written[key] = parse_value(definitions[key], value)
        else:
            raise Invalid(
                f"There is no attribute '{key[:80]}'. Make it in the settings first.",
                code="attribute_unknown",
                field=f"fields.{key[:80]}",
            )
    for key, definition in definitions.items():
        if definition.required and key not in written and (is_new or key in changes):
            raise Invalid(
                f"The attribute '{key}' is required.", code="attribute_required", field=f"fields.{key}"
            )
    return written


def _consents(now: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(now)
    at = datetime.now(UTC).isoformat()
    for purpose, given in changes.items():
        if given is None:
            written.pop(purpose, None)
            continue
        known = written.get(purpose, {})
        if (known.get("status"), known.get("source")) != (given["status"], given["source"]):
            written[purpose] = {"status": given["status"], "source": given["source"], "at": at}
    return written


def columns_of(customer: Customer) -> dict[str, Any]:
    """What of a customer people may write, as JSON."""
    return {name: getattr(customer, name) for name in COLUMNS}


def tell_change(session: AsyncSession, actor: Actor, customer: Customer, before: Mapping[str, Any]) -> None:
    """Tell the audit log what differs from `before`; consents have a line of their own: their history is asked for."""
    was, became = changed(before, columns_of(customer))
    for action, names in (
        ("customer.consent", {"consents"}),
        ("customer.update", set(COLUMNS) - {"consents"}),
    ):
        part = names & became.keys()
        if part:
            record(
                session,
                customer.tenant_id,
                actor,
                action,
                target=("customer", customer.id),
                before={name: was[name] for name in part},
                after={name: became[name] for name in part},
            )


@contextmanager
def twins_refused() -> Iterator[None]:
    """Around a transaction: an external id that is another customer's is a refusal."""
    try:
        yield
    except IntegrityError as twice:
        if "customer_by_external_id" not in str(twice.orig):
            raise
        raise Conflict(
            "Another customer has this external id.", code="external_id_taken", field="external_id"
        ) from twice
