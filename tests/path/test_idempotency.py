"""A POST with an Idempotency-Key: done once, answered the same again, and to its caller alone."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from omnisupport.api import idempotency as layer
from omnisupport.settings import Settings
from omnisupport.storage.keys import PLATFORM
from omnisupport.storage.queries import idempotency as queries
from omnisupport.storage.queries.idempotency import Asked, IdempotentAnswers, Standing
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Idempotency
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

OTHER = ECHO.replace("id: echo", "id: other").replace("Эхо", "Другое").replace("Echo", "Other")
AGAIN = "idempotency-replayed"


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The tenant's owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The product's database as the app sees it."""
    assert settings.database_url
    opened = Database(settings.database_url, pool_size=4)
    yield opened
    await opened.close()


def scenario(name: str) -> str:
    return OTHER.replace("id: other", f"id: {name}")


async def keys_of(database: Database, tenant_id: UUID) -> list[Idempotency]:
    async with database.session(tenant_id) as session:
        return list((await session.exec(select(Idempotency).where(Idempotency.tenant_id == tenant_id))).all())


async def test_a_repeat_gets_the_same_answer_and_does_nothing(owner: Operator) -> None:
    key, body = str(uuid4()), {"document": scenario("once")}
    first = await owner.request("POST", "/scenarios", json=body, key=key)
    again = await owner.request("POST", "/scenarios", json=body, key=key)
    assert first.status_code == 201, first.text
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert (AGAIN in first.headers, again.headers[AGAIN]) == (False, "true")
    without = await owner.request("POST", "/scenarios", json=body)
    assert without.status_code == 409, "without the key it is another request"


async def test_a_refusal_is_answered_again_too(owner: Operator) -> None:
    key, body = str(uuid4()), {"document": scenario("refused")}
    await owner.request("POST", "/scenarios", json=body)
    first = await owner.request("POST", "/scenarios", json=body, key=key)
    again = await owner.request("POST", "/scenarios", json=body, key=key)
    assert (first.status_code, again.status_code, again.content) == (409, 409, first.content)
    assert again.headers["content-type"] == "application/problem+json"
    assert AGAIN in again.headers


@pytest.mark.parametrize(
    ("path", "body"), [("/scenarios", {"document": scenario("c")}), ("/scenarios/validate", None)]
)
async def test_the_key_of_another_request_is_refused(
    owner: Operator, path: str, body: dict[str, str] | None
) -> None:
    key, used = str(uuid4()), {"document": scenario("used-" + uuid4().hex[:6])}
    assert (await owner.request("POST", "/scenarios", json=used, key=key)).status_code == 201
    answer = await owner.request("POST", path, json=body or used, key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "a b", "я", "x" * 256, "tab\t."])
