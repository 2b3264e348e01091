"""Routes with a hole in them, each of a kind that has been a leak somewhere: what the probes must find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from sqlmodel import col, select

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.services import Services
from omnisupport.domain.permissions import Permission
from omnisupport.errors import Forbidden, NotFound
from omnisupport.storage.tables import Customer, TenantSlug

Reader = Annotated[Person, Depends(requires(Permission.CUSTOMERS_READ))]
PREFIX = "/api/v1/planted"


def _router() -> APIRouter:
    return APIRouter(prefix=PREFIX, tags=["planted"])


async def _find(at: Services, tenant_id: UUID, customer_id: UUID) -> Customer | None:
    async with at.database.session(tenant_id) as session:
        query = select(Customer).where(Customer.tenant_id == tenant_id, Customer.id == customer_id)
        return (await session.exec(query)).first()


async def _tenants(at: Services) -> list[UUID]:
    async with at.database.session(None) as session:
        return list((await session.exec(select(TenantSlug.tenant_id))).all())


async def _of_anybody(at: Services, customer_id: UUID) -> Customer | None:
    """As a role that row security does not hold would find it."""
    for tenant_id in await _tenants(at):
        if found := await _find(at, tenant_id, customer_id):
            return found
    return None


def _answer(found: Customer | None) -> dict[str, Any]:
    if found is None:
        raise NotFound("There is no such customer.")
    return {"customer": {"id": str(found.id), "name": found.name}}


def good() -> APIRouter:
    """As ours are: no hole."""
    router = _router()

    @router.get("/customers/{customer_id}")
    async def read(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
        return _answer(await _find(at, who.tenant_id, customer_id))

    return router


def without_filter() -> APIRouter:
    """By the id alone."""
    router = _router()

    @router.get("/customers/{customer_id}")
    async def read(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
        return _answer(await _of_anybody(at, customer_id))

    return router


def tenant_of_query() -> APIRouter:
    """The tenant is what the query says."""
    router = _router()

    @router.get("/customers/{customer_id}")
    async def read(
        customer_id: UUID, who: Reader, at: ServicesDep, tenant_id: Annotated[UUID | None, Query()] = None
    ) -> dict[str, Any]:
        return _answer(await _find(at, tenant_id or who.tenant_id, customer_id))

    return router


def tenant_of_header() -> APIRouter:
    """The tenant is what a header says."""
    router = _router()

    @router.get("/customers/{customer_id}")
    async def read(
        customer_id: UUID, who: Reader, at: ServicesDep, x_tenant_id: Annotated[UUID | None, Header()] = None
    ) -> dict[str, Any]:
        return _answer(await _find(at, x_tenant_id or who.tenant_id, customer_id))

    return router


def list_of_all() -> APIRouter:
    """A list of every tenant's."""
    router = _router()

    @router.get("/customers")
    async def read(who: Reader, at: ServicesDep) -> dict[str, Any]:
        names: list[str | None] = []
        for tenant_id in await _tenants(at):
            async with at.database.session(tenant_id) as session:
                names += (await session.exec(select(Customer.name))).all()
        return {"items": names}

    return router


def search_of_all() -> APIRouter:
    """A search that counts what it does not show."""
    router = _router()

    @router.get("/customers")
    async def read(who: Reader, at: ServicesDep, q: str = "-") -> dict[str, Any]:
        found: list[UUID] = []
        for tenant_id in await _tenants(at):
            async with at.database.session(tenant_id) as session:
                query = select(Customer.id).where(col(Customer.email).startswith(q))
                found += (await session.exec(query)).all()
        return {"ids": [str(each) for each in found]}

    return router


def told_apart() -> APIRouter:
    """What is foreign is forbidden, and so is known to be there."""
    router = _router()

    @router.get("/customers/{customer_id}")
    async def read(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
        found = await _of_anybody(at, customer_id)
        if found is not None and found.tenant_id != who.tenant_id:
            raise Forbidden("This customer is not yours.")
        return _answer(found)

    return router


def written() -> APIRouter:
    """Answers as it should, and writes where it should not."""
    router = _router()

    @router.post("/customers/{customer_id}/touch")
    async def write(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
        found = await _of_anybody(at, customer_id)
        if found is not None:
            async with at.database.session(found.tenant_id) as session:
                row = await session.get_one(Customer, (found.tenant_id, found.id))
                row.locale = "en"
        raise NotFound("There is no such customer.")

    return router


PLANTED: Mapping[str, tuple[Callable[[], APIRouter], str]] = {
    "a route without a filter": (without_filter, "shows"),
    "a route whose tenant is in the query": (tenant_of_query, "[tenant in query]"),
    "a route whose tenant is in a header": (tenant_of_header, "[tenant in headers]"),
    "a list of all tenants": (list_of_all, "[lists and own things]"),
    "a search through all tenants": (search_of_all, "[texts in filters]"),
    "a refusal of its own for what is foreign": (told_apart, "is told apart"),
    "a write behind a refusal": (written, "customer: "),
}
"""What is planted, and a part of the finding that must name it."""
