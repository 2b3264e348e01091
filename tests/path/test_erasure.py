"""A customer is erased: a word that was planted wherever he left something is found nowhere afterwards (I23)."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from omnisupport import temporal
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.session import Database
from tests.path.test_webhooks import Receiver
from tests.support.accounts import run
from tests.support.customers import audit_of, door, make, read, save
from tests.support.desk import desk
from tests.support.exports import ready
from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.roles import add_scoped
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import judge, plant_article

pytestmark = pytest.mark.long

PORT = free_port()
PATIENCE_S = 180
"""The engine deletes in its own time: up to a minute was seen on a busy machine."""
OPEN_TABLES = ("tenant_slug", "channel_route", "user", "user_tenant")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product that may call the receiver's address."""
    state: Path = tmp_path_factory.mktemp("erasure") / "state"
    env = {"OMNI_EGRESS_ALLOW": f"127.0.0.1:{PORT}", "OMNI_WIDGET_MESSAGES_PER_MINUTE": "100000"}
    with Product(state, env=env) as running:
        yield running


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(product.settings(), ECHO)


@asynccontextmanager
async def engine(product: Product) -> AsyncIterator[Client]:
    """The product's Temporal."""
    settings = product.settings()
    database = Database(settings.database_url or "", pool_size=1)
    keys = DatabaseKeyRing(database, parse_master_key(settings.master_key))
    yield await temporal.connect(
        settings.temporal_address or "", namespace=settings.temporal_namespace, keys=keys
    )
    await database.close()