async def test_a_key_that_is_none_is_refused(owner: Operator, key: str) -> None:
    headers = {"Authorization": f"Bearer {owner._token}", "Idempotency-Key": key.encode()}
    body = {"document": scenario("none")}
    answer = await owner._http.post("/scenarios", json=body, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_two_keys_are_none_and_the_longest_is_one(owner: Operator) -> None:
    body, auth = {"document": scenario("longest")}, ("Authorization", f"Bearer {owner._token}")
    twice = [auth, ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    refused = await owner._http.post("/scenarios", json=body, headers=twice)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_invalid")
    assert (await owner.request("POST", "/scenarios", json=body, key="~" * 255)).status_code == 201


async def test_nobody_gets_the_answer_of_another(
    product: Product, settings: Settings, owner: Operator, tenant: TestTenant
) -> None:
    key, body = str(uuid4()), {"document": scenario("mine")}
    assert (await owner.request("POST", "/scenarios", json=body, key=key)).status_code == 201
    colleague = await add_person(settings, tenant, role="admin")
    stranger = await make_tenant(settings, ECHO)
    async with Operator(product.url, colleague) as second, Operator(product.url, stranger) as third:
        same_tenant = await second.request("POST", "/scenarios", json=body, key=key)
        other_tenant = await third.request("POST", "/scenarios", json=body, key=key)
    assert (same_tenant.status_code, AGAIN in same_tenant.headers) == (409, False)
    assert (other_tenant.status_code, AGAIN in other_tenant.headers) == (201, False)


async def test_who_is_let_in_no_more_gets_no_answer_of_before(
    product: Product, tenant: TestTenant, owner: Operator
) -> None:
    async with Operator(product.url, tenant) as leaving:
        key, body = str(uuid4()), {"document": scenario("leaving")}
        assert (await leaving.request("POST", "/scenarios", json=body, key=key)).status_code == 201
        assert (await leaving.request("POST", "/auth/logout", key=str(uuid4()))).status_code == 204
        answer = await leaving.request("POST", "/scenarios", json=body, key=key)
        assert (answer.status_code, AGAIN in answer.headers) == (401, False)


async def test_a_credential_that_is_none_writes_nothing(
    owner: Operator, database: Database, tenant: TestTenant
) -> None:
    before = len(await keys_of(database, tenant.id))
    forged = "v_" + urlsafe_b64encode(tenant.id.bytes + bytes(32)).decode()
    headers = {"Authorization": f"Bearer {forged}", "Idempotency-Key": str(uuid4())}
    for path in ("/scenarios", "/widget/messages", "/no-such-thing"):
        body = {"client_message_id": "1", "text": "раз"}
        answer = await owner._http.post(path, json=body, headers=headers)
        assert answer.status_code in (401, 405), path
    assert len(await keys_of(database, tenant.id)) == before


async def test_an_answer_is_sealed_and_a_cookie_is_given_once(
    product: Product, owner: Operator, database: Database, tenant: TestTenant
) -> None:
    key = str(uuid4())
    login = {"email": tenant.email, "password": tenant.password}
    headers = {"Idempotency-Key": key}
    with_token = {**login, "grant": "token"}
    first = await owner._http.post("/auth/login", json=with_token, headers=headers)
    again = await owner._http.post("/auth/login", json=with_token, headers=headers)
    assert again.json() == first.json()
    kept = [row for row in await keys_of(database, PLATFORM) if row.key == key]
    assert kept[0].answer is not None
    assert first.json()["refresh_token"].encode() not in kept[0].answer
    assert kept[0].caller.hex() not in first.text

    key = str(uuid4())
    cookies = [
        await owner._http.post("/auth/login", json=login, headers={"Idempotency-Key": key}) for _ in "ab"
    ]
    assert cookies[0].headers["set-cookie"] != cookies[1].headers["set-cookie"]
    assert not [row for row in await keys_of(database, PLATFORM) if row.key == key]


async def test_a_message_of_a_visitor_is_answered_again(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, tenant.slug) as other:
        body, key = {"client_message_id": "1", "text": "раз"}, str(uuid4())
        answers = []
        for who in (visitor, visitor, other):
            headers = {**who.headers, "Idempotency-Key": key}
            answers.append(await who._http.post("/api/v1/widget/messages", json=body, headers=headers))
        assert [each.status_code for each in answers] == [202, 202, 202]
        assert answers[1].content == answers[0].content
        assert answers[2].json()["message"]["id"] != answers[0].json()["message"]["id"]


async def test_an_operation_and_its_key_agree(product: Product, tenant: TestTenant, owner: Operator) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        path, key = f"/conversations/{visitor.conversation_id}", "k" * 255
        first = await owner.request("POST", f"{path}/take-over", json={}, key=key)
        assert first.status_code == 200, first.text
        await owner.act(visitor.conversation_id or "", "hand-back")
        again = await owner.request("POST", f"{path}/take-over", json={}, key=key)
        assert again.content == first.content, "the answer is that of the first time"
        now = (await owner.conversation(visitor.conversation_id or ""))["controller"]
        assert now != "operator", "and nothing was done"


async def test_of_two_at_once_one_is_told_to_wait(
    settings: Settings, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with second_api(settings) as api, Operator(api.url, tenant) as operator:
        held, work = asyncio.Event(), layer.Idempotency._answer

        async def slow(*arguments: object) -> None:
            await held.wait()
            await work(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(layer.Idempotency, "_answer", slow)
        key, body = str(uuid4()), {"document": scenario("at-once")}
        first = asyncio.create_task(operator.request("POST", "/scenarios", json=body, key=key))
        await asyncio.sleep(0.3)
        second = await operator.request("POST", "/scenarios", json=body, key=key)
        assert (second.status_code, second.json()["code"]) == (409, "request_in_progress")
        assert int(second.headers["retry-after"]) >= 1
        held.set()
        assert (await first).status_code == 201
        assert (await operator.request("POST", "/scenarios", json=body, key=key)).status_code == 201


async def test_a_failure_of_ours_is_not_kept(
    settings: Settings, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with second_api(settings) as api, Operator(api.url, tenant) as operator:
        key, body = str(uuid4()), {"document": scenario("mended")}
        from omnisupport.storage.access import scenarios

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("planted")

        with monkeypatch.context() as planted:
            planted.setattr(scenarios, "create_scenario", broken)
            failed = await operator.request("POST", "/scenarios", json=body, key=key)
            assert failed.status_code == 500
        mended = await operator.request("POST", "/scenarios", json=body, key=key)
        assert (mended.status_code, AGAIN in mended.headers) == (201, False)


async def test_a_key_is_forgotten_after_a_day_and_one_of_the_dead_is_taken_over(
    database: Database, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = IdempotentAnswers(database)
    asked = Asked(tenant.id, b"c" * 32, str(uuid4()), b"h" * 32)
    other = Asked(tenant.id, asked.caller, asked.key, b"o" * 32)

    async def age(by: timedelta) -> None:
        async with database.session(tenant.id) as session:
            row = await session.get(Idempotency, (tenant.id, asked.caller, asked.key))
            assert row is not None
            row.created_at = datetime.now(UTC) - by
            session.add(row)

    assert (await answers.claim(asked))[0] is Standing.CLAIMED
    assert (await answers.claim(asked))[0] is Standing.UNDER_WAY
    await age(queries.LEASE * 2)
    assert (await answers.claim(other))[0] is Standing.REUSED
    await answers.renew(asked)
    assert (await answers.claim(asked))[0] is Standing.UNDER_WAY
    await age(queries.LEASE * 2)
    assert (await answers.claim(asked))[0] is Standing.CLAIMED
    await answers.keep(asked, 200, b"sealed")
    await age(queries.KEPT - timedelta(minutes=1))
    assert await answers.claim(asked) == (Standing.ANSWERED, b"sealed")
    await age(queries.KEPT + timedelta(minutes=1))
    assert (await answers.claim(other))[0] is Standing.CLAIMED

    monkeypatch.setattr(queries, "SWEEP_ONE_IN", 1)
    await age(queries.KEPT + timedelta(minutes=1))
    await answers.claim(Asked(tenant.id, b"d" * 32, "x", b"h" * 32))
    assert asked.key not in {row.key for row in await keys_of(database, tenant.id)}
