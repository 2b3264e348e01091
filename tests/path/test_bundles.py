"""A tenant moves: exported here, imported by another deployment, where all is as it was and goes on."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import SQLModel, select, text

from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.devstack.bundles import check_scenario, import_tenant
from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.domain.actor import SYSTEM
from omnisupport.errors import OmniError
from omnisupport.net.sealing import MasterKey
from omnisupport.settings import Settings
from omnisupport.storage.access.platform import change_status
from omnisupport.storage.bundles.portable import LEFT_OUT, PEOPLE_TABLES, WHOLE, WITHOUT
from omnisupport.storage.bundles.reading import USER_COLUMNS
from omnisupport.storage.migrate import upgrade
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, Channel, Customer, File, Tenant, TenantSlug, User, UserTenant
from tests.path.test_exports import talked
from tests.support.exports import export_tenant
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, PASSWORD, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import judge

Entries = dict[str, bytes]


# --- what goes along --------------------------------------------------------------------------------------


def test_every_table_goes_along_or_is_named_with_a_reason() -> None:
    """A new table fails here until somebody has decided."""
    tables = {str(name) for name in SQLModel.metadata.tables}
    assert WHOLE | set(LEFT_OUT) | set(PEOPLE_TABLES) == tables
    assert not WHOLE & set(LEFT_OUT)
    for table, columns in WITHOUT.items():
        assert set(columns) <= set(SQLModel.metadata.tables[table].c.keys())


def test_no_secret_goes_along_by_its_type() -> None:
    """Hashes and sealed values are bytes: of all that goes along only the sum of a file is."""
    import sqlalchemy as sa

    found = {
        f"{name}.{column.name}"
        for name in WHOLE
        for column in SQLModel.metadata.tables[name].c
        if isinstance(column.type, sa.LargeBinary) and column.name not in WITHOUT.get(name, {})
    }
    assert found == {"file.sha256"}


def test_every_column_that_names_a_person_is_known() -> None:
    names = {
        "actor_id",
        "impersonator_id",
        "assignee_id",
        "created_by",
        "author_id",
        "uploader_id",
        "user_id",
    }
    found = {
        (name, str(column.name))
        for name in WHOLE
        for column in SQLModel.metadata.tables[name].c
        if column.name in names or column.name.endswith("_by")
    }
    assert found == {(table, column) for table, columns in USER_COLUMNS.items() for column in columns}


# --- there and back ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Another deployment."""
    with Product(tmp_path_factory.mktemp("elsewhere") / "state") as running:
        yield running


async def everything(owner: Operator) -> dict[str, Any]:
    """What the API shows of a workspace."""
    shown: dict[str, Any] = {}
    for path in (
        "/conversations",
        "/customers",
        "/team/members",
        "/team/departments",
        "/team/skills",
        "/team/roles",
        "/scenarios",
        "/settings/calendars",
        "/settings/tags",
        "/settings/attributes",
        "/settings/security",
        "/events",
        "/articles",
    ):
        answer = await owner.request("GET", path)
        assert answer.status_code in (200, 404), (path, answer.text)
        shown[path] = answer.json() if answer.status_code == 200 else None
    for conversation in shown["/conversations"]["items"]:
        shown[conversation["id"]] = await owner.messages(conversation["id"])
    for customer in shown["/customers"]["items"]:
        at = f"/customers/{customer['id']}"
        shown[at] = (await owner.request("GET", at)).json()
        shown[f"{at}/notes"] = (await owner.request("GET", f"{at}/notes")).json()
    for scenario in shown["/scenarios"]["items"]:
        at = f"/scenarios/{scenario['id']}"
        shown[at] = (await owner.request("GET", at)).json()
    shown["/settings/security"].pop("identity_keys")
    for member in shown["/team/members"]["items"]:
        member.pop("online", None)
        member.pop("last_seen_at", None)
    return shown


async def give_password(settings: Settings, tenant: TestTenant) -> None:
    """As the link of the mail does it."""
    from datetime import UTC, datetime

    from sqlmodel import col, update

    from omnisupport.auth.passwords import Passwords
    from tests.support.tenants import CHEAP

    database, passwords = Database(settings.database_url or "", pool_size=1), Passwords(CHEAP)
    async with database.session(tenant.id) as session:
        hashed = await passwords.hash(PASSWORD)
        await session.exec(
            update(User)
            .where(col(User.email) == tenant.email)
            .values(password_hash=hashed, email_verified_at=datetime.now(UTC))
        )
    passwords.close()
    await database.close()


