"""Customers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.schemas.people import CustomerEnvelope
from omnisupport.domain.permissions import Permission
from omnisupport.storage.access.customers import access_customer

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

Reader = Annotated[Person, Depends(requires(Permission.CUSTOMERS_READ))]


@router.get("/{customer_id}", response_model=CustomerEnvelope)
async def get_customer(customer_id: UUID, who: Reader, at: ServicesDep) -> dict[str, Any]:
    """One customer, with his identities and the pages he was on last."""
    customer, identities = await access_customer(at.database, who.tenant_id, customer_id, who.reach)
    return {
        "customer": {
            "id": str(customer.id),
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "locale": customer.locale,
            "fields": customer.fields,
            "verified": customer.verified,
            "identities": [
                {"channel_type": channel_type, "external_id": identity.external_id}
                for identity, channel_type in identities
            ],
            "pages": [page for identity, _ in identities for page in identity.pages][-10:],
            "created_at": customer.created_at.isoformat(),
        }
    }
