"""Security settings of a tenant for a person: where its widget may stand, and by which keys its server signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from omnisupport.domain.actor import Actor
from omnisupport.domain.two_factor import REQUIRE_TWO_FACTOR, policy_of
from omnisupport.errors import Conflict, NotFound
from omnisupport.net.sealing import Place, Sealer
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import IdentityKey, Tenant

PURPOSE = "identity-keys"
"""For `MasterKey.derive`: the key that seals the signing secrets of tenants."""
MODES = ("optional", "enforced")
HINT = 4
"""Characters of a secret that are shown later, to tell two apart."""


@dataclass(frozen=True)
class SecuritySettings:
    """`allowed_domains` empty: the widget may stand anywhere. `identity_mode` is one of `MODES`.

    `require_two_factor` is the word of a `TwoFactorPolicy`.
    """

    allowed_domains: Sequence[str]
    require_two_factor: str
    identity_mode: str

    @classmethod
    def of(cls, settings: dict[str, Any]) -> SecuritySettings:
        """As they stand in a tenant's settings."""
        return cls(
            allowed_domains=list(settings.get("allowed_domains") or []),
            require_two_factor=policy_of(settings.get(REQUIRE_TWO_FACTOR)).value,
            identity_mode="enforced" if settings.get("identity_mode") == "enforced" else "optional",
        )

    def as_json(self) -> dict[str, Any]:
        """As they are kept, and told in the audit log."""
        return {
            "allowed_domains": list(self.allowed_domains),
            "require_two_factor": self.require_two_factor,
            "identity_mode": self.identity_mode,
        }


async def access_security(
    database: Database, tenant_id: UUID
) -> tuple[SecuritySettings, Sequence[IdentityKey]]:
    """The settings and the signing keys, the newest first."""
    async with database.session(tenant_id) as session:
        tenant = await session.get(Tenant, tenant_id)
        if tenant is None:
            raise NotFound("There is no such workspace.")
        keys = await session.exec(_keys(tenant_id))
        return SecuritySettings.of(tenant.settings), keys.all()


async def change_security(
    database: Database, tenant_id: UUID, actor: Actor, wanted: SecuritySettings
) -> None:
    """Put other settings in the place of all these."""
    async with database.session(tenant_id) as session:
        tenant = await session.get(Tenant, tenant_id, with_for_update=True)
        if tenant is None:
            raise NotFound("There is no such workspace.")
        before, after = changed(SecuritySettings.of(tenant.settings).as_json(), wanted.as_json())
        if not after:
            return
        tenant.settings = {**tenant.settings, **wanted.as_json()}
        session.add(tenant)
        record(session, tenant_id, actor, "security.change", before=before, after=after)


async def create_identity_key(
    database: Database, sealer: Sealer, tenant_id: UUID, actor: Actor, secret: str, *, most: int
) -> IdentityKey:
    """Keep a new signing secret, sealed.

    Raises:
        Conflict: there are `most` already (code `identity_keys_full`).
    """
    key_id = uuid4()
    async with database.session(tenant_id) as session:
        await session.get(Tenant, tenant_id, with_for_update=True)  # two at once would be one too many
        held = (await session.exec(_keys(tenant_id))).all()
        if len(held) >= most:
            raise Conflict(
                f"There are {most} signing keys already. Delete the one that is used no more.",
                code="identity_keys_full",
            )
        key = IdentityKey(
            tenant_id=tenant_id,
            id=key_id,
            hint=secret[-HINT:],
            secret=sealer.seal(secret.encode(), place_of_key(tenant_id, key_id)),
        )
        session.add(key)
        record(session, tenant_id, actor, "identity_key.create", target=("identity_key", key_id))
        await session.flush()
        await session.refresh(key)
        return key


async def delete_identity_key(database: Database, tenant_id: UUID, actor: Actor, key_id: UUID) -> None:
    """Forget a signing key: what it has signed counts no more.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        key = await session.get(IdentityKey, (tenant_id, key_id))
        if key is None:
            raise NotFound("There is no such signing key.")
        await session.delete(key)
        record(session, tenant_id, actor, "identity_key.delete", target=("identity_key", key_id))


async def identity_secrets(database: Database, sealer: Sealer, tenant_id: UUID) -> list[str]:
    """The secrets that may have signed a visitor's token, the newest first."""
    async with database.session(tenant_id) as session:
        keys = (await session.exec(_keys(tenant_id))).all()
    return [sealer.open(key.secret, place_of_key(tenant_id, key.id)).decode() for key in keys]


def _keys(tenant_id: UUID) -> Any:
    return (
        select(IdentityKey)
        .where(IdentityKey.tenant_id == tenant_id)
        .order_by(col(IdentityKey.created_at).desc(), col(IdentityKey.id))
    )


def place_of_key(tenant_id: UUID, key_id: UUID) -> Place:
    """Where the secret of a signing key is sealed for."""
    return Place(tenant_id, PURPOSE, str(key_id))
