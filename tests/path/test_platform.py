"""Above the tenants: who sees them, who suspends them, and an admin who acts as a member, which the tenant sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from omnisupport.settings import Settings
from omnisupport.storage.access import platform
from omnisupport.storage.keys import PLATFORM
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Audit, Session, User
from tests.path.test_openapi import described
from tests.support.accounts import line as written
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import TestTenant, make_tenant

pytestmark = pytest.mark.long

REASON = "Ticket 4711: the inbox does not open"


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncIterator[Database]:
    assert settings.database_url
    opened = Database(settings.database_url, pool_size=2)
    yield opened
    await opened.close()


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """The tenant that is looked at."""
    return await make_tenant(settings)


async def person(product: Product, settings: Settings, role: str) -> TestTenant:
    """Somebody with a role on the platform, who got it by the command line."""
    found = await make_tenant(settings)
    said = product.omni("platform", "grant", found.email, "--role", role)
    assert said.returncode == 0, said.stderr
    return found


@pytest.fixture(scope="module")
async def admin(product: Product, settings: Settings) -> AsyncIterator[Operator]:
    """A platform admin, each answer of his held to the document."""
    async with Operator(product.url, await person(product, settings, "admin")) as signed_in:
        signed_in._http.event_hooks = {"response": [described().check]}
        yield signed_in


async def ask(who: Operator, method: str, path: str, **options: Any) -> Any:
    """A request below /admin/v1."""
    url = str(who._http.base_url).replace("/api/v1", "/admin/v1")
    headers = {"Authorization": f"Bearer {who._token}"}
    return await who._http.request(method, f"{url.rstrip('/')}{path}", headers=headers, **options)


async def lines(database: Database, tenant_id: UUID, action: str, target: str | None = None) -> list[Audit]:
    """Lines of an audit log."""
    async with database.session(tenant_id) as session:
        query = (
            select(Audit).where(Audit.tenant_id == tenant_id, Audit.action == action).order_by(col(Audit.id))
        )
        found = (await session.exec(query)).all()
    return [line for line in found if target is None or target in str(line.after)]


# --- the command line -------------------------------------------------------------------------------------


async def test_the_first_admin_comes_from_the_command_line(
    product: Product, settings: Settings, database: Database
) -> None:
    somebody = await person(product, settings, "manager")
    assert f"manager   {somebody.email}" in product.omni("platform", "list").stdout
    async with database.session(None) as session:
        user = (await session.exec(select(User).where(User.email == somebody.email))).one()
    granted = [
        line for line in await lines(database, PLATFORM, "platform.grant") if line.target_id == str(user.id)
    ]
    assert [(line.actor_kind, line.before, line.after) for line in granted] == [
        ("system", {"platform_role": None}, {"platform_role": "manager"})
    ]
    assert product.omni("platform", "grant", somebody.email, "--role", "user").returncode == 0
    assert somebody.email not in product.omni("platform", "list").stdout


def test_nobody_is_no_admin(product: Product) -> None:
    said = product.omni("platform", "grant", "nobody@example.com")
    assert (said.returncode, said.stderr) == (1, "Nobody has this e-mail address.\n")


# --- tenants ----------------------------------------------------------------------------------------------


async def test_an_admin_finds_every_tenant_page_by_page(admin: Operator, tenant: TestTenant) -> None:
    (found,) = (await ask(admin, "GET", "/tenants", params={"search": tenant.slug[2:]})).json()["items"]
    assert (found["id"], found["status"]) == (str(tenant.id), "active")
    slugs: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await ask(admin, "GET", "/tenants", params={"cursor": cursor, "limit": 2})).json()
        slugs += [item["slug"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert tenant.slug in slugs
    assert slugs == sorted(set(slugs))
    one = (await ask(admin, "GET", f"/tenants/{tenant.id}")).json()["tenant"]
    assert one == found


async def test_search_is_no_pattern(admin: Operator, tenant: TestTenant) -> None:
    assert (await ask(admin, "GET", "/tenants", params={"search": "%"})).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/tenants/{id}"),
        ("GET", "/tenants/{id}/members"),
        ("POST", "/tenants/{id}/suspend"),
        ("POST", "/tenants/{id}/activate"),
        ("PUT", "/tenants/{id}/people"),
        ("POST", "/tenants/{id}/impersonate"),
    ],
)
async def test_a_tenant_that_is_none_is_absent(admin: Operator, method: str, path: str) -> None:
    bodies = {
        "people": {"manager": None, "referrer": None},
        "impersonate": {"email": "a@b.example", "reason": REASON},
    }
    body = bodies.get(path.rsplit("/", 1)[1])
    answer = await ask(admin, method, path.format(id=uuid4()), json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")


@pytest.mark.parametrize("role", ["manager", "referral", "user"])
async def test_who_is_no_admin_manages_nothing(
    product: Product, settings: Settings, tenant: TestTenant, role: str
) -> None:
    async with Operator(product.url, await person(product, settings, role)) as who:
        body = {"email": tenant.email, "reason": REASON}
        for method, path in (("suspend", None), ("activate", None), ("impersonate", body)):
            answer = await ask(who, "POST", f"/tenants/{tenant.id}/{method}", json=path)
            assert answer.status_code == 403
        listed = await ask(who, "GET", "/tenants")
        assert listed.status_code == (200 if role == "manager" else 403)
        assert (await ask(who, "GET", f"/tenants/{tenant.id}")).status_code == (
            404 if role == "manager" else 403
        )


async def test_a_manager_sees_what_is_entrusted_and_a_partner_what_he_brought(
    product: Product, settings: Settings, admin: Operator, tenant: TestTenant, database: Database
) -> None:
    people = [await person(product, settings, role) for role in ("manager", "referral")]
    body = {"manager": people[0].email, "referrer": people[1].email}
    assert (await ask(admin, "PUT", f"/tenants/{tenant.id}/people", json=body)).status_code == 200
    assert len(await lines(database, tenant.id, "tenant.entrust")) == 1
    async with Operator(product.url, people[0]) as manager, Operator(product.url, people[1]) as partner:
        items = (await ask(manager, "GET", "/tenants")).json()["items"]
        assert [item["id"] for item in items] == [str(tenant.id)]
        assert (await ask(manager, "GET", f"/tenants/{tenant.id}")).status_code == 200
        assert (await ask(manager, "GET", "/referrals")).json()["items"] == []
        (brought,) = (await ask(partner, "GET", "/referrals")).json()["items"]
        assert brought.keys() == {"name", "created_at"}
    wrong = {"manager": "nobody@example.com", "referrer": None}
    refused = await ask(admin, "PUT", f"/tenants/{tenant.id}/people", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (404, "person_not_found")
    kept = (await ask(admin, "GET", f"/tenants/{tenant.id}")).json()["tenant"]
    assert kept["manager_id"] is not None


async def test_a_suspended_tenant_is_closed_until_it_is_activated(
    product: Product, admin: Operator, tenant: TestTenant, database: Database
) -> None:
    async with Operator(product.url, tenant) as owner:
        assert (await ask(admin, "POST", f"/tenants/{tenant.id}/suspend")).json()["tenant"][
            "status"
        ] == "suspended"
        again = await ask(admin, "POST", f"/tenants/{tenant.id}/suspend")
        assert (again.status_code, again.json()["code"]) == (409, "tenant_suspended")
        assert (await owner.request("GET", "/me")).status_code == 401
        body = {"email": tenant.email, "password": tenant.password, "grant": "token"}
        assert (await owner._http.post("/auth/login", json=body)).json()["code"] == "tenant_closed"
        assert (await ask(admin, "POST", f"/tenants/{tenant.id}/activate")).status_code == 200
        assert (await owner.request("GET", "/me")).status_code == 401, "who was signed out stays so"
        await owner.sign_in()
        assert (await owner.request("GET", "/me")).status_code == 200
    for log, target in ((tenant.id, None), (PLATFORM, str(tenant.id))):
        (line,) = await lines(database, log, "tenant.suspend", target)
        assert (line.actor_kind, line.before, line.after and line.after["status"]) == (
            "user",
            {"status": "active"},
            "suspended",
        )


# --- in the name of a member ------------------------------------------------------------------------------


async def test_an_admin_acts_as_a_member_and_the_tenant_sees_it(
    product: Product, admin: Operator, tenant: TestTenant, database: Database
) -> None:
    body = {"email": tenant.email, "reason": REASON, "minutes": 5, "grant": "token"}
    granted = await ask(admin, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
    assert granted.status_code == 200, granted.text
    acting = Operator(product.url, tenant)
    acting._http.event_hooks = {"response": [described().check]}
    acting._token = granted.json()["access_token"]
    me = (await acting.request("GET", "/me")).json()
    assert me["user"]["email"] == tenant.email
    assert me["impersonator"]["name"]
    left = datetime.fromisoformat(me["impersonator"]["until"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    assert (await admin.request("GET", "/me")).json()["impersonator"] is None
    # What he may not: the platform, and what he brought himself.
    assert (await ask(acting, "GET", "/tenants")).status_code == 403
    refused = await ask(acting, "GET", "/referrals")
    assert (refused.status_code, refused.json()["code"]) == (403, "impersonated")
    # A new token does not make it longer.
    await acting._http.post("/auth/refresh", json={"refresh_token": granted.json()["refresh_token"]})
    async with database.session(tenant.id) as session:
        rows = (await session.exec(select(Session).where(col(Session.impersonator_id).is_not(None)))).all()
    assert len(rows) == 2
    assert len({row.expires_at for row in rows}) == 1
    assert all(row.verified_at is None for row in rows)

    assert (await ask(acting, "DELETE", "/impersonation")).status_code == 204
    assert (await acting.request("GET", "/me")).status_code == 401
    assert (await admin.request("GET", "/me")).status_code == 200
    for log, target in ((tenant.id, None), (PLATFORM, str(tenant.id))):
        (begin,) = await lines(database, log, "impersonation.begin", target)
        (end,) = await lines(database, log, "impersonation.end", target)
        assert begin.after is not None
        assert begin.after["reason"] == REASON
        assert str(begin.actor_id) == str(end.impersonator_id)
        assert begin.target_id == end.target_id == me["user"]["id"]
    (refusal, *_) = await lines(database, tenant.id, "authorization.refused")
    assert refusal.impersonator_id is not None
    await acting.__aexit__()


async def test_in_the_name_of_another_admin_nobody_manages_the_platform(
    product: Product, settings: Settings, admin: Operator
) -> None:
    other = await person(product, settings, "admin")
    body = {"email": other.email, "reason": REASON, "minutes": 5, "grant": "token"}
    granted = await ask(admin, "POST", f"/tenants/{other.id}/impersonate", json=body)
    assert granted.status_code == 200, granted.text
    acting = Operator(product.url, other)
    acting._token = granted.json()["access_token"]
    for method, path in (("GET", "/tenants"), ("POST", f"/tenants/{other.id}/suspend")):
        assert (await ask(acting, method, path)).status_code == 403, path
    await acting.__aexit__()


async def test_a_browser_acts_as_a_member_by_cookie(
    admin: Operator, tenant: TestTenant, product: Product
) -> None:
    body = {"email": tenant.email, "reason": REASON, "minutes": 5}
    granted = await ask(admin, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
    cookie = granted.headers["set-cookie"]
    assert "Max-Age=300" in cookie
    assert "HttpOnly" in cookie
    admin._http.cookies.clear()
    async with httpx2.AsyncClient(base_url=product.url) as browser:
        token = {"Cookie": cookie.partition(";")[0]}
        assert (await browser.get("/api/v1/me", headers=token)).json()["tenant"]["id"] == str(tenant.id)
        own = {**token, "Origin": product.url}
        assert (await browser.delete("/admin/v1/impersonation", headers=own)).status_code == 204
        assert (await browser.get("/api/v1/me", headers=token)).status_code == 401


async def test_a_session_that_ran_out_is_over(
    admin: Operator, tenant: TestTenant, product: Product, database: Database
) -> None:
    body = {"email": tenant.email, "reason": REASON, "minutes": 1, "grant": "token"}
    granted = (await ask(admin, "POST", f"/tenants/{tenant.id}/impersonate", json=body)).json()
    async with database.session(tenant.id) as session:
        for row in (
            await session.exec(select(Session).where(col(Session.impersonator_id).is_not(None)))
        ).all():
            row.expires_at = row.created_at
            session.add(row)
    acting = Operator(product.url, tenant)
    acting._token = granted["access_token"]
    assert (await acting.request("GET", "/me")).status_code == 401
    await acting.__aexit__()


async def impersonate(admin: Operator, tenant: TestTenant, product: Product) -> Operator:
    """The admin, as a member of a tenant."""
    body = {"email": tenant.email, "reason": REASON, "minutes": 5, "grant": "token"}
    acting = Operator(product.url, tenant)
    granted = await ask(admin, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
    acting._token = granted.json()["access_token"]
    return acting


async def engine_of(settings: Settings) -> Client:
    assert settings.temporal_address
    return await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)


async def test_the_end_of_its_time_is_written_by_the_engine(
    admin: Operator, tenant: TestTenant, product: Product, settings: Settings, database: Database
) -> None:
    """Nobody asks anything any more: the line is there all the same, once, in both logs."""
    acting = await impersonate(admin, tenant, product)
    async with database.session(tenant.id) as session:
        query = select(Session).where(col(Session.impersonator_id).is_not(None))
        opened = (await session.exec(query)).one()
    engine = await engine_of(settings)
    waiting = engine.get_workflow_handle(f"{tenant.id}/impersonation/{opened.id}")
    about = (await waiting.describe()).raw_description.workflow_execution_info
    waits = about.execution_time.ToDatetime(UTC) - about.start_time.ToDatetime(UTC)
    assert abs(waits - timedelta(minutes=5)) < timedelta(seconds=5), "it begins when the time is over"
    await waiting.terminate("the test does not wait for five minutes")
    await engine.start_workflow(
        "ImpersonationWorkflow",
        id=waiting.id,
        task_queue="conversations",
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    line = await written(settings, tenant.id, "impersonation.end")
    assert len(await lines(database, tenant.id, "impersonation.end")) == 1
    assert (line.actor_kind, line.after) == ("system", {"reason": "expired"})
    assert (line.impersonator_id, line.target_id) == (opened.impersonator_id, str(opened.user_id))
    assert len(await lines(database, PLATFORM, "impersonation.end", str(tenant.id))) == 1
    assert (await acting.request("GET", "/me")).status_code == 401
    await acting.__aexit__()


async def test_without_the_engine_nobody_begins(
    admin: Operator, tenant: TestTenant, settings: Settings, database: Database
) -> None:
    """Its end could not be written, so there is no beginning either."""
    away = settings.model_copy(update={"temporal_address": "127.0.0.1:1"})
    async with second_api(away) as api, Operator(api.url, admin.tenant) as helper:
        helper._http.event_hooks = {"response": [described().check]}
        body = {"email": tenant.email, "reason": REASON, "grant": "token"}
        refused = await ask(helper, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
        assert (refused.status_code, refused.json()["code"]) == (503, "engine_unavailable")
    assert await lines(database, tenant.id, "impersonation.begin") == []
    async with database.session(tenant.id) as session:
        opened = select(Session).where(col(Session.impersonator_id).is_not(None))
        assert (await session.exec(opened)).all() == []


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/admin"), ("POST", "/auth/logout")])
async def test_an_end_is_written_once_whoever_ended_it(
    admin: Operator, tenant: TestTenant, product: Product, database: Database, method: str, path: str
) -> None:
    acting = await impersonate(admin, tenant, product)
    if path == "/admin":
        assert (await ask(acting, method, "/impersonation")).status_code == 204
    else:
        assert (await acting.request(method, path)).status_code == 204
    async with database.session(tenant.id) as session:
        query = select(Session).where(col(Session.impersonator_id).is_not(None))
        opened = (await session.exec(query)).one()
    await platform.expire_impersonation(database, tenant.id, opened.id)
    (line,) = await lines(database, tenant.id, "impersonation.end")
    assert (line.actor_kind, line.impersonator_id) == ("user", opened.impersonator_id)
    await acting.__aexit__()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"email": "nobody@example.com"}, 404),
        ({"minutes": 61}, 422),
        ({"minutes": 0}, 422),
        ({"reason": "    "}, 422),
        ({"reason": "x\0xxxxx"}, 422),
        ({"surprise": 1}, 422),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    admin: Operator, tenant: TestTenant, database: Database, wrong: dict[str, Any], status: int
) -> None:
    body = {"email": tenant.email, "reason": REASON, "minutes": 5} | wrong
    answer = await ask(admin, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
    assert answer.status_code == status
    assert await lines(database, tenant.id, "impersonation.begin") == []


async def test_an_admin_proves_himself_again(
    admin: Operator, tenant: TestTenant, product: Product, database: Database
) -> None:
    async with Operator(product.url, admin.tenant) as stale:
        async with database.session(admin.tenant.id) as session:
            for row in (
                await session.exec(select(Session).where(Session.tenant_id == admin.tenant.id))
            ).all():
                row.verified_at = None
                session.add(row)
        body = {"email": tenant.email, "reason": REASON}
        answer = await ask(stale, "POST", f"/tenants/{tenant.id}/impersonate", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


async def test_nobody_who_acts_in_his_own_name_stops(admin: Operator) -> None:
    answer = await ask(admin, "DELETE", "/impersonation")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_impersonating")
