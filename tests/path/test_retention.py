"""Terms and legal holds: what is over its term goes, and whoever is held stays whatever is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from tests.support.customers import audit_of, door, make, with_match
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

pytestmark = pytest.mark.long

FOR_EVER: dict[str, int | None] = dict.fromkeys(
    ("conversations", "customers", "events", "webhook_deliveries", "audit", "files")
)
PATIENCE_S = 60


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as found:
        yield found


async def set_terms(owner: Operator, **days: int) -> None:
    """Put terms in the place of those that are there."""
    tag = (await owner.request("GET", "/privacy/retention")).headers["etag"]
    answer = await with_match(owner, "PUT", "/privacy/retention", tag, json=FOR_EVER | days)
    assert answer.status_code == 200, answer.text


async def hold(owner: Operator, customer_id: str, **body: Any) -> dict[str, Any]:
    """Hold a customer."""
    asked = {"customer_id": customer_id, "reason": "спор 17", **body}
    answer = await owner.request("POST", "/privacy/holds", json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def as_owner(settings: Settings, sql: str) -> None:
    """A statement as the sweeper and the app may not do it, to make things old."""
    engine = create_async_engine(settings.database_owner_url or "")
    async with engine.begin() as connection:
        await connection.execute(text("alter table audit no force row level security"))
        await connection.execute(text(sql))
        await connection.execute(text("alter table audit force row level security"))
    await engine.dispose()


async def run(database: Database, tenant: TestTenant, sql: str, **values: Any) -> Any:
    """A statement as the app role: its rows, or None."""
    async with database.session(tenant.id) as session:
        done = await session.exec(text(sql), params=values)  # type: ignore[call-overload]
        return [tuple(row) for row in done.all()] if done.returns_rows else None


async def test_terms_are_read_and_written_over_what_was_read(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    first = await owner.request("GET", "/privacy/retention")
    assert first.json() == FOR_EVER | {"webhook_deliveries": 90}
    wanted = FOR_EVER | {"conversations": 30, "audit": 365}
    unnamed = await owner.request("PUT", "/privacy/retention", json=wanted)
    assert unnamed.status_code == 428
    tag = first.headers["etag"]
    written = await with_match(owner, "PUT", "/privacy/retention", tag, json=wanted)
    assert (written.status_code, written.json()) == (200, wanted)
    assert written.headers["etag"] != tag
    stale = await with_match(owner, "PUT", "/privacy/retention", tag, json=FOR_EVER)
    assert (stale.status_code, stale.json()["code"]) == (412, "retention_changed")
    assert (await owner.request("GET", "/privacy/retention")).json() == wanted
    async with door(settings) as database:
        (line,) = await run(
            database, tenant, "select before, after from audit where action = 'retention.change'"
        )
    assert line[0]["conversations"] is None and line[1]["conversations"] == 30


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("audit", 364),
        ("conversations", 0),
        ("events", 3651),
        ("files", -1),
        ("customers", "30"),
        ("customers", 1.5),
        ("events", True),
        ("messages", 30),
    ],
)
async def test_a_term_that_cannot_be_is_refused_with_its_field(owner: Operator, name: str, days: Any) -> None:
    answer = await with_match(owner, "PUT", "/privacy/retention", '"0"', json=FOR_EVER | {name: days})
    assert answer.status_code == 422 and name in answer.text
    lacking = {key: None for key in FOR_EVER if key != "files"}
    assert (await with_match(owner, "PUT", "/privacy/retention", '"0"', json=lacking)).status_code == 422


async def test_who_is_held_is_neither_erased_nor_deleted(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    source, target = (await make(owner, name="Анна"))["id"], (await make(owner, name="Ольга"))["id"]
    made = await hold(owner, source)
    merge = await owner.request("POST", f"/customers/{source}/merge", json={"into": target})
    assert merge.status_code == 200, merge.text
    for method, path, body in (
        ("POST", "/privacy/erasures", {"customer_id": target}),
        ("DELETE", f"/customers/{target}", None),
    ):
        answer = await owner.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "legal_hold"), path
    assert (await owner.request("GET", f"/customers/{target}")).status_code == 200
    listed = (await owner.request("GET", "/privacy/holds")).json()["items"]
    assert listed == [made] and made["reason"] == "спор 17" and made["until"] is None
    assert (await owner.request("DELETE", f"/privacy/holds/{made['id']}")).status_code == 204
    assert (await owner.request("DELETE", f"/privacy/holds/{made['id']}")).status_code == 404
    assert (await owner.request("DELETE", f"/customers/{target}")).status_code == 204
    told = await audit_of(settings, tenant, made["id"])
    assert [line.action for line in told] == ["legal_hold.create", "legal_hold.delete"]
    assert "спор" not in str(told[0].after)


async def test_a_hold_ends_by_itself(settings: Settings, tenant: TestTenant, owner: Operator) -> None:
    customer_id = (await make(owner, name="Анна"))["id"]
    until = datetime.now(UTC) + timedelta(hours=1)
    await hold(owner, customer_id, until=until.isoformat())
    body = {"customer_id": customer_id}
    assert (await owner.request("POST", "/privacy/erasures", json=body)).status_code == 409
    async with door(settings) as database:
        await run(database, tenant, "update legal_hold set until = now() - interval '1 second'")
    assert (await owner.request("GET", "/privacy/holds")).json()["items"] == []
    made = await owner.request("POST", "/privacy/erasures", json=body)
    assert made.status_code == 202
    await gone(owner, f"/customers/{customer_id}")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "2099-01-01T00:00:00"}, "until"),
        ({"until": "soon"}, "until"),
        ({"days": 3}, "days"),
    ],
)
async def test_a_hold_that_cannot_be_is_refused_with_its_field(
    owner: Operator, body: dict[str, Any], field: str
) -> None:
    customer_id = (await make(owner, name="Анна"))["id"]
    asked = {"customer_id": customer_id, "reason": "спор", **body}
    answer = await owner.request("POST", "/privacy/holds", json=asked)
    assert answer.status_code == 422 and field in answer.text
    assert (await owner.request("GET", "/privacy/holds")).json()["items"] == []


async def test_holds_are_of_ones_own_tenant_and_of_who_may(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    other = await make_tenant(settings)
    async with (
        Operator(product.url, other) as stranger,
        Operator(product.url, await add_person(settings, tenant, role="operator")) as operator,
    ):
        theirs = (await make(stranger, name="Пётр"))["id"]
        made = await hold(stranger, theirs)
        answers = [
            await owner.request("POST", "/privacy/holds", json={"customer_id": each, "reason": "x"})
            for each in (theirs, str(uuid4()))
        ]
        assert [each.status_code for each in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
        assert (await owner.request("DELETE", f"/privacy/holds/{made['id']}")).status_code == 404
        assert (await operator.request("GET", "/privacy/holds")).status_code == 403
        assert (await operator.request("GET", "/privacy/retention")).status_code == 403


async def test_what_is_over_its_term_goes_and_who_is_held_stays(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    await set_terms(owner, conversations=30, customers=30, events=30, webhook_deliveries=30, files=30)
    async with (
        Visitor(product.url, tenant.slug) as held,
        Visitor(product.url, tenant.slug) as old,
        Visitor(product.url, tenant.slug) as new,
        door(settings) as database,
    ):
        for visitor in (held, old, new):
            await visitor.connect()
            await visitor.ask("раз")
            await owner.act(visitor.conversation_id or "", "resolve")
            upload = await visitor._http.post(
                "/api/v1/widget/files", params={"name": "x.txt"}, content=b"x", headers=visitor.headers
            )
            assert upload.status_code == 201, upload.text
        ids = {}
        for name, visitor in (("held", held), ("old", old), ("new", new)):
            customer = (await owner.conversation(visitor.conversation_id or ""))["customer"]["id"]
            ids[name] = customer
            event = {"id": f"{name}-{uuid4()}", "name": "x", "customer": customer, "data": {}}
            assert (await owner.request("POST", "/events", json=event)).status_code < 300
        await plant_runs(database, tenant, list(ids.values()))
        alone = (await make(owner, name="Без бесед"))["id"]
        await hold(owner, ids["held"])
        aged = "now() - interval '31 days'"
        among = {"ids": [ids["held"], ids["old"], alone]}
        await run(
            database,
            tenant,
            f"update conversation set updated_at = {aged} where customer_id = any(:ids)",
            **among,
        )
        await run(
            database, tenant, f"update event set created_at = {aged} where customer_id = any(:ids)", **among
        )
        await run(
            database,
            tenant,
            f"update scenario_run set ended_at = {aged} where customer_id = any(:ids)",
            **among,
        )
        await run(
            database, tenant, f"update file set created_at = {aged} where uploader_id = any(:ids)", **among
        )
        await run(
            database,
            tenant,
            f"update identity set last_seen_at = {aged} where customer_id = any(:ids)",
            **among,
        )
        await age_customers(settings, tenant, [alone])
        swept = await asyncio.to_thread(product.omni, "privacy", "sweep")
        assert swept.returncode == 0 and "conversations 1" in swept.stdout, swept.stdout + swept.stderr
        assert "scenario_runs 1" in swept.stdout
        assert "files 1" in swept.stdout and "events 1" in swept.stdout and "customers 1" in swept.stdout
        for name, there in (("held", 1), ("old", 0), ("new", 1)):
            for table, column in (
                ("conversation", "customer_id"),
                ("event", "customer_id"),
                ("scenario_run", "conversation_id is null and customer_id"),
                ("file", "uploader_id"),
            ):
                query = f"select count(*) from {table} where {column} = :id"
                assert await run(database, tenant, query, id=ids[name]) == [(there,)], (name, table)
        await gone(owner, f"/customers/{alone}")
        assert (await owner.request("GET", f"/customers/{ids['old']}")).status_code == 200, "heard of lately"
        erasures = (await owner.request("GET", "/privacy/erasures")).json()["items"]
        assert [(each["customer_id"], each["reason"], each["requested_by"]) for each in erasures] == [
            (alone, "retention", None)
        ]


async def plant_runs(database: Database, tenant: TestTenant, customers: list[str]) -> None:
    """A run of each customer beside his conversations, just ended."""
    await run(
        database,
        tenant,
        "insert into scenario_run (tenant_id, id, scenario_id, version, ir_hash, engine, mode, status, customer_id, "
        "ended_at) select s.tenant_id, gen_random_uuid(), s.id, 1, '', 1, 'event', 'ended', c, now() "
        "from scenario s, unnest(cast(:ids as uuid[])) c",
        ids=customers,
    )


async def age_customers(settings: Settings, tenant: TestTenant, ids: list[str]) -> None:
    """Let nobody have heard of customers for a month: their trigger would say that it was now."""
    engine = create_async_engine(settings.database_owner_url or "")
    async with engine.begin() as connection:
        await connection.execute(text("alter table customer no force row level security"))
        await connection.execute(text("alter table customer disable trigger customer_is_revised"))
        await connection.execute(
            text("update customer set updated_at = now() - interval '31 days' where id = any(:ids)"),
            {"ids": ids},
        )
        await connection.execute(text("alter table customer enable trigger customer_is_revised"))
        await connection.execute(text("alter table customer force row level security"))
    await engine.dispose()


async def test_lines_of_the_audit_log_end_after_their_term_and_only_then(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    customer_id = (await make(owner, name="Анна"))["id"]
    old = f"update audit set at = now() - interval '400 days' where tenant_id = '{tenant.id}' and action = "
    await as_owner(settings, old + "'customer.create'")
    async with door(settings) as database:
        lines = "select count(*) from audit where action = 'customer.create'"
        details = "select count(*) from audit_detail"
        await sweep(product)
        assert await run(database, tenant, lines) == [(1,)], "nobody has set a term"
        await set_terms(owner, audit=365)
        held = await hold(owner, customer_id)
        await sweep(product)
        assert await run(database, tenant, lines) == [(1,)], "somebody is held"
        await owner.request("DELETE", f"/privacy/holds/{held['id']}")
        await sweep(product)
        assert await run(database, tenant, lines) == [(0,)]
        assert await run(database, tenant, details) == [(0,)]
        kept = "select count(*) from audit where action = 'legal_hold.create'"
        assert await run(database, tenant, kept) == [(1,)]


async def test_rows_that_serve_nobody_go(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    async with Visitor(product.url, tenant.slug), door(settings) as database:
        await run(database, tenant, "update identity set expires_at = now() - interval '31 days'")
        await run(
            database,
            tenant,
            "insert into session (tenant_id, id, user_id, kind, family, token_hash, expires_at) "
            "select tenant_id, gen_random_uuid(), user_id, 'cookie', gen_random_uuid(), '\\x00', "
            "now() - interval '31 days' from session limit 1",
        )
        await run(
            database,
            tenant,
            "insert into account_token (tenant_id, token_hash, user_id, purpose, expires_at) "
            "select tenant_id, '\\x00', user_id, 'verify_email', now() - interval '8 days' from session limit 1",
        )
        await run(
            database,
            tenant,
            "insert into idempotency (tenant_id, caller, key, request_hash, created_at) "
            "values (:t, '\\x00', 'old', '\\x00', now() - interval '3 days')",
            t=tenant.id,
        )
        await sweep(product)
        for query in (
            "select count(*) from session where expires_at < now() - interval '30 days'",
            "select count(*) from account_token where expires_at < now()",
            "select count(*) from idempotency where key = 'old'",
            "select count(*) from identity where token_hash is not null",
        ):
            assert await run(database, tenant, query) == [(0,)], query
    assert (await owner.request("GET", "/me")).status_code == 200, "living sessions stay"


async def sweep(product: Product) -> None:
    """End now what is over its term."""
    swept = await asyncio.to_thread(product.omni, "privacy", "sweep")
    assert swept.returncode == 0, swept.stdout + swept.stderr


async def gone(owner: Operator, path: str) -> None:
    """Wait until something is absent."""
    async with asyncio.timeout(PATIENCE_S):
        while (await owner.patiently("GET", path)).status_code != 404:
            await asyncio.sleep(0.2)
