"""A new master key takes over, and nothing that was sealed before is lost."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from temporalio.api.common.v1 import Payload

from omnisupport.domain.actor import SYSTEM
from omnisupport.net.sealing import MasterKey, SealBroken, Sealer
from omnisupport.storage import rotation
from omnisupport.storage.access import security
from omnisupport.storage.keys import PLATFORM, DatabaseKeyRing, DataKeyMissing
from omnisupport.storage.queries import channels
from omnisupport.storage.queries.connections import PURPOSE, Connections
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel
from omnisupport.temporal import TenantCodec

TEXT = Payload(metadata={"encoding": b"json/plain"}, data='"секрет"'.encode())


async def make_tenant(database: Database, master: MasterKey) -> UUID:
    slug = f"t-{uuid4().hex[:12]}"
    owner = NewPerson(email=f"o@{slug}.example", name="О", password_hash="x", role="owner")
    return await Tenants(database, master).create(slug, "T", owner=owner)


@pytest.fixture
def keys() -> tuple[MasterKey, MasterKey, MasterKey]:
    """The old master key, both, and the new one alone."""
    old, new = MasterKey.generate(), MasterKey.generate()
    return MasterKey.parse(old), MasterKey.parse(f"{new},{old}"), MasterKey.parse(new)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The tenants of this test: other tests' have master keys of their own."""
    mine: list[UUID] = []
    work = rotation._rotate_keys

    async def of_mine(session: object, master: MasterKey, tenant_id: UUID) -> tuple[int, int]:
        return await work(session, master, tenant_id) if tenant_id in mine else (0, 0)  # type: ignore[arg-type]

    async def seal(session: object, master: MasterKey, tenant_id: UUID, where: rotation.Sealed) -> int:
        return await sealing(session, master, tenant_id, where) if tenant_id in mine else 0  # type: ignore[arg-type]

    sealing = rotation._seal_anew
    monkeypatch.setattr(rotation, "_rotate_keys", of_mine)
    monkeypatch.setattr(rotation, "_seal_anew", seal)
    monkeypatch.setattr(rotation, "SEEN_AT_ONCE", 2)
    return mine


async def test_old_and_new_payloads_open_after_a_rotation(
    database: Database, keys: tuple[MasterKey, MasterKey, MasterKey], only: list[UUID]
) -> None:
    old, both, new = keys
    for _ in range(3):
        only.append(await make_tenant(database, old))
    tenant_id = only[0]
    before = (await TenantCodec(DatabaseKeyRing(database, old), tenant_id).encode([TEXT]))[0]
    assert "key" not in before.metadata

    done = await rotation.rotate(database, both)
    assert (done.wrapped, done.made) == (3, 3)
    ring = DatabaseKeyRing(database, new)
    after = (await TenantCodec(ring, tenant_id).encode([TEXT]))[0]
    assert after.metadata["key"] == b"2"
    assert await TenantCodec(ring, tenant_id).decode([before, after]) == [TEXT, TEXT]
    assert (await ring.current_key(tenant_id))[1] != await ring.data_key(tenant_id, "1")
    again = await rotation.rotate(database, both)
    assert (again.wrapped, again.made, again.sealed) == (0, 0, 0)


async def test_a_process_that_runs_on_reads_what_a_newer_key_has_sealed(
    database: Database, keys: tuple[MasterKey, MasterKey, MasterKey], only: list[UUID]
) -> None:
    old, both, new = keys
    only.append(await make_tenant(database, old))
    running = DatabaseKeyRing(database, both)
    assert (await running.current_key(only[0]))[0] == "1"
    await rotation.rotate(database, both)
    sealed = (await TenantCodec(DatabaseKeyRing(database, new), only[0]).encode([TEXT]))[0]
    assert (await running.current_key(only[0]))[0] == "1", "remembered for a while"
    assert await TenantCodec(running, only[0]).decode([sealed]) == [TEXT]


async def test_secrets_at_rest_are_sealed_anew(
    database: Database, keys: tuple[MasterKey, MasterKey, MasterKey], only: list[UUID]
) -> None:
    old, both, new = keys
    only.append(tenant_id := await make_tenant(database, old))

    def connections(master: MasterKey) -> Connections:
        return Connections(database, Sealer(master.derive(PURPOSE)))

    def signing(master: MasterKey) -> Sealer:
        return Sealer(master.derive(security.PURPOSE))

    await connections(old).put(tenant_id, "crm", "https://crm.example", {"X-Key": "geheim"})
    await security.create_identity_key(database, signing(old), tenant_id, SYSTEM, "s" * 43, most=2)
    channel = Channel(tenant_id=tenant_id, id=uuid4(), type="telegram", name="Bot")
    channel.secret = Sealer(old.derive(channels.PURPOSE)).seal(b"token", channels.place_of_channel(channel))
    async with database.session(tenant_id) as session:
        session.add(channel.model_copy())
    assert (await rotation.rotate(database, both)).sealed == 3
    async with database.session(tenant_id) as session:
        rotated = await session.get(Channel, (tenant_id, channel.id))
    assert rotated is not None
    opened = Sealer(new.derive(channels.PURPOSE)).open(
        rotated.secret or b"", channels.place_of_channel(rotated)
    )
    assert opened == b"token"
    assert (await connections(new).connection(tenant_id, "crm")).headers == {"X-Key": "geheim"}
    assert await security.identity_secrets(database, signing(new), tenant_id) == ["s" * 43]
    with pytest.raises(SealBroken):
        await connections(old).connection(tenant_id, "crm")


async def test_a_master_key_that_is_missing_changes_nothing(
    database: Database, keys: tuple[MasterKey, MasterKey, MasterKey], only: list[UUID]
) -> None:
    old, _, new = keys
    only.append(tenant_id := await make_tenant(database, old))
    with pytest.raises(SealBroken):
        await rotation.rotate(database, new)
    assert (await DatabaseKeyRing(database, old).current_key(tenant_id))[0] == "1"
    with pytest.raises(DataKeyMissing):
        await DatabaseKeyRing(database, old).data_key(tenant_id, "2")


async def test_payloads_of_the_platform_open_with_both_keys_set(
    database: Database, keys: tuple[MasterKey, MasterKey, MasterKey]
) -> None:
    old, both, new = keys
    before = (await TenantCodec(DatabaseKeyRing(database, old), PLATFORM).encode([TEXT]))[0]
    ring = DatabaseKeyRing(database, both)
    after = (await TenantCodec(ring, PLATFORM).encode([TEXT]))[0]
    assert await TenantCodec(ring, PLATFORM).decode([before, after]) == [TEXT, TEXT]
    assert await TenantCodec(DatabaseKeyRing(database, new), PLATFORM).decode([after]) == [TEXT]
