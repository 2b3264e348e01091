"""Exports: who gets which, what is in them, what never is, and what a kill in the middle leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlmodel import select, update

from omnisupport.settings import Settings
from omnisupport.storage.access.files import Upload, Uploader, create_file
from omnisupport.storage.files import FileStore
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Bundle, Session
from tests.support.exports import download, entries, export_tenant, ready
from tests.support.mailbox import Mailbox
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

pytestmark = pytest.mark.long

CANARY = "канарейка-соседа"
FILES = 300


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    door = Database(settings.database_url or "", pool_size=2)
    yield door
    await door.close()


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    async with Operator(product.url, tenant) as operator:
        yield operator


async def talked(
    product: Product, tenant: TestTenant, operator: Operator, text: str = "раз"
) -> dict[str, Any]:
    """A customer who has written, sent a file and been written of; his conversation as the inbox shows it."""
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask(text)
        await visitor.identify(name="Анна", email="anna@example.com")
        sent = await visitor._http.post(
            "/api/v1/widget/files", params={"name": "чек.txt"}, content=text.encode(), headers=visitor.headers
        )
        assert sent.status_code == 201, sent.text
        conversation = await operator.conversation(visitor.conversation_id or "")
    await operator.reply(conversation["id"], "между нами", note=True)
    path = f"/customers/{conversation['customer']['id']}/notes"
    assert (await operator.request("POST", path, json={"text": "любит улун"})).status_code == 201
    return conversation


async def lines(owner: Operator, action: str) -> list[dict[str, Any]]:
    answer = await owner.request("GET", "/audit", params={"action": action})
    return list(answer.json()["items"])


# --- a customer -------------------------------------------------------------------------------------------


async def test_a_customers_bundle_has_all_that_is_known_of_him_and_nothing_of_others(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    conversation = await talked(product, tenant, owner)
    await talked(product, tenant, owner, CANARY)
    customer_id = conversation["customer"]["id"]
    asked = await owner.request("POST", f"/customers/{customer_id}/export")
    assert asked.status_code == 202, asked.text
    told = await ready(owner, asked.json()["id"])
    assert (told["kind"], told["customer_id"], told["progress"], told["files"]) == (
        "customer",
        customer_id,
        1,
        1,
    )
    kept = datetime.fromisoformat(told["expires_at"]) - datetime.fromisoformat(told["ready_at"])
    assert kept == timedelta(days=7)
    content = await download(owner, told["id"])
    assert len(content) == told["size"]
    found = entries(content)
    names = {name.split("/")[0] for name in found}
    assert names == {"README.txt", "customer.json", "conversations", "files"}
    known = json.loads(found["customer.json"])
    assert (known["customer"]["id"], known["customer"]["email"]) == (customer_id, "anna@example.com")
    assert [note["text"] for note in known["notes"]] == ["любит улун"]
    assert known["identities"][0]["channel_type"] == "widget"
    assert "token_hash" not in known["identities"][0]
    one = json.loads(found[f"conversations/{conversation['id']}.json"])
    assert {"раз", "эхо: раз", "между нами"} <= {message["text"] for message in one["messages"]}
    read = found[f"conversations/{conversation['id']}.txt"].decode()
    assert "Клиент: раз" in read and "Бот: эхо: раз" in read and "(заметка): между нами" in read
    (file,) = (content for name, content in found.items() if name.startswith("files/"))
    assert file.decode() == "раз"
    assert CANARY.encode() not in b"".join(found.values())
    assert (
        "Данные клиента" in found["README.txt"].decode() and "customer's data" in found["README.txt"].decode()
    )
    for action in ("export.requested", "export.opened"):
        (line,) = await lines(owner, action)
        assert (line["target"]["id"], line["after"]["customer_id"]) == (told["id"], customer_id)


async def test_who_may_take_customers_out_sees_his_own_exports_only(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    conversation = await talked(product, tenant, owner)
    path = f"/customers/{conversation['customer']['id']}/export"
    theirs = (await owner.request("POST", path)).json()["id"]
    await ready(owner, theirs)
    async with Operator(product.url, await add_person(settings, tenant, role="supervisor")) as supervisor:
        own = (await supervisor.request("POST", path)).json()["id"]
        await ready(supervisor, own)
        assert (await download(supervisor, own))[:2] == b"PK"
        listed = (await supervisor.request("GET", "/privacy/exports")).json()
        assert [item["id"] for item in listed["items"]] == [own]
        for method, at in (("GET", ""), ("POST", "/link"), ("DELETE", "")):
            answer = await supervisor.request(method, f"/privacy/exports/{theirs}{at}")
            absent = await supervisor.request(method, f"/privacy/exports/{uuid4()}{at}")
            assert (answer.status_code, answer.json()) == (404, absent.json())
        refused = await supervisor.request("POST", "/privacy/exports", json={"kind": "tenant"})
        assert refused.status_code == 403
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        assert (await operator.request("POST", path)).status_code == 403
        assert (await operator.request("GET", "/privacy/exports")).json()["items"] == []
        assert (await operator.request("GET", f"/privacy/exports/{own}")).status_code == 404
    page = (await owner.request("GET", "/privacy/exports", params={"limit": 1})).json()
    assert [item["id"] for item in page["items"]] == [own]
    following = {"limit": 1, "cursor": page["next_cursor"]}
    again = (await owner.request("GET", "/privacy/exports", params=following)).json()
    assert [item["id"] for item in again["items"]] == [theirs]
    assert (await owner.request("GET", "/privacy/exports", params={"cursor": "x"})).status_code == 422


async def test_inputs_of_the_wrong_shape_change_nothing(owner: Operator) -> None:
    for body in (
        {},
        {"kind": "everything"},
        {"kind": "customer"},
        {"kind": "tenant", "customer_id": str(uuid4())},
        {"kind": "customer", "customer_id": "x\x00"},
        {"kind": "tenant", "tenant_id": str(uuid4())},
    ):
        assert (await owner.request("POST", "/privacy/exports", json=body)).status_code == 422, body
    absent = await owner.request(
        "POST", "/privacy/exports", json={"kind": "customer", "customer_id": str(uuid4())}
    )
    assert absent.status_code == 404
    assert (await owner.request("GET", "/privacy/exports")).json()["items"] == []
    assert await lines(owner, "export.requested") == []


async def test_a_workspace_asks_for_the_password_again(
    owner: Operator, tenant: TestTenant, database: Database
) -> None:
    planted = Bundle(
        tenant_id=tenant.id, id=uuid4(), kind="tenant", status="ready", storage_key="x", requested_by=uuid4(),
        requested_name="x",
    )  # fmt: skip
    async with database.session(tenant.id) as session:
        session.add(planted)
        await session.exec(update(Session).values(verified_at=datetime.now(UTC) - timedelta(hours=1)))
    for path, body in (
        ("/privacy/exports", {"kind": "tenant"}),
        (f"/privacy/exports/{planted.id}/link", None),
    ):
        refused = await owner.request("POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_required")


async def test_one_of_a_thing_at_a_time_and_what_is_under_way_can_be_ended(
    owner: Operator, tenant: TestTenant, database: Database
) -> None:
    planted = Bundle(
        tenant_id=tenant.id,
        id=uuid4(),
        kind="tenant",
        storage_key="x",
        requested_by=uuid4(),
        requested_name="x",
    )
    async with database.session(tenant.id) as session:
        session.add(planted)
    refused = await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})
    assert (refused.status_code, refused.json()["code"]) == (409, "export_running")
    unready = await owner.request("POST", f"/privacy/exports/{planted.id}/link")
    assert (unready.status_code, unready.json()["code"]) == (409, "export_not_ready")
    assert (await owner.request("DELETE", f"/privacy/exports/{planted.id}")).status_code == 204
    (line,) = await lines(owner, "export.deleted")
    assert (line["target"]["id"], line["before"]) == (str(planted.id), {"kind": "tenant"})
    assert (await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})).status_code == 202


async def test_a_deleted_export_is_gone_with_its_links_and_bytes(
    product: Product, tenant: TestTenant, owner: Operator, database: Database
) -> None:
    asked = await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})
    export_id = asked.json()["id"]
    await ready(owner, export_id)
    link = (await owner.request("POST", f"/privacy/exports/{export_id}/link")).json()["url"]
    async with database.session(tenant.id) as session:
        key = (await session.exec(select(Bundle.storage_key).where(Bundle.id == UUID(export_id)))).one()
    assert (product.state_dir / "files" / key).exists()
    async with httpx2.AsyncClient() as http:
        good = await http.get(link)
        assert (good.status_code, good.headers["cache-control"]) == (200, "no-store")
        assert good.headers["content-disposition"].startswith("attachment;")
        assert (await http.get(link[:-2] + "AA")).status_code == 404
        as_a_file = link.replace("export-content", "file-content")
        assert (await http.get(as_a_file)).status_code == 404, "the keys of the two serve nothing else"
        await owner.request("DELETE", f"/privacy/exports/{export_id}")
        assert (await http.get(link)).status_code == 404
    assert not (product.state_dir / "files" / key).exists()


async def test_who_asked_gets_a_mail(owner: Operator, tenant: TestTenant, post: Mailbox) -> None:
    await export_tenant(owner)
    text = await asyncio.to_thread(post.await_mail, tenant.email, "Выгрузка данных готова")
    assert "Файл хранится 168 ч." in text


# --- a tenant ---------------------------------------------------------------------------------------------


async def test_a_tenants_bundle_has_its_rows_and_no_secret_and_nothing_of_another(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator, database: Database
) -> None:
    other = await make_tenant(settings, ECHO.replace("эхо:", CANARY))
    async with Operator(product.url, other) as neighbour:
        await talked(product, other, neighbour, CANARY)
    await talked(product, tenant, owner)
    service = {"key": "crm", "name": "CRM", "base_url": "https://crm.example"}
    secret = {"auth": {"kind": "bearer", "token": "s3cret-token"}}
    made = await owner.request("POST", "/settings/connections", json=service | secret)
    assert made.status_code == 201, made.text
    told = {"name": "x", "url": "https://x.example", "events": ["note.created"]}
    webhook = (await owner.request("POST", "/settings/webhooks", json=told)).json()
    identity_key = (await owner.request("POST", "/settings/security/identity-keys")).json()
    api_key = (await owner.request("POST", "/auth/keys", json={"name": "x", "scopes": ["team.read"]})).json()
    found = entries(await export_tenant(owner))
    manifest = json.loads(found["manifest.json"])
    assert (manifest["format"], manifest["tenant"]["slug"]) == (1, tenant.slug)
    whole = b"".join(found.values())
    assert CANARY.encode() not in whole and str(other.id).encode() not in whole
    hidden = await secrets_of(database, tenant.id)
    assert len(hidden) >= 6
    hidden |= {
        "s3cret-token",
        webhook["secret"],
        *strings(identity_key, "secret"),
        *strings(api_key, "token"),
    }
    for each in hidden:
        assert each.encode() not in whole, each
    assert "connection.secret" in manifest["left_out"] and "session" in manifest["left_out"]
    rows = [json.loads(line) for line in found["tables/message.jsonl"].splitlines()]
    assert {"раз", "эхо: раз"} <= {row["text"] for row in rows}
    assert manifest["parts"]["tables/message.jsonl"]["rows"] == len(rows)
    people = [json.loads(line) for line in found["tables/people.jsonl"].splitlines()]
    assert people == [
        {"id": people[0]["id"], "email": tenant.email, "name": "Ольга", "locale": "ru", "role": "owner"}
    ]


def strings(answer: Any, name: str) -> set[str]:
    """Every text of that name in an answer."""
    if isinstance(answer, dict):
        own = {value for key, value in answer.items() if key == name and isinstance(value, str)}
        return own.union(*(strings(value, name) for value in answer.values()))
    return set()


async def secrets_of(database: Database, tenant_id: UUID) -> set[str]:
    """Every hash, sealed secret and wrapped key of a tenant, as hex: what to_jsonb would have told."""
    from sqlalchemy import text

    columns = {
        "session": "token_hash",
        "identity": "token_hash",
        "tenant_key": "wrapped",
        "connection": "secret",
        "webhook": "secrets",
        "identity_key": "secret",
        "api_key": "token_hash",
    }
    found: set[str] = set()
    async with database.session(tenant_id) as session:
        for table, column in columns.items():
            rows = await session.exec(
                text(f"select encode({column}, 'hex') from {table} where {column} is not null")
            )  # type: ignore[call-overload]
            found |= {str(row[0]) for row in rows}
        hashes = await session.exec(text('select password_hash from "user"'))  # type: ignore[call-overload]
        found |= {str(row[0]) for row in hashes}
    return {each for each in found if len(each) > 8}


@pytest.mark.kill
async def test_a_worker_that_is_killed_in_mid_export_is_replaced(tmp_path: Path) -> None:
    with Product(tmp_path / "state") as product:
        settings = product.settings()
        tenant = await make_tenant(settings, ECHO)
        async with Operator(product.url, tenant) as owner:
            await talked(product, tenant, owner)
            await plant_files(settings, product.state_dir / "files", tenant)
            asked = (await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})).json()
            await until_progress(owner, asked["id"], 0.5)
            pid = product.kill("worker")
            product.await_restart("worker", pid)
            told = await ready(owner, asked["id"], patience=90)
            found = entries(await download(owner, asked["id"]))
    assert told["files"] == FILES + 1
    assert len([name for name in found if name.startswith("files/")]) == FILES + 1


async def plant_files(settings: Settings, folder: Path, tenant: TestTenant) -> None:
    """Files of an operator, as if uploaded: so many that the middle of them can be met."""
    database = Database(settings.database_url or "", pool_size=1)
    store, by = FileStore(None, folder), Uploader("user", uuid4())
    for number in range(FILES):
        upload = Upload(f"{number}.txt", "text/plain", str(number).encode() * 1000)
        await create_file(database, store, tenant.id, by, upload)
    await database.close()


async def until_progress(owner: Operator, export_id: str, least: float) -> None:
    async with asyncio.timeout(30):
        while True:
            found = (await owner.request("GET", f"/privacy/exports/{export_id}")).json()
            assert found["status"] in ("waiting", "running"), found
            if found["progress"] >= least:
                return
            await asyncio.sleep(0.01)