async def erase(owner: Operator, customer_id: str, **body: Any) -> dict[str, Any]:
    """Ask for an erasure that must be taken."""
    answer = await owner.request("POST", "/privacy/erasures", json={"customer_id": customer_id, **body})
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def ended(owner: Operator, erasure_id: str, status: str = "done") -> dict[str, Any]:
    """An erasure once it is over."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await owner.patiently("GET", f"/privacy/erasures/{erasure_id}")
            found: dict[str, Any] = answer.json()
            if found["status"] not in ("waiting", "running"):
                assert found["status"] == status, found
                return found
            await asyncio.sleep(0.2)


async def tables(database: Database) -> list[str]:
    """Every table."""
    async with database.session(None) as session:
        rows = await session.exec(
            text(
                "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
            )
        )  # type: ignore[call-overload]
        return [row[0] for row in rows]


async def in_database(database: Database, tenant: TestTenant, word: str) -> dict[str, int]:
    """In which tables a word stands in any column, as the tenant sees them, and how often."""
    found = {}
    for table in await tables(database):
        async with database.session(tenant.id) as session:
            look = text(f'select count(*) from "{table}" t where t::text ilike :word')
            count = await session.scalar(look, {"word": f"%{word}%"})
            if count:
                found[table] = int(count)
    return found


async def in_redis(product: Product, *words: str) -> list[bytes]:
    """Keys of Redis that hold a word, in their name or their value."""
    redis = Redis.from_url(product.settings().redis_url or "")
    found = []
    async for key in redis.scan_iter():
        dumped = await redis.dump(key) or b""
        if any(word.encode() in key + dumped for word in words):
            found.append(key)
    await redis.aclose()
    return found


def in_files(product: Product, word: str) -> list[str]:
    """Names of stored files with a word in them."""
    folder = product.state_dir / "files"
    return [str(f) for f in folder.rglob("*") if f.is_file() and word.encode() in f.read_bytes()]


async def plant(owner: Operator, visitor: Visitor, word: str) -> tuple[str, str]:
    """Leave a word in every place that a customer leaves something; gives ids of him and his conversation."""
    await visitor.connect()
    await visitor.identify(name=f"Имя {word}", email=f"{word}@example.com")
    await visitor.ask(f"меня зовут {word}")
    upload = await visitor._http.post(
        "/api/v1/widget/files",
        params={"name": f"{word}.txt"},
        content=f"паспорт {word}".encode(),
        headers={**visitor.headers, "Idempotency-Key": str(uuid4())},
    )
    assert upload.status_code == 201, upload.text
    event = {"id": f"e-{word}", "name": "page.seen", "data": {"title": word}}
    told = await visitor._http.post("/api/v1/widget/events", json=event, headers=visitor.headers)
    assert told.status_code < 300, told.text
    conversation_id = visitor.conversation_id or ""
    await owner.act(conversation_id, "take-over")
    await owner.reply(conversation_id, f"здравствуйте, {word}")
    await owner.reply(conversation_id, f"между нами: {word}", note=True)
    customer_id = (await owner.conversation(conversation_id))["customer"]["id"]
    customer = await read(owner, customer_id)
    written = await save(
        owner,
        customer,
        external_id=f"crm-{word}",
        tags=[word],
        fields={"city": word},
        consents={"marketing": {"status": "granted", "source": f"звонок {word}"}},
    )
    assert written.status_code == 200, written.text
    await owner.patiently("POST", f"/customers/{customer_id}/notes", json={"text": f"любит {word}"})
    body = {"id": f"paid-{customer_id}", "name": "order.paid", "customer": customer_id, "data": {"who": word}}
    assert (await owner.patiently("POST", "/events", json=body)).status_code < 300
    return customer_id, conversation_id


async def with_attribute(owner: Operator) -> None:
    names = {"ru": "Город", "en": "City"}
    attribute = {"subject": "customer", "key": "city", "name": names, "kind": "text"}
    assert (await owner.request("POST", "/settings/attributes", json=attribute)).status_code == 201


async def test_nothing_of_an_erased_customer_is_found_anywhere(product: Product, tenant: TestTenant) -> None:
    word, other_word = f"k{uuid4().hex[:12]}", f"o{uuid4().hex[:12]}"
    settings, receiver = product.settings(), Receiver()
    neighbour = await make_tenant(settings, ECHO)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", PORT)
    async with (
        server,
        Operator(product.url, tenant) as owner,
        Operator(product.url, neighbour) as next_door,
        Visitor(product.url, tenant.slug) as visitor,
        Visitor(product.url, tenant.slug) as bystander,
        Visitor(product.url, neighbour.slug) as stranger,
        engine(product) as client,
        door(settings) as database,
    ):
        hook = {"name": "CRM", "url": f"http://127.0.0.1:{PORT}/", "events": ["message.created"]}
        assert (await owner.request("POST", "/settings/webhooks", json=hook)).status_code == 201
        for each in (owner, next_door):
            await with_attribute(each)
        customer_id, conversation_id = await plant(owner, visitor, word)
        kept, _ = await plant(owner, bystander, other_word)
        article = await plant_article(settings, tenant, f"Статья a{uuid4().hex[:8]}")
        for each in (visitor, bystander):
            assert (await judge(each, tenant, article, helpful=True)).status_code == 204
        await plant(next_door, stranger, word)
        merged = await owner.patiently(
            "POST", "/customers", json={"name": f"Двойник {word}", "tags": [f"{word}-2"]}
        )
        twin = merged.json()["customer"]["id"]
        await owner.patiently("POST", f"/customers/{twin}/notes", json={"text": f"тоже {word}"})
        merge = await owner.patiently("POST", f"/customers/{twin}/merge", json={"into": customer_id})
        assert merge.status_code == 200, merge.text
        await receiver.until(4)
        before = await in_database(database, tenant, word)
        assert before.keys() >= {
            "customer",
            "customer_note",
            "customer_term",
            "customer_merge",
            "conversation",
            "message",
            "turn",
            "event",
            "file",
            "webhook_delivery",
            "audit_detail",
        }
        assert in_files(product, word)
        beside = await in_database(database, tenant, other_word)
        next_to = await in_database(database, neighbour, word)

        erasure = await ended(owner, (await erase(owner, customer_id, reason="по письму от 3 мая"))["id"])

        assert await in_database(database, tenant, word) == {}
        assert await in_database(database, tenant, other_word) == beside
        judges = await run(settings, tenant.id, "select customer_id from article_feedback")
        assert [str(each.customer_id) for each in judges] == [kept]
        assert await in_database(database, neighbour, word) == next_to
        assert len(in_files(product, word)) == 1, "the neighbour's"
        assert await in_redis(product, word, conversation_id) == []
        assert not await is_known(client, f"{tenant.id}/conversation/{conversation_id}")
        exported = await owner.request("POST", "/audit/export", json={})
        assert word not in exported.text and erasure["id"] in exported.text
        exported = await owner.request("POST", "/customers/export", json={})
        assert word not in exported.text and other_word in exported.text
        assert (await owner.request("GET", f"/customers/{customer_id}")).status_code == 404
        assert (await owner.request("GET", f"/customers/{twin}")).status_code == 404
        assert (await owner.request("GET", f"/customers/{kept}")).status_code == 200
        assert (await owner.request("GET", f"/conversations/{conversation_id}")).status_code == 404
        counts = erasure["receipt"]["counts"]
        assert counts["customers"] == 2 and counts["conversations"] == 1 and counts["files"] == 1
        assert counts["notes"] == 2 and counts["merges"] == 1 and counts["events"] == 3
        assert counts["workflow_executions"] >= 1 and counts["audit_details"] >= 4
        assert counts["webhook_deliveries"] >= 2 and counts["kept_answers"] >= 3
        told = {
            "tenant_id": str(tenant.id),
            "erasure_id": erasure["id"],
            "customer_id": customer_id,
            "counts": counts,
            "finished_at": erasure["receipt"]["finished_at"],
        }
        written = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
        assert erasure["receipt"]["digest"] == f"sha256:{hashlib.sha256(written).hexdigest()}"
        assert [line.action for line in await audit_of(settings, tenant, erasure["id"])] == [
            "erasure.requested",
            "erasure.done",
        ]


async def test_files_that_were_sent_to_him_alone_go_with_him(product: Product, tenant: TestTenant) -> None:
    word = f"k{uuid4().hex[:12]}"
    async with (
        Operator(product.url, tenant) as owner,
        Visitor(product.url, tenant.slug) as visitor,
        Visitor(product.url, tenant.slug) as bystander,
    ):
        files = {}
        for name in ("invoice", "prices"):
            content = f"{name} {word}".encode()
            kept = await owner.request("POST", "/files", params={"name": f"{name}.txt"}, content=content)
            files[name] = kept.json()["file"]["id"]
        given = {visitor: list(files.values()), bystander: [files["prices"]]}
        for one, attached in given.items():
            await one.connect()
            await one.ask("пришлите, пожалуйста")
            await owner.act(one.conversation_id or "", "take-over")
            body = {"client_message_id": str(uuid4()), "attachments": attached}
            sent = await owner.request("POST", f"/conversations/{one.conversation_id}/messages", json=body)
            assert sent.status_code == 202, sent.text
        assert len(in_files(product, word)) == 2
        customer = (await owner.conversation(visitor.conversation_id or ""))["customer"]["id"]
        erasure = await ended(owner, (await erase(owner, customer))["id"])
        assert erasure["receipt"]["counts"]["files"] == 1
        assert len(in_files(product, word)) == 1
        assert (await owner.request("GET", f"/files/{files['invoice']}")).status_code == 404
        assert (await owner.request("GET", f"/files/{files['prices']}")).status_code == 200


async def is_known(client: Client, workflow_id: str) -> bool:
    """Whether the service still finds a workflow, by its id or in its lists."""
    try:
        await client.get_workflow_handle(workflow_id).describe()
    except RPCError as failed:
        if failed.status != RPCStatusCode.NOT_FOUND:
            raise
        return bool([run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")])
    return True


async def test_a_visitor_who_writes_again_is_a_new_customer(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        first = visitor.conversation_id or ""
        customer_id = (await owner.conversation(first))["customer"]["id"]
        await ended(owner, (await erase(owner, customer_id))["id"])
        assert (await visitor.post("два")).status_code == 401
        await visitor.disconnect()
        visitor.received.clear()
        await visitor.open()
        await visitor.connect()
        await visitor.ask("три")
        assert visitor.conversation_id != first
        again = (await owner.conversation(visitor.conversation_id or ""))["customer"]["id"]
        assert again != customer_id


async def test_open_consoles_drop_it_within_their_reach(product: Product, tenant: TestTenant) -> None:
    """Whoever never reached it does not hear of it."""
    settings = product.settings()
    elsewhere = await add_scoped(settings, tenant, "own")
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, elsewhere) as colleague,
        Visitor(product.url, tenant.slug) as visitor,
        desk(product.url, owner) as console,
        desk(product.url, colleague) as apart,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await owner.act(conversation_id, "take-over")
        customer_id = (await owner.conversation(conversation_id))["customer"]["id"]
        await ended(owner, (await erase(owner, customer_id))["id"])
        await console.await_frame("gone", lambda told: told["conversation_id"] == conversation_id, timeout=20)
        assert [told for told in await apart.settle() if told["type"] == "gone"] == []
        assert await visitor.until_closed() is not None


async def test_an_erasure_ends_though_its_worker_dies(product: Product, tenant: TestTenant) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        Visitor(product.url, tenant.slug) as visitor,
        engine(product) as client,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        customer_id = (await owner.conversation(conversation_id))["customer"]["id"]
        erasure = await erase(owner, customer_id)
        async with asyncio.timeout(PATIENCE_S):
            while (await owner.patiently("GET", f"/privacy/erasures/{erasure['id']}")).json()[
                "status"
            ] == "waiting":
                await asyncio.sleep(0.02)
        product.await_restart("worker", product.kill("worker"))
        done = await ended(owner, erasure["id"])
        assert done["receipt"]["counts"]["conversations"] == 1
        assert not await is_known(client, f"{tenant.id}/conversation/{conversation_id}")


async def test_a_deleted_customer_is_erased_too(product: Product, tenant: TestTenant) -> None:
    word = f"d{uuid4().hex[:12]}"
    async with (
        Operator(product.url, tenant) as owner,
        Visitor(product.url, tenant.slug) as visitor,
        engine(product) as client,
        door(product.settings()) as database,
    ):
        await with_attribute(owner)
        customer_id, conversation_id = await plant(owner, visitor, word)
        assert (await owner.request("DELETE", f"/customers/{customer_id}")).status_code == 409
        await owner.act(conversation_id, "resolve")
        assert (await owner.request("DELETE", f"/customers/{customer_id}")).status_code == 204
        assert (await owner.request("GET", f"/customers/{customer_id}")).status_code == 404
        items = (await owner.request("GET", "/privacy/erasures")).json()["items"]
        assert [each["customer_id"] for each in items] == [customer_id]
        done = await ended(owner, items[0]["id"])
        assert done["receipt"]["counts"]["messages"] >= 4
        assert await in_database(database, tenant, word) == {}
        assert in_files(product, word) == []
        assert not await is_known(client, f"{tenant.id}/conversation/{conversation_id}")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customer_id"),
        ({"customer_id": "x"}, "customer_id"),
        ({"reason": "x\0"}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"reason": " "}, "reason"),
        ({"name": "x"}, "name"),
        ({"reason": "просьба Анны, anna@example.com"}, "reason"),
        ({"reason": "КРАСНОВА просит"}, "reason"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_field(
    product: Product, tenant: TestTenant, body: dict[str, Any], field: str
) -> None:
    async with Operator(product.url, tenant) as owner:
        customer = await make(owner, name="Анна Краснова", email="anna@example.com")
        asked = {"customer_id": customer["id"], **body} if body else {}
        answer = await owner.request("POST", "/privacy/erasures", json=asked)
        assert answer.status_code == 422, answer.text
        assert field in answer.text
        assert (await owner.request("GET", "/privacy/erasures")).json()["items"] == []


async def test_an_absent_one_a_twin_and_a_stranger_are_refused(product: Product, tenant: TestTenant) -> None:
    settings = product.settings()
    other = await make_tenant(settings)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, other) as stranger,
        Operator(product.url, await add_person(settings, tenant, role="operator")) as operator,
    ):
        customer = (await make(owner, name="Анна"))["id"]
        theirs = (await make(stranger, name="Пётр"))["id"]
        answers = []
        for absent in (theirs, str(uuid4())):
            answer = await owner.request("POST", "/privacy/erasures", json={"customer_id": absent})
            assert answer.status_code == 404
            answers.append(answer.json())
        assert answers[0] == answers[1]
        refused = await operator.request("POST", "/privacy/erasures", json={"customer_id": customer})
        assert refused.status_code == 403
        product.omni("dev", "stop", "worker")
        try:
            made = await erase(owner, customer)
            assert made["status"] == "waiting" and made["receipt"] is None
            twice = await owner.request("POST", "/privacy/erasures", json={"customer_id": customer})
            assert (twice.status_code, twice.json()["code"]) == (409, "erasure_running")
        finally:
            product.omni("dev", "start", "worker")
        await ended(owner, made["id"])
        assert (await stranger.request("GET", f"/privacy/erasures/{made['id']}")).status_code == 404
        again = await owner.request("POST", "/privacy/erasures", json={"customer_id": customer})
        assert again.status_code == 404


async def test_erasures_are_listed_page_by_page(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        made = [(await erase(owner, (await make(owner, name=f"К{n}"))["id"]))["id"] for n in range(3)]
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await owner.request("GET", "/privacy/erasures", params={"limit": 2, **cursor})
            seen += [each["id"] for each in page.json()["items"]]
            if page.json()["next_cursor"] is None:
                break
            cursor = {"cursor": page.json()["next_cursor"]}
        assert seen == made[::-1]
        bad = await owner.request("GET", "/privacy/erasures", params={"cursor": "x"})
        assert bad.status_code == 422


async def test_bundles_that_he_may_be_in_go_with_him(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        customer = await make(owner, name="Анна")
        whole = await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})
        his = await owner.request("POST", f"/customers/{customer['id']}/export")
        links = []
        for export_id in (whole.json()["id"], his.json()["id"]):
            await ready(owner, export_id)
            links.append((await owner.request("POST", f"/privacy/exports/{export_id}/link")).json()["url"])
        await ended(owner, (await erase(owner, customer["id"]))["id"])
        left = await owner.request("GET", f"/privacy/exports/{whole.json()['id']}")
        assert left.json()["status"] == "expired"
        assert (await owner.request("GET", f"/privacy/exports/{his.json()['id']}")).status_code == 404
        async with httpx2.AsyncClient() as http:
            assert [(await http.get(link)).status_code for link in links] == [404, 404]
        folder = product.state_dir / "files"
        assert [f for f in folder.rglob("*") if f.is_file() and str(tenant.id) in str(f)] == []