async def furnish(owner: Operator) -> None:
    """Settings of every kind."""
    hours = {
        "key": "week",
        "name": {"ru": "Неделя", "en": "Week"},
        "timezone": "Europe/Moscow",
        "hours": {"mon": [["09:00", "18:00"]]},
    }
    for path, body in (
        ("/settings/connections", {"key": "crm", "name": "CRM", "base_url": "https://crm.example",
                                   "auth": {"kind": "bearer", "token": "s3cret-token"}}),
        ("/settings/calendars", hours),
        ("/settings/tags", {"key": "vip", "name": "VIP"}),
        ("/settings/attributes", {"subject": "customer", "key": "city", "kind": "text",
                                  "name": {"ru": "Город", "en": "City"}}),
        ("/settings/webhooks", {"name": "CRM", "url": "https://x.example", "events": ["note.created"]}),
        ("/team/skills", {"name": "English"}),
        ("/articles", {"title": "Чай", "slug": "tea", "locale": "ru", "markdown": "Кипятком.",
                       "published": True}),
        ("/articles", {"title": "Кофе", "slug": "coffee", "locale": "ru"}),
        ("/customers", {"name": "Пётр", "email": "petr@example.com", "fields": {"city": "Тверь"}}),
        ("/customers", {"name": "Петя", "email": "petr@example.com"}),
    ):  # fmt: skip
        answer = await owner.request("POST", path, json=body)
        assert answer.status_code == 201, (path, answer.text)
    customers = (await owner.request("GET", "/customers", params={"q": "petr"})).json()["items"]
    merge = await owner.request(
        "POST", f"/customers/{customers[0]['id']}/merge", json={"other_id": customers[1]["id"]}
    )
    assert merge.status_code == 200, merge.text


async def test_a_tenant_that_moved_is_all_there_and_goes_on(
    product: Product, elsewhere: Product, settings: Settings, tmp_path: Path
) -> None:
    tenant = await make_tenant(settings, ECHO)
    await add_person(settings, tenant, role="operator", name="Борис")
    async with Operator(product.url, tenant) as owner:
        await furnish(owner)
        conversation = await talked(product, tenant, owner)
        [tea] = (await owner.request("GET", "/articles", params={"status": "published"})).json()["items"]
        async with Visitor(product.url, tenant.slug) as visitor:
            await visitor.connect()
            assert (await judge(visitor, tenant, tea["id"], helpful=False)).status_code == 204
        bundle = tmp_path / "tenant.zip"
        said = await asyncio.to_thread(product.omni, "tenant", "export", tenant.slug, str(bundle))
        assert said.returncode == 0, said.stderr
        before = await everything(owner)
    said = await asyncio.to_thread(elsewhere.omni, "tenant", "import", str(bundle), "--slug", "moved-shop")
    assert said.returncode == 0, said.stderr
    assert "Enter again: connection 'crm' (bearer)." in said.stdout
    assert "Enter again: webhook 'CRM'" in said.stdout
    assert "New here, set a password by 'Forgot password': " in said.stdout
    there = elsewhere.settings()
    await give_password(there, tenant)
    async with Operator(elsewhere.url, tenant) as owner:
        after = await everything(owner)
        assert after == before
        assert {each["slug"]: each["unhelpful"] for each in after["/articles"]["items"]} == {
            "tea": 1,
            "coffee": 0,
        }
        webhooks = (await owner.request("GET", "/settings/webhooks")).json()["items"]
        assert [(each["active"], each["disabled_reason"]) for each in webhooks] == [(False, "imported")]
        await goes_on(elsewhere, there, tenant, conversation)
        again = await asyncio.to_thread(
            elsewhere.omni, "tenant", "import", str(bundle), "--slug", "other-shop"
        )
        assert (again.returncode, again.stderr) == (1, "This tenant is here already, as 'moved-shop'.\n")


async def goes_on(
    elsewhere: Product, there: Settings, tenant: TestTenant, conversation: dict[str, Any]
) -> None:
    """The next message is answered from where the scenario waits; a new visitor is answered too; files open."""
    token, digest = new_token(TokenKind.VISITOR, tenant.id)
    database = Database(there.database_url or "", pool_size=1)
    async with database.session(tenant.id) as session:
        await session.exec(  # type: ignore[call-overload]
            text(
                "update identity set token_hash = :digest, expires_at = now() + interval '1 hour' "
                "where customer_id = :id"
            ),
            params={"digest": digest, "id": UUID(conversation["customer"]["id"])},
        )
        files = (await session.exec(select(File))).all()
        assert [
            elsewhere.state_dir.joinpath("files", file.storage_key).read_bytes().decode() for file in files
        ] == ["раз"]
    await database.close()
    visitor = Visitor(elsewhere.url, "moved-shop")
    visitor.token = token
    async with visitor:
        await visitor.connect()
        assert (await visitor.ask("два"))[0]["text"] == "эхо: два"
        assert visitor.conversation_id == conversation["id"]
    async with Visitor(elsewhere.url, "moved-shop") as stranger:
        await stranger.connect()
        assert (await stranger.ask("новый"))[0]["text"] == "эхо: новый"


