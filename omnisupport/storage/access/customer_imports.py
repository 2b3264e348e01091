"""Customers from a table: each row is taken, or refused with its line, field and reason."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.attribute import Definition, Subject
from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.errors import Invalid
from omnisupport.storage.access.attributes import definitions_of
from omnisupport.storage.access.customer_keys import find_customers
from omnisupport.storage.access.customers import (
    columns_of,
    in_reach,
    parse_values,
    twins_refused,
    write_values,
)
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Customer

BATCH = 100
"""Rows of one transaction: its locks are short, its statements far from their time limit, and a file that ends halfway
is repeated without harm."""
REFUSALS_TOLD = 1000


@dataclass(frozen=True)
class Row:
    """A line of the file with what it says; a value that is absent leaves the customer's own as it is."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken."""

    line: int
    field: str | None
    code: str
    reason: str


@dataclass
class Report:
    """What became of the rows; with `dry_run` what would become of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, line: int, name: str | None, code: str, reason: str) -> None:
        """Count a row that is not taken; the first thousand are told."""
        self.refused += 1
        if len(self.refusals) < REFUSALS_TOLD:
            self.refusals.append(Refusal(line, name, code, reason))


async def attributes_for_import(database: Database, tenant_id: UUID) -> dict[str, Definition]:
    """The attributes that a column may be named for."""
    async with database.session(tenant_id) as session:
        return await definitions_of(session, tenant_id, Subject.CUSTOMER)


async def import_customers(
    database: Database,
    tenant_id: UUID,
    actor: Actor,
    reach: CustomerReach,
    rows: Sequence[Row],
    *,
    dry_run: bool,
    report: Report,
) -> Report:
    """Make or change a customer for each row, found by external id, else by address, else by phone.

    By address and phone only customers are found whom people made or who are verified: what a visitor says of himself
    gives him nothing of another. `dry_run` writes nothing. One transaction for 100 rows. `report` may hold refusals
    already, and is added to.

    Raises:
        Conflict: an external id was taken by somebody else at this moment (code `external_id_taken`); what came before
            is in, and the import can be repeated.
    """
    # In a thread: twenty thousand phone numbers take seconds, in which visitors want to be served.
    parsed = await asyncio.to_thread(lambda: list(_parsed(rows, report, {})))
    for start in range(0, len(parsed), BATCH):
        batch = parsed[start : start + BATCH]
        with twins_refused():
            async with database.session(tenant_id) as session:
                definitions = await definitions_of(session, tenant_id, Subject.CUSTOMER)
                before = (report.created, report.updated)
                await _take(session, tenant_id, reach, batch, definitions, report, dry_run=dry_run)
                made, changed = report.created - before[0], report.updated - before[1]
                if (made or changed) and not dry_run:
                    record(
                        session,
                        tenant_id,
                        actor,
                        "customer.import",
                        after={"lines": [batch[0].line, batch[-1].line], "created": made, "updated": changed},
                    )
    report.refusals.sort(key=lambda refusal: refusal.line)
    return report


def _parsed(rows: Sequence[Row], report: Report, seen: dict[tuple[str, str], int]) -> Iterator[Row]:
    for row in rows:
        try:
            values = parse_values(row.values)
        except Invalid as wrong:
            report.refuse(row.line, wrong.field, wrong.code, wrong.detail)
            continue
        key = _key(values)
        if key is None:
            report.refuse(
                row.line,
                None,
                "row_nameless",
                "The row has neither an external id nor an address nor a phone.",
            )
        elif key in seen:
            report.refuse(row.line, key[0], "row_twice", f"Line {seen[key]} is of the same customer.")
        else:
            seen[key] = row.line
            yield Row(row.line, values)


def _key(values: Mapping[str, Any]) -> tuple[str, str] | None:
    for name in ("external_id", "email", "phone"):
        if values.get(name):
            return name, values[name]
    return None


async def _take(
    session: AsyncSession,
    tenant_id: UUID,
    reach: CustomerReach,
    batch: Sequence[Row],
    definitions: Mapping[str, Definition],
    report: Report,
    *,
    dry_run: bool,
) -> None:
    keys = [key for row in batch if (key := _key(row.values))]
    known = await find_customers(session, tenant_id, keys, lock=True)
    reached = await _reached(session, tenant_id, reach, known)
    taken: dict[UUID, int] = {}
    for row in batch:
        key = _key(row.values)
        assert key is not None
        found = known.get(key, [])
        if len(found) > 1:
            report.refuse(
                row.line,
                key[0],
                "customers_several",
                "Several customers have this. Merge them, or name an external id.",
            )
        elif found and found[0].id not in reached:
            report.refuse(
                row.line, key[0], "customer_out_of_reach", "This is of a customer whom you do not reach."
            )
        elif found and found[0].id in taken:
            report.refuse(
                row.line, key[0], "row_twice", f"Line {taken[found[0].id]} is of the same customer."
            )
        else:
            customer = found[0] if found else _new(tenant_id, reach)
            taken[customer.id] = row.line
            if not _write(customer, row, definitions, report, is_new=not found) or dry_run:
                if found:
                    session.expunge(customer)  # what was refused halfway, or only tried, is not written
            else:
                session.add(customer)


def _new(tenant_id: UUID, reach: CustomerReach) -> Customer:
    # Each default that is made by a call costs SQLModel a look at that call's signature: half the time of an import.
    return Customer(
        tenant_id=tenant_id, id=uuid4(), created_by=reach.user_id, fields={}, tags=[], consents={}
    )


def _write(
    customer: Customer, row: Row, definitions: Mapping[str, Definition], report: Report, *, is_new: bool
) -> bool:
    """Write a row into a customer; whether it was taken."""
    values = dict(row.values)
    if not is_new and customer.external_id is not None:
        values.pop("external_id", None)  # found by it, or by that of one who was merged into him
    before = columns_of(customer)
    try:
        write_values(customer, values, definitions)
    except Invalid as wrong:
        report.refuse(row.line, wrong.field, wrong.code, wrong.detail)
        return False
    if is_new:
        report.created += 1
    elif columns_of(customer) != before:
        report.updated += 1
    else:
        report.unchanged += 1
    return True


async def _reached(
    session: AsyncSession,
    tenant_id: UUID,
    reach: CustomerReach,
    known: Mapping[tuple[str, str], Sequence[Customer]],
) -> set[UUID]:
    ids = {customer.id for customers in known.values() for customer in customers}
    if reach.is_all or not ids:
        return ids
    rows = await session.exec(
        select(Customer.id).where(Customer.tenant_id == tenant_id, col(Customer.id).in_(ids), in_reach(reach))
    )
    return set(rows.all())
