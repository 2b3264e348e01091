"""Lists for a person: customers, those that may be the same one, and the conversations of one.

Search is by words that begin so, over `customer_term`: exact values and prefixes reach its index below row security,
a text somewhere inside does not (R11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.customer_reach import CustomerReach
from omnisupport.storage.access.customers import in_reach, load_customer
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Conversation, Customer, CustomerTerm, Identity

COUNTED = 10_000
"""Up to here the customers of a list are counted."""
MOST_WORDS = 5
MOST_DUPLICATES = 50
LAST = "\U0010ffff"
LONGEST_TERM = 200
"""Characters of a term with its kind; the trigger cuts there."""
SEPARATORS = re.compile(r"""[\s"'«»„“”().,;:/-]+""")
DIGITS = re.compile(r"[+\d][\d\s().-]{2,}")
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True)
class CustomerFilter:
    """Which customers; what is None does not count. `attribute` and `consent` are a name and its value."""

    q: str | None = None
    tag: str | None = None
    attribute: tuple[str, str] | None = None
    channel: str | None = None
    consent: tuple[str, str] | None = None

    @property
    def terms(self) -> list[str]:
        """What must be true to the letter."""
        found = [f"t:{self.tag}"] if self.tag is not None else []
        for kind, pair in (("a", self.attribute), ("c", self.consent)):
            if pair is not None:
                found.append(f"{kind}:{pair[0]}={pair[1]}")
        return [term[:LONGEST_TERM] for term in found]


@dataclass(frozen=True)
class Line:
    """A customer in a list, with the types of the channels that he wrote on."""

    customer: Customer
    channels: Sequence[str]


@dataclass(frozen=True)
class Total:
    """How many there are; `is_more`: at least so many."""

    number: int
    is_more: bool


async def list_customers(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    wanted: CustomerFilter,
    *,
    limit: int,
    before: Cursor | None = None,
) -> Sequence[Line]:
    """Customers in reach, newest first, from before a moment and id."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(page_of(tenant_id, reach, wanted, limit=limit, before=before))
        return await _lines(session, tenant_id, rows.all())


async def count_customers(
    database: Database, tenant_id: UUID, reach: CustomerReach, wanted: CustomerFilter, *, most: int = COUNTED
) -> Total:
    """How many the list has, counted up to `most`."""
    counted = _select(tenant_id, reach, wanted).with_only_columns(col(Customer.id)).limit(most + 1)
    async with database.session(tenant_id) as session:
        found = await session.scalar(select(sa.func.count()).select_from(counted.subquery())) or 0
    return Total(min(found, most), found > most)


async def list_duplicates(
    database: Database, tenant_id: UUID, reach: CustomerReach, customer_id: UUID
) -> list[tuple[Line, list[str]]]:
    """Others in reach with the same address or phone, said or vouched for by a channel, and which of the two; at most
    fifty.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id)
        own = select(CustomerTerm.term).where(
            CustomerTerm.tenant_id == tenant_id,
            CustomerTerm.customer_id == customer_id,
            sa.func.left(CustomerTerm.term, 2).in_(("e:", "p:")),
        )
        terms = {*(await session.exec(own)).all(), *await _vouched_terms(session, tenant_id, customer_id)}
        if not terms:
            return []
        same = select(CustomerTerm.customer_id, CustomerTerm.term).where(
            CustomerTerm.tenant_id == tenant_id,
            col(CustomerTerm.term).in_(terms),
            CustomerTerm.customer_id != customer_id,
        )
        reasons: dict[UUID, list[str]] = {}
        for other, term in (await session.exec(same.limit(2 * MOST_DUPLICATES))).all():
            reasons.setdefault(other, []).append(_matched(term))
        vouched = select(Identity.customer_id, Identity.vouched).where(
            Identity.tenant_id == tenant_id,
            col(Identity.vouched).in_([_vouched(term) for term in terms]),
            Identity.customer_id != customer_id,
        )
        for other, word in (await session.exec(vouched.limit(2 * MOST_DUPLICATES))).all():
            reasons.setdefault(other, []).append(_matched(_term(str(word))))
        wanted = _select(tenant_id, reach, CustomerFilter()).where(col(Customer.id).in_(reasons))
        rows = await session.exec(
            wanted.order_by(col(Customer.created_at).desc(), col(Customer.id).desc()).limit(MOST_DUPLICATES)
        )
        lines = await _lines(session, tenant_id, rows.all())
        return [(line, sorted(set(reasons[line.customer.id]))) for line in lines]


async def _vouched_terms(session: AsyncSession, tenant_id: UUID, customer_id: UUID) -> list[str]:
    rows = await session.exec(
        select(Identity.vouched).where(
            Identity.tenant_id == tenant_id,
            Identity.customer_id == customer_id,
            col(Identity.vouched).is_not(None),
        )
    )
    return [_term(str(word)) for word in rows.all()]


def _term(vouched: str) -> str:
    """What a channel vouches for, as a term of a customer."""
    return vouched.replace("email:", "e:", 1).replace("phone:+", "p:", 1)


def _vouched(term: str) -> str:
    """The other way round."""
    return term.replace("e:", "email:", 1) if term.startswith("e:") else term.replace("p:", "phone:+", 1)


def _matched(term: str) -> str:
    return "email" if term.startswith("e:") else "phone"