# --- what is refused --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A deployment of which nothing but the database runs."""
    state = tmp_path_factory.mktemp("target") / "state"
    with EmbeddedServers(state, parts=("postgres",)) as servers:
        asyncio.run(upgrade(servers.urls.database_owner or ""))
        master = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
        yield Settings(
            DATABASE_URL=servers.urls.database,
            OMNI_MASTER_KEY=master,
            OMNI_STATE_DIR=state,
            TEMPORAL_ADDRESS=None,
        )


@pytest.fixture(scope="module")
async def bundle(product: Product, settings: Settings) -> tuple[TestTenant, Entries]:
    """A bundle that is taken as it is."""
    tenant = await make_tenant(settings, ECHO)
    async with Operator(product.url, tenant) as owner:
        await talked(product, tenant, owner)
        content = await export_tenant(owner)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return tenant, {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
async def database(target: Settings) -> AsyncIterator[Database]:
    door = Database(target.database_url or "", pool_size=2)
    yield door
    await door.close()


def packed(entries: Entries, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def rows(entries: Entries, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in entries[f"tables/{table}.jsonl"].splitlines()]


def put(entries: Entries, table: str, lines: list[dict[str, Any]]) -> None:
    """Replace a table, with a manifest that fits."""
    import hashlib

    name = f"tables/{table}.jsonl"
    entries[name] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in lines).encode()
    manifest = json.loads(entries["manifest.json"])
    digest = hashlib.sha256(entries[name]).hexdigest()
    manifest["parts"][name] = {"rows": len(lines), "bytes": len(entries[name]), "sha256": digest}
    entries["manifest.json"] = json.dumps(manifest).encode()


def altered(table: str, **values: Any) -> Callable[[Entries], None]:
    """The first row of a table with other values."""

    def change(entries: Entries) -> None:
        lines = rows(entries, table)
        lines[0] |= values
        put(entries, table, lines)

    return change


def of_manifest(**values: Any) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | values).encode()

    return change


def added(name: str, content: bytes = b"x") -> Callable[[Entries], None]:
    return lambda entries: entries.update({name: content})


def broken(entries: Entries) -> None:
    entries["tables/message.jsonl"] = entries["tables/message.jsonl"].replace(
        "раз".encode(), "дваа".encode()[:6]
    )


def other_file(entries: Entries) -> None:
    name = next(name for name in entries if name.startswith("files/"))
    entries[name] = entries[name][::-1]


def new_table(entries: Entries) -> None:
    manifest = json.loads(entries["manifest.json"])
    manifest["tables"]["pg_authid"] = ["tenant_id"]
    entries["manifest.json"] = json.dumps(manifest).encode()
    put(entries, "pg_authid", [])


def new_column(entries: Entries) -> None:
    manifest = json.loads(entries["manifest.json"])
    manifest["tables"]["customer"].append("is_admin")
    entries["manifest.json"] = json.dumps(manifest).encode()
    put(entries, "customer", [row | {"is_admin": True} for row in rows(entries, "customer")])


def other_scenario(entries: Entries) -> None:
    lines = rows(entries, "scenario_version")
    lines[0]["ir"]["start"] = "done"
    put(entries, "scenario_version", lines)


def stranger_as_member(entries: Entries) -> None:
    lines = rows(entries, "scenario_version")
    tenant = lines[0]["tenant_id"]
    row = dict.fromkeys(json.loads(entries["manifest.json"])["tables"]["member"])
    row |= {"tenant_id": tenant, "user_id": str(uuid4()), "availability": "online", "capacity": {}}
    put(entries, "member", [row])


