"""Tenants for tests, made through the product's own code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlmodel import select, update

from omnisupport.auth.passwords import Cost, Passwords
from omnisupport.domain.calendar import WEEKDAYS
from omnisupport.scenario_dsl import check_document, compile_document, load_document
from omnisupport.settings import Settings
from omnisupport.storage.access import scenario_versions as access
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Department, Scenario, ScenarioVersion

PASSWORD = "correct horse battery staple"
CHEAP = Cost(memory=8, time=1)
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
"""No test waits for the morning."""

ECHO = """
omni: scenario/v1
id: echo
kind: dialog
name: {ru: Эхо, en: Echo}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: any, type: message, match: any}
on_error: {next: done}
start: listen
nodes:
  listen:
    type: ask
    text: {ru: "эхо: {{ event.text }}", en: "echo: {{ event.text }}"}
    input: {kind: text}
    timeout: 24h
    next: listen
    exits: {timeout: done, invalid: listen}
  done: {type: end, outcome: quiet}
"""


@dataclass(frozen=True)
class TestTenant:
    """A tenant with the login of its owner, or of another person of it."""

    __test__ = False
    id: UUID
    slug: str
    email: str
    password: str


async def make_tenant(settings: Settings, *scenarios: str, locale: str = "ru") -> TestTenant:
    """A tenant of its own, with scenarios published and a department that is always open."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    slug = f"t-{uuid4().hex[:12]}"
    email = f"owner@{slug}.example"
    passwords = Passwords(CHEAP)
    try:
        owner = NewPerson(
            email=email, name="Ольга", password_hash=await passwords.hash(PASSWORD), role="owner"
        )
        tenants = Tenants(database, parse_master_key(settings.master_key))
        tenant_id = await tenants.create(slug, "Test", owner=owner)
        async with database.session(tenant_id) as session:
            await session.exec(update(Department).values(hours=ALWAYS))
        for source in scenarios:
            await publish(database, tenant_id, source)
    finally:
        passwords.close()
        await database.close()
    return TestTenant(tenant_id, slug, email, PASSWORD)


async def publish_again(database: Database, tenant_id: UUID, source: str) -> None:
    """Publish another version of a scenario that the tenant has, as the api does."""
    loaded = load_document(source)
    assert loaded.document is not None, loaded.findings
    ir = compile_document(loaded.document)
    async with database.session(tenant_id) as session:
        found = (await session.exec(select(Scenario).where(Scenario.key == ir["id"]))).one()
        scenario_id = found.id
    await access.publish_version(database, tenant_id, scenario_id, ir=ir, source=source, author_id=None)


async def add_person(settings: Settings, tenant: TestTenant, *, role: str, name: str = "Анна") -> TestTenant:
    """The tenant as another person of it signs in."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    email = f"{role}-{uuid4().hex[:8]}@{tenant.slug}.example"
    passwords = Passwords(CHEAP)
    try:
        person = NewPerson(email=email, name=name, password_hash=await passwords.hash(PASSWORD), role=role)
        await Tenants(database, parse_master_key(settings.master_key)).add_person(tenant.id, person)
    finally:
        passwords.close()
        await database.close()
    return replace(tenant, email=email, password=PASSWORD)


async def publish(database: Database, tenant_id: UUID, source: str) -> None:
    """Publish a scenario that has no findings of severity error."""
    loaded = load_document(source)
    assert loaded.document is not None, loaded.findings
    findings = [f for f in check_document(loaded.document) if f.severity == "error"]
    assert not findings, [str(f) for f in findings]
    ir = compile_document(loaded.document)
    async with database.session(tenant_id) as session:
        scenario = Scenario(tenant_id=tenant_id, id=uuid4(), key=ir["id"], draft=source, live_version=1)
        session.add(scenario)
        await session.flush()
        session.add(
            ScenarioVersion(
                tenant_id=tenant_id,
                scenario_id=scenario.id,
                version=1,
                ir=ir,
                ir_hash=ir["hash"],
                engine=ir["engine"],
                source=source,
            )
        )
