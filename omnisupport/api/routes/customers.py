"""Customers: lists, one of them, his conversations and who may be the same one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from omnisupport.api.cursors import read_moment, write_moment
from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.etags import etag, read_revision
from omnisupport.api.openapi import may_answer
from omnisupport.api.reach import reach_of
from omnisupport.api.schemas.base import Plain
from omnisupport.api.schemas.conversations import ConversationPage
from omnisupport.api.schemas.customers import PAIR, CustomerChanges, CustomerPage, Duplicates, NewCustomer
from omnisupport.api.schemas.people import CustomerEnvelope
from omnisupport.domain.customer import LONGEST_TAG
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access import customer_lists as lists
from omnisupport.storage.access import customers as access
from omnisupport.storage.access import erasures

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

Reader = Annotated[Person, Depends(requires(Permission.CUSTOMERS_READ))]
Writer = Annotated[Person, Depends(requires(Permission.CUSTOMERS_WRITE))]
Deleter = Annotated[Person, Depends(requires(Permission.CUSTOMERS_DELETE))]
ConversationReader = Annotated[Person, Depends(requires(Permission.CONVERSATIONS_READ))]
Limit = Annotated[int, Query(ge=1, le=100)]

PAGE = 50
PAGES_SHOWN = 10


@router.get("", response_model=CustomerPage)
async def list_customers(
    who: Reader,
    at: ServicesDep,
    q: Annotated[
        Plain | None,
        Query(
            min_length=1,
            max_length=200,
            description="Beginnings of words of the name, of the address, the external id or the phone's digits.",
        ),
    ] = None,
    tag: Annotated[Plain | None, Query(min_length=1, max_length=LONGEST_TAG)] = None,
    attribute: Annotated[str | None, Query(pattern=PAIR, description="Such as `city:Москва`.")] = None,
    channel: Annotated[
        str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="The type of a channel.")
    ] = None,
    consent: Annotated[str | None, Query(pattern=PAIR, description="Such as `marketing:granted`.")] = None,
    cursor: str | None = None,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """Customers, newest first; merged ones are not among them."""
    wanted = filter_of(q=q, tag=tag, attribute=attribute, channel=channel, consent=consent)
    reach = reach_of(who)
    found = await lists.list_customers(
        at.database, who.tenant_id, reach, wanted, limit=limit, before=read_moment(cursor)
    )
    total = await lists.count_customers(at.database, who.tenant_id, reach, wanted)
    last = found[-1].customer if len(found) == limit else None
    return {
        "items": [line_of(each) for each in found],
        "next_cursor": write_moment(last.created_at, last.id) if last is not None else None,
        "total": total.number,
        "total_is_more": total.is_more,
    }


@router.post("", status_code=201, response_model=CustomerEnvelope)
async def create_customer(
    body: NewCustomer, who: Writer, at: ServicesDep, response: Response
) -> dict[str, Any]:
    """Make a customer by hand; required attributes have to be named."""
    made = await access.create_customer(
        at.database, who.tenant_id, who.actor, reach_of(who), body.model_dump()
    )
    response.headers["ETag"] = etag(made.customer.revision)
    return {"customer": customer_of(made)}


@router.get("/{customer_id}", response_model=CustomerEnvelope)
async def get_customer(customer_id: UUID, who: Reader, at: ServicesDep, response: Response) -> dict[str, Any]:
    """One customer, with his identities and the pages he was on last; the ETag is what `If-Match` wants."""
    found = await access.access_customer(at.database, who.tenant_id, reach_of(who), customer_id)
    response.headers["ETag"] = etag(found.customer.revision)
    return {"customer": customer_of(found)}


@router.patch("/{customer_id}", response_model=CustomerEnvelope, openapi_extra=may_answer(409))
async def change_customer(
    customer_id: UUID,
    body: CustomerChanges,
    who: Writer,
    at: ServicesDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Change what is named, over the revision that `If-Match` names."""
    written = await access.change_customer(
        at.database,
        who.tenant_id,
        who.actor,
        reach_of(who),
        customer_id,
        revision=read_revision(if_match),
        values=body.model_dump(exclude_unset=True),
    )
    await at.bell.ring_triggers(who.tenant_id)  # a lost ring costs a minute
    response.headers["ETag"] = etag(written.customer.revision)
    return {"customer": customer_of(written)}


@router.delete("/{customer_id}", status_code=204, openapi_extra=may_answer(409))
async def delete_customer(customer_id: UUID, who: Deleter, at: ServicesDep) -> Response:
    """Delete a customer with his conversations and notes, and erase what else tells of him (`/privacy/erasures`).

    Refused while a conversation is not resolved, or a legal hold keeps him (`legal_hold`).
    """
    erasure_id = await erasures.delete_customer(
        at.database, who.tenant_id, who.actor, reach_of(who), customer_id
    )
    await at.bell.ring_erasure(who.tenant_id, erasure_id)
    return Response(status_code=204)


@router.get("/{customer_id}/conversations", response_model=ConversationPage)
async def list_conversations(
    customer_id: UUID,
    who: ConversationReader,
    at: ServicesDep,
    cursor: str | None = None,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """Conversations of a customer that you reach, the one that began last first."""
    items = await lists.list_conversations_of(
        at.database, who.tenant_id, reach_of(who), customer_id, limit=limit, before=read_moment(cursor)
    )
    following = None
    if len(items) == limit:
        following = write_moment(datetime.fromisoformat(items[-1]["created_at"]), UUID(items[-1]["id"]))
    return {"items": items, "next_cursor": following}


@router.get("/{customer_id}/duplicates", response_model=Duplicates)
async def list_duplicates(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """Other customers with the same address or phone; what visitors said of themselves is not verified."""
    found = await lists.list_duplicates(at.database, who.tenant_id, reach_of(who), customer_id)
    return {"items": [{"customer": line_of(line), "matches": matches} for line, matches in found]}


def filter_of(
    *, q: str | None, tag: str | None, attribute: str | None, channel: str | None, consent: str | None
) -> lists.CustomerFilter:
    """The filter of a list as its parameters name it."""
    return lists.CustomerFilter(
        q=q, tag=tag, attribute=_pair(attribute), channel=channel, consent=_pair(consent)
    )


def _pair(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    name, _, value = text.partition(":")
    return name, value


def line_of(found: lists.Line) -> dict[str, Any]:
    """A customer in a list."""
    customer = found.customer
    return {
        "id": str(customer.id),
        "external_id": customer.external_id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "locale": customer.locale,
        "tags": customer.tags,
        "fields": customer.fields,
        "verified": customer.verified,
        "channels": found.channels,
        "created_at": customer.created_at.isoformat(),
        "updated_at": customer.updated_at.isoformat(),
    }


def customer_of(found: access.Found) -> dict[str, Any]:
    """A customer as he is answered."""
    customer = found.customer
    pages = [page for identity, _ in found.identities for page in identity.pages]
    return {
        "id": str(customer.id),
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "locale": customer.locale,
        "fields": customer.fields,
        "verified": customer.verified,
        "identities": [
            {"channel_type": channel_type, "external_id": identity.external_id}
            for identity, channel_type in found.identities
        ],
        "pages": pages[-PAGES_SHOWN:],
        "created_at": customer.created_at.isoformat(),
        "external_id": customer.external_id,
        "tags": customer.tags,
        "consents": customer.consents,
        "revision": customer.revision,
        "updated_at": customer.updated_at.isoformat(),
    }