async def list_conversations_of(
    database: Database,
    tenant_id: UUID,
    reach: CustomerReach,
    customer_id: UUID,
    *,
    limit: int,
    before: Cursor | None = None,
) -> list[dict[str, Any]]:
    """Conversations of a customer as lines of the inbox, the newest first; those in reach only.

    Raises:
        NotFound: no such customer in reach.
    """
    async with database.session(tenant_id) as session:
        await load_customer(session, tenant_id, reach, customer_id)
        summary = sa.func.conversation_summary(sa.literal_column("conversation"), type_=JSONB)
        wanted = select(summary).where(*of_customer(tenant_id, reach, customer_id))
        if before is not None:
            wanted = wanted.where(
                sa.tuple_(col(Conversation.created_at), col(Conversation.id)) < sa.tuple_(*before)
            )
        newest = col(Conversation.created_at).desc(), col(Conversation.id).desc()
        rows = await session.exec(wanted.select_from(Conversation).order_by(*newest).limit(limit))
        return list(rows.all())


def of_customer(tenant_id: UUID, reach: CustomerReach, customer_id: UUID) -> list[sa.ColumnElement[bool]]:
    """The conditions on `conversation` that it is this customer's and in reach."""
    found = [col(Conversation.tenant_id) == tenant_id, col(Conversation.customer_id) == customer_id]
    if not reach.is_all:
        found.append(
            sa.func.in_scope(
                sa.literal_column("conversation"),
                sa.cast(sa.literal(reach.as_json(), sa.Text), JSONB),
                type_=sa.Boolean,
            )
        )
    return found


def page_of(
    tenant_id: UUID, reach: CustomerReach, wanted: CustomerFilter, *, limit: int, before: Cursor | None = None
) -> Any:
    """The query of a page."""
    found = _select(tenant_id, reach, wanted)
    if before is not None:
        found = found.where(sa.tuple_(col(Customer.created_at), col(Customer.id)) < sa.tuple_(*before))
    return found.order_by(col(Customer.created_at).desc(), col(Customer.id).desc()).limit(limit)


def _select(tenant_id: UUID, reach: CustomerReach, wanted: CustomerFilter) -> Any:
    found = select(Customer).where(Customer.tenant_id == tenant_id, col(Customer.merged_into).is_(None))
    if not reach.is_all:
        found = found.where(in_reach(reach))
    for term in wanted.terms:
        found = found.where(_has(tenant_id, CustomerTerm.term == term))
    for number, alternatives in enumerate(_searched(wanted.q or "")):
        begins = [_begins(prefix[:LONGEST_TERM]) for prefix in alternatives]
        found = found.where(_has(tenant_id, sa.or_(*begins), first=f"word{number}"))
    if wanted.channel is not None:
        on_channel = (
            select(Identity.customer_id)
            .join(
                Channel,
                (col(Channel.tenant_id) == Identity.tenant_id) & (col(Channel.id) == Identity.channel_id),
            )
            .where(Identity.tenant_id == tenant_id, Channel.type == wanted.channel)
        )
        found = found.where(col(Customer.id).in_(on_channel))
    return found


def _searched(q: str) -> list[list[str]]:
    """For each word of a search the terms that it may begin; a phone number is one word, in any writing."""
    text = q.strip().lower()
    if not text:
        return []
    if DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        # 8 916 … is how a Russian number is dialled at home, +7 916 … how it is kept.
        dialled = [f"p:7{digits[1:]}"] if text.startswith("8") else []
        return [[f"p:{digits}", f"d:{digits}", *dialled, f"w:{text}", f"x:{text}"]]
    if "@" in text:
        return [[f"e:{text}", f"x:{text}"]]
    whole = [f"x:{text}"]
    words = [word for word in SEPARATORS.split(text) if word][:MOST_WORDS]
    if len(words) == 1:
        return [[f"w:{words[0]}", f"e:{text}", *whole]]
    return [[f"w:{word}", f"e:{word}", *whole] for word in words] or [whole]


def _has(tenant_id: UUID, condition: Any, *, first: str | None = None) -> sa.ColumnElement[bool]:
    """That a customer has such a term. `first`: look these up before all else, under this name. The planner knows
    nothing of a prefix that is rare, and would look for it customer by customer.
    """
    matching = select(CustomerTerm.customer_id).where(CustomerTerm.tenant_id == tenant_id, condition)
    if first is None:
        return col(Customer.id).in_(matching)
    found = matching.cte(first).prefix_with("materialized")
    return col(Customer.id).in_(sa.select(found.c.customer_id))


def _begins(prefix: str) -> sa.ColumnElement[bool]:
    return sa.and_(col(CustomerTerm.term) >= prefix, col(CustomerTerm.term) < prefix + LAST)


async def _lines(session: AsyncSession, tenant_id: UUID, customers: Sequence[Customer]) -> list[Line]:
    rows = await session.exec(
        select(Identity.customer_id, Channel.type)
        .join(
            Channel,
            (col(Channel.tenant_id) == Identity.tenant_id) & (col(Channel.id) == Identity.channel_id),
        )
        .where(
            Identity.tenant_id == tenant_id, col(Identity.customer_id).in_([each.id for each in customers])
        )
        .distinct()
    )
    channels: dict[UUID, list[str]] = {}
    for customer_id, kind in rows.all():
        channels.setdefault(customer_id, []).append(str(kind))
    return [Line(each, sorted(channels.get(each.id, []))) for each in customers]


def attribute_texts(fields: Mapping[str, Any]) -> dict[str, str]:
    """Values of attributes as a filter and a table write them."""
    return {key: _text(value) for key, value in fields.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
