"""Custom attributes for a person: their definitions, and how values are held to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import Actor
from omnisupport.domain.attribute import Definition, Kind, Subject
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Attribute, ConversationFields, CustomerTerm, Tenant

MOST_ATTRIBUTES = 100
"""Of one subject: a form with more is a form that nobody fills in."""
COLUMNS = ("name", "options", "required")
LAST = "\U0010ffff"


async def definitions_of(session: AsyncSession, tenant_id: UUID, subject: Subject) -> dict[str, Definition]:
    """Every attribute of a subject by its key."""
    rows = await session.exec(
        select(Attribute).where(Attribute.tenant_id == tenant_id, Attribute.subject == subject.value)
    )
    return {
        each.key: Definition(each.key, Kind(each.kind), tuple(each.options), each.required)
        for each in rows.all()
    }


async def list_attributes(
    database: Database, tenant_id: UUID, subject: Subject | None = None
) -> Sequence[Attribute]:
    """Definitions by subject and key, of one subject or of both: at most a hundred of each."""
    wanted = select(Attribute).where(Attribute.tenant_id == tenant_id)
    if subject is not None:
        wanted = wanted.where(Attribute.subject == subject.value)
    async with database.session(tenant_id) as session:
        rows = await session.exec(wanted.order_by(col(Attribute.subject), col(Attribute.key)))
        return rows.all()


async def access_attribute(database: Database, tenant_id: UUID, attribute_id: UUID) -> Attribute:
    """One definition.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await _load(session, tenant_id, attribute_id)


async def create_attribute(
    database: Database, tenant_id: UUID, actor: Actor, values: Mapping[str, Any]
) -> Attribute:
    """A new attribute: subject, key, name, kind, options, required.

    Raises:
        Invalid: kind and options do not go together (code `attribute_options`).
        Conflict: the key is taken (code `attribute_exists`), or there are too many (code `too_many_attributes`).
    """
    _check_options(values["kind"], values["options"])
    made = Attribute(tenant_id=tenant_id, id=uuid4(), **values)
    try:
        async with database.session(tenant_id) as session:
            # The tenant's row makes two who count at once wait for each other.
            await session.exec(
                select(Tenant.tenant_id).where(Tenant.tenant_id == tenant_id).with_for_update(key_share=True)
            )
            counted = await session.exec(
                select(sa.func.count()).where(
                    Attribute.tenant_id == tenant_id, Attribute.subject == made.subject
                )
            )
            if counted.one() >= MOST_ATTRIBUTES:
                raise Conflict(
                    f"There are {MOST_ATTRIBUTES} attributes already. Delete one that nobody needs.",
                    code="too_many_attributes",
                )
            session.add(made)
            await session.flush()
            await session.refresh(made)
            record(
                session,
                tenant_id,
                actor,
                "attribute.create",
                target=("attribute", made.id),
                after={"subject": made.subject, "key": made.key, "kind": made.kind, **_columns(made)},
            )
    except IntegrityError as twice:
        raise Conflict(
            f"An attribute '{made.key}' exists already.", code="attribute_exists", field="key"
        ) from twice
    return made


async def change_attribute(
    database: Database, tenant_id: UUID, actor: Actor, attribute_id: UUID, values: Mapping[str, Any]
) -> Attribute:
    """Change name, options or whether it is required; values that are kept stay as they are. Key and kind stay.

    Raises:
        NotFound: absent, or another tenant's.
        Invalid: as above.
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, attribute_id, lock=True)
        before = _columns(found)
        for name in values.keys() & set(COLUMNS):
            setattr(found, name, values[name])
        _check_options(found.kind, found.options)
        was, became = changed(before, _columns(found))
        if became:
            found.updated_at = datetime.now(UTC)
            session.add(found)
            record(
                session,
                tenant_id,
                actor,
                "attribute.update",
                target=("attribute", found.id),
                before=was,
                after=became,
            )
        await session.flush()
    return found


async def delete_attribute(database: Database, tenant_id: UUID, actor: Actor, attribute_id: UUID) -> None:
    """Delete a definition that nobody has a value of.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: a customer, or a conversation, has a value (code `attribute_in_use`).
    """
    async with database.session(tenant_id) as session:
        found = await _load(session, tenant_id, attribute_id, lock=True)
        start = f"a:{found.key}="
        used = await session.exec(
            select(CustomerTerm.customer_id)
            .where(
                CustomerTerm.tenant_id == tenant_id,
                col(CustomerTerm.term) >= start,
                col(CustomerTerm.term) < start + LAST,
            )
            .limit(1)
        )
        if found.subject == Subject.CUSTOMER and used.first() is not None:
            raise Conflict(
                f"Customers have values of '{found.key}'. Take them out first.", code="attribute_in_use"
            )
        if found.subject == Subject.CONVERSATION and await _has_conversation(session, tenant_id, found.key):
            raise Conflict(
                f"Conversations have values of '{found.key}'. Take them out first.", code="attribute_in_use"
            )
        record(
            session,
            tenant_id,
            actor,
            "attribute.delete",
            target=("attribute", found.id),
            before={"subject": found.subject, "key": found.key, "kind": found.kind, **_columns(found)},
        )
        await session.delete(found)


async def _has_conversation(session: AsyncSession, tenant_id: UUID, key: str) -> bool:
    found = await session.exec(
        select(ConversationFields.conversation_id)
        .where(
            ConversationFields.tenant_id == tenant_id,
            sa.cast(col(ConversationFields.fields), JSONB).has_key(key),
        )
        .limit(1)
    )
    return found.first() is not None


async def _load(
    session: AsyncSession, tenant_id: UUID, attribute_id: UUID, *, lock: bool = False
) -> Attribute:
    found = await session.get(Attribute, (tenant_id, attribute_id), with_for_update=True if lock else None)
    if found is None:
        raise NotFound("There is no such attribute.")
    return found


def _columns(attribute: Attribute) -> dict[str, Any]:
    return {name: getattr(attribute, name) for name in COLUMNS}


def _check_options(kind: str, options: Sequence[str]) -> None:
    if (kind == Kind.CHOICE) != bool(options):
        raise Invalid(
            "An attribute of kind 'choice' has options, another has none.",
            code="attribute_options",
            field="options",
        )