REFUSED: dict[str, tuple[Callable[[Entries], None], str]] = {
    "format": (of_manifest(format=2), "bundle_format_unknown"),
    "kind": (of_manifest(kind="customer"), "bundle_invalid"),
    "no manifest": (lambda entries: entries.pop("manifest.json") and None, "bundle_invalid"),
    "checksum": (broken, "bundle_checksum_wrong"),
    "file": (other_file, "bundle_checksum_wrong"),
    "zip slip": (added("../../etc/cron.d/x"), "bundle_invalid"),
    "absolute path": (added("/etc/passwd"), "bundle_invalid"),
    "path in a table": (added("tables/../x.jsonl"), "bundle_invalid"),
    "file of no row": (added(f"files/{uuid4()}"), "bundle_invalid"),
    "table": (new_table, "bundle_table_unknown"),
    "column": (new_column, "bundle_column_unknown"),
    "row of another tenant": (altered("customer", tenant_id=str(uuid4())), "bundle_row_foreign"),
    "missing column": (lambda entries: put(entries, "customer", [{"id": "x"}]), "bundle_invalid"),
    "scenario": (other_scenario, "bundle_invalid"),
    "value": (altered("customer", revision="many"), "bundle_invalid"),
    "NUL": (altered("customer", name="a\x00b"), "bundle_invalid"),
    "reference": (altered("customer", merged_into=str(uuid4())), "bundle_invalid"),
    "reference across": (altered("conversation", channel_id=str(uuid4())), "bundle_invalid"),
    "member": (stranger_as_member, "bundle_invalid"),
    "spelling of an id": (altered("message", author_id=str(UUID(int=0xABC)).upper()), "bundle_invalid"),
    "no owner": (altered("people", role="operator"), "bundle_invalid"),
    "path of a file": (altered("file", name="../x.txt"), "bundle_invalid"),
    "status": (altered("tenant", status="importing"), "bundle_invalid"),
    "bomb": (lambda entries: put(entries, "tag", [{"tenant_id": "x" * 50_000_000}]), "bundle_invalid"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_refused_leaves_nothing(
    target: Settings, bundle: tuple[TestTenant, Entries], database: Database, tmp_path: Path, what: str
) -> None:
    tenant, entries = bundle[0], dict(bundle[1])
    change, code = REFUSED[what]
    change(entries)
    with pytest.raises(OmniError) as refused:
        await import_tenant(target, packed(entries, tmp_path / "x.zip"), slug=None, tell=lambda _: None)
    assert refused.value.code == code, refused.value.detail
    assert await left_of(database, tenant) == {}
    assert not (target.files_dir / str(tenant.id)).exists() or not any(
        (target.files_dir / str(tenant.id)).iterdir()
    )


async def left_of(database: Database, tenant: TestTenant) -> dict[str, int]:
    """Rows of a tenant, by table."""
    found = {}
    async with database.session(tenant.id) as session:
        for table in SQLModel.metadata.tables.values():
            if "tenant_id" in table.c:
                sql = text(f'select count(*) from "{table.name}" where tenant_id = :t')
                found[str(table.name)] = (await session.exec(sql, params={"t": tenant.id})).one()[0]  # type: ignore[call-overload]
        people = await session.exec(select(User).where(User.email == tenant.email))
        found["user"] = len(people.all())
    return {name: count for name, count in found.items() if count}


async def test_a_file_that_is_no_bundle_is_refused(target: Settings, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04" + b"\0" * 100, b"hello"):
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        with pytest.raises(OmniError) as refused:
            await import_tenant(target, path, slug=None, tell=lambda _: None)
        assert refused.value.code == "bundle_invalid"


async def test_a_taken_slug_is_refused_and_another_is_taken_up(
    target: Settings, bundle: tuple[TestTenant, Entries], database: Database, tmp_path: Path
) -> None:
    tenant, entries = bundle
    taken = f"taken-{uuid4().hex[:8]}"
    owner = NewPerson(email=f"x@{taken}.example", name="x", password_hash="-", role="owner")
    await Tenants(database, MasterKey.parse(target.master_key or "")).create(taken, "x", owner=owner)
    path = packed(entries, tmp_path / "x.zip")
    with pytest.raises(OmniError) as refused:
        await import_tenant(target, path, slug=taken, tell=lambda _: None)
    assert (refused.value.code, await left_of(database, tenant)) == ("slug_taken", {})


async def test_people_are_matched_by_address_and_never_by_an_id(
    target: Settings, bundle: tuple[TestTenant, Entries], database: Database, tmp_path: Path
) -> None:
    """Whoever is here by the id that a bundle names is somebody else; an account that nobody proved opens nothing."""
    tenant, entries = bundle[0], dict(bundle[1])
    (person,) = rows(entries, "people")
    victim = f"victim-{uuid4().hex[:8]}"
    tenants = Tenants(database, MasterKey.parse(target.master_key or ""))
    stranger = NewPerson(email=f"{victim}@x.example", name="Жертва", password_hash="theirs", role="owner")
    await tenants.create(victim, "x", owner=stranger)
    squatter = NewPerson(email=tenant.email, name="x", password_hash="squatter", role="owner", verified=False)
    await tenants.create(f"squat-{uuid4().hex[:8]}", "x", owner=squatter)
    async with database.session(None) as session:
        mine = (await session.exec(select(User).where(User.email == stranger.email))).one()
    put(entries, "people", [person | {"id": str(mine.id)}])
    await import_tenant(target, packed(entries, tmp_path / "x.zip"), slug=None, tell=lambda _: None)
    async with database.session(tenant.id) as session:
        members = (
            await session.exec(select(UserTenant.user_id).where(UserTenant.tenant_id == tenant.id))
        ).all()
        (member,) = members
        owner = await session.get(User, member)
        assert owner is not None
        assert (owner.email, owner.password_hash) == (tenant.email, "!")
        assert member != mine.id
        (line,) = (await session.exec(select(Audit).where(Audit.action == "tenant.imported"))).all()
        assert line.target_id == str(tenant.id)
        found = await session.get(Tenant, tenant.id)
        assert found is not None and found.status == "active"
        slug = (await session.exec(select(TenantSlug).where(TenantSlug.tenant_id == tenant.id))).one()
        assert slug.slug == tenant.slug


def test_a_version_that_is_not_its_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="hash"):
        check_scenario("scenario_version", {"ir": {"hash": "x"}, "ir_hash": "x", "engine": 1})


async def test_an_import_that_fails_in_the_middle_leaves_nothing_and_can_be_repeated(
    target: Settings, bundle: tuple[TestTenant, Entries], database: Database, tmp_path: Path
) -> None:
    tenant, entries = renamed(bundle)
    path = packed(entries, tmp_path / "x.zip")
    no_folder = tmp_path / "state" / "files"
    no_folder.parent.mkdir()
    no_folder.write_text("no folder")
    unfit = target.model_copy(update={"state_dir": no_folder.parent})
    with pytest.raises(OmniError) as refused:
        await import_tenant(unfit, path, slug=None, tell=lambda _: None)
    assert (refused.value.code, await left_of(database, tenant)) == ("files_unavailable", {})
    await import_tenant(target, path, slug=None, tell=lambda _: None)
    assert (await left_of(database, tenant))["message"] == len(rows(entries, "message"))


async def test_what_a_killed_import_has_left_serves_nobody_and_makes_way_for_the_next(
    target: Settings, bundle: tuple[TestTenant, Entries], database: Database, tmp_path: Path
) -> None:
    tenant, entries = renamed(bundle)
    async with database.session(tenant.id) as session:
        session.add(TenantSlug(slug=tenant.slug, tenant_id=tenant.id))
        session.add(Tenant(tenant_id=tenant.id, slug=tenant.slug, name="x", status="importing"))
        await session.flush()
        session.add(Customer(tenant_id=tenant.id, id=uuid4(), name="half"))
        session.add(Channel(tenant_id=tenant.id, id=uuid4(), type="widget", name="x"))
    assert await Visitors(database).home(tenant.slug) is None
    with pytest.raises(OmniError) as refused:
        await change_status(database, SYSTEM, tenant.id, "active")
    assert refused.value.code == "tenant_importing"
    await import_tenant(target, packed(entries, tmp_path / "x.zip"), slug=None, tell=lambda _: None)
    left = await left_of(database, tenant)
    assert (left["customer"], left["channel"]) == (len(rows(entries, "customer")), 1)
    async with database.session(tenant.id) as session:
        assert (await session.exec(select(Tenant.status))).one() == "active"


def renamed(bundle: tuple[TestTenant, Entries]) -> tuple[TestTenant, Entries]:
    """The bundle as that of a tenant that no other test knows."""
    tenant, entries = bundle
    other = replace(
        tenant, id=uuid4(), slug=f"t-{uuid4().hex[:12]}", email=f"owner@{uuid4().hex[:8]}.example"
    )
    made: Entries = {"manifest.json": json.dumps(json.loads(entries["manifest.json"])).encode()}
    words = {str(tenant.id): str(other.id), tenant.email: other.email, tenant.slug: other.slug}
    for old, new in words.items():
        made["manifest.json"] = made["manifest.json"].replace(old.encode(), new.encode())
    for name, content in entries.items():
        if name.startswith("files/"):
            made[name] = content
        elif name.startswith("tables/"):
            for old, new in words.items():
                content = content.replace(old.encode(), new.encode())
            made[name] = content
            table = name.removeprefix("tables/").removesuffix(".jsonl")
            put(made, table, rows(made, table))
    return other, made
