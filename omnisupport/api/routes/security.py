"""Security settings: where the widget may stand, second factors for all, and the widget's signing keys."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from omnisupport.api.deps import Person, ServicesDep, requires
from omnisupport.api.entering import tell_ended
from omnisupport.api.schemas.security import NewIdentityKey, Security, SecurityChange
from omnisupport.api.services import Services
from omnisupport.auth.identity import MOST_KEYS, new_secret
from omnisupport.domain.domains import parse_domain
from omnisupport.domain.permissions import Permission
from omnisupport.domain.two_factor import TwoFactorPolicy
from omnisupport.errors import Invalid
from omnisupport.storage.access import security as access
from omnisupport.storage.tables import IdentityKey

router = APIRouter(prefix="/api/v1/settings/security", tags=["settings"])

Reader = Annotated[Person, Depends(requires(Permission.SECURITY_MANAGE))]
Manager = Annotated[Person, Depends(requires(Permission.SECURITY_MANAGE, fresh=True))]


@router.get("", response_model=Security)
async def get_security(who: Reader, at: ServicesDep) -> dict[str, Any]:
    """The settings, and the signing keys without their secrets."""
    return await _shown(at, who.tenant_id)


@router.put("", response_model=Security)
async def change_security(body: SecurityChange, who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Put other settings in the place of all these. Enforced, a visitor is who his company has signed, or nobody."""
    wanted = access.SecuritySettings(
        _domains(body), TwoFactorPolicy(body.require_two_factor), body.identity_mode
    )
    await access.change_security(at.database, who.tenant_id, who.actor, wanted)
    await tell_ended(at, [who.tenant_id])  # whoever owes a second factor now
    return await _shown(at, who.tenant_id)


@router.post("/identity-keys", status_code=201, response_model=NewIdentityKey)
async def create_identity_key(who: Manager, at: ServicesDep) -> dict[str, Any]:
    """Make a key by which your server signs who a visitor is (HS256). Its secret is shown once; there may be two."""
    secret = new_secret()
    made = await access.create_identity_key(
        at.database, at.identity_sealer, who.tenant_id, who.actor, secret, most=MOST_KEYS
    )
    return {"identity_key": _key(made), "secret": secret}


@router.delete("/identity-keys/{identity_key_id}", status_code=204)
async def delete_identity_key(identity_key_id: UUID, who: Manager, at: ServicesDep) -> Response:
    """Forget a signing key: what it has signed counts no more."""
    await access.delete_identity_key(at.database, who.tenant_id, who.actor, identity_key_id)
    return Response(status_code=204)


async def _shown(at: Services, tenant_id: UUID) -> dict[str, Any]:
    settings, keys = await access.access_security(at.database, tenant_id)
    return {**settings.as_json(), "identity_keys": [_key(each) for each in keys]}


def _key(key: IdentityKey) -> dict[str, Any]:
    return {"id": key.id, "hint": key.hint, "created_at": key.created_at.isoformat()}


def _domains(body: SecurityChange) -> list[str]:
    """The hosts as they are kept, each once, in the order that was given."""
    found: dict[str, None] = {}
    for place, text in enumerate(body.allowed_domains):
        domain = parse_domain(text)
        if domain is None:
            raise Invalid(
                f"'{text[:100]}' is not a host. Write one such as shop.example, or *.shop.example for those below it.",
                code="domain_invalid",
                field=f"allowed_domains.{place}",
            )
        found[domain] = None
    return list(found)
