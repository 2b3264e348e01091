"""The demo tenant: a tea shop with departments, scenarios and help articles; safe to repeat."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from omnisupport.auth.passwords import Passwords
from omnisupport.devstack.context import DemoContext, Login
from omnisupport.devstack.provision import create_tenant, import_knowledge
from omnisupport.net.sealing import Sealer
from omnisupport.scenario_dsl import check_document, compile_document, load_document
from omnisupport.settings import Settings
from omnisupport.storage.access.scenario_versions import publish_version
from omnisupport.storage.access.scenarios import create_scenario, find_scenario, write_draft
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.connections import PURPOSE as CONNECTION_SECRETS
from omnisupport.storage.queries.connections import Connections
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Channel, Department, Skill, TagRow, Tenant, User

SLUG = "demo"
TITLE = {"ru": "Чайная лавка", "en": "Tea Shop"}
OWNER = "owner@tea.example"
OPERATOR = "anna@tea.example"
WIDGET = {"title": TITLE, "theme": {"accent": "#1f7a4d"}}
"""What of the widget nobody has changed."""
EXAMPLES = Path(__file__).parents[2] / "examples"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
DEPARTMENTS = (
    (
        "support",
        {"ru": "Поддержка", "en": "Support"},
        {day: [["09:00", "21:00"]] for day in (*WORKDAYS, "sat", "sun")},
    ),
    ("sales", {"ru": "Отдел продаж", "en": "Sales"}, {day: [["10:00", "18:00"]] for day in WORKDAYS}),
)

SKILLS = {"b2b": "Опт", "orders": "Заказы"}
TAGS = {"wholesale": "Опт", "lead_abandoned": "Не закончил заявку"}
"""What the scenarios of `examples/scenarios` name."""


async def ensure_demo(context: DemoContext) -> Login:
    """Make or mend the demo tenant; returns its owner's login."""
    settings = context.settings
    assert settings.database_url
    database = Database(settings.database_url, pool_size=2)
    try:
        tenants = Tenants(database, parse_master_key(settings.master_key))
        if await tenants.find(SLUG) is None:
            await create_tenant(settings, SLUG, OWNER, name=TITLE["ru"], password=context.owner_password())
        tenant_id = await tenants.find(SLUG)
        assert tenant_id is not None
        await _dress(database, tenants, tenant_id, context)
        await _publish_scenarios(database, settings, tenant_id)
    finally:
        await database.close()
    report = await import_knowledge(settings, SLUG, EXAMPLES / "demo" / "knowledge", site=context.shop_url)
    if report.refused:
        raise RuntimeError(f"Articles of the demo cannot be imported: {report.refused}")
    return Login(email=OWNER, password=context.owner_password(), tenant=SLUG)


async def _dress(database: Database, tenants: Tenants, tenant_id: UUID, context: DemoContext) -> None:
    """Names, departments, the second operator, and the connection to the shop's order service."""
    async with database.session(tenant_id) as session:
        tenant = await session.get(Tenant, tenant_id)
        assert tenant is not None
        tenant.name = TITLE["ru"]
        session.add(tenant)
        widget = (await session.exec(select(Channel).where(Channel.type == "widget"))).one()
        widget.settings = {**WIDGET, **widget.settings}
        session.add(widget)
        owner = (await session.exec(select(User).where(User.email == OWNER))).one()
        owner.name = "Ольга"
        session.add(owner)
        for key, name, hours in DEPARTMENTS:
            found = (
                await session.exec(
                    select(Department).where(col(Department.tenant_id) == tenant_id, Department.key == key)
                )
            ).first()
            found = found or Department(
                tenant_id=tenant_id, id=uuid4(), key=key, name=name, timezone="Europe/Moscow", hours=hours
            )
            found.name, found.hours = name, hours
            session.add(found)
        for key, title in SKILLS.items():
            row = insert(Skill).values(tenant_id=tenant_id, id=uuid4(), key=key, name=title)
            await session.exec(row.on_conflict_do_nothing())
        for key, title in TAGS.items():
            tag = insert(TagRow).values(tenant_id=tenant_id, key=key, name=title)
            await session.exec(tag.on_conflict_do_nothing())
    passwords = Passwords()
    try:
        hashed = await passwords.hash(context.owner_password())
    finally:
        passwords.close()
    await tenants.add_person(tenant_id, NewPerson(OPERATOR, "Анна", hashed, "operator"))
    sealer = Sealer(parse_master_key(context.settings.master_key).derive(CONNECTION_SECRETS))
    await Connections(database, sealer).put(tenant_id, "shop", context.shop_url, {})


async def _publish_scenarios(database: Database, settings: Settings, tenant_id: UUID) -> None:
    """Publish the scenarios of `examples/scenarios`; a changed file becomes a new version."""
    for file in sorted((EXAMPLES / "scenarios").glob("*.yaml")):
        source = file.read_text("utf-8")
        loaded = load_document(source, file=file.name)
        findings = list(loaded.findings) if loaded.document is None else check_document(loaded.document)
        errors = [str(finding) for finding in findings if finding.severity == "error"]
        if loaded.document is None or errors:
            raise RuntimeError(f"{file.name} cannot be published: {errors}")
        ir = compile_document(loaded.document)
        found = await find_scenario(database, tenant_id, ir["id"])
        if found is None:
            found = await create_scenario(
                database, tenant_id, key=ir["id"], name=dict(ir["name"]), document=source
            )
        elif found.draft != source:
            found = await write_draft(
                database,
                tenant_id,
                found.id,
                revision=found.revision,
                key=found.key,
                name=dict(ir["name"]),
                document=source,
            )
        await publish_version(database, tenant_id, found.id, ir=ir, source=source, author_id=None)
