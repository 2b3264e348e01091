"""Who gets through which route: every route of the app, as each role, and foreign ids on every one of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute

from omnisupport.api import pages
from omnisupport.api.app import create_app
from omnisupport.api.deps import public, ticket_for
from omnisupport.api.guards import Door, Guard, check_routes, guard_of, routes_of
from omnisupport.domain.permissions import Permission, Role, permissions_of
from omnisupport.errors import OmniError
from omnisupport.settings import Settings
from tests.support.customers import make as make_customer
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import make, plant_invitation
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import plant_article

Call = tuple[str, str, Guard]
TEST_FILE = {"name": "x.yaml", "document": "omni: scenario-test/v1\n"}
KEYWORD = {"type": "keyword", "any": ["привет"]}


def calls() -> list[Call]:
    """(method, path, guard) of every route of the api, from the app itself."""
    found: list[Call] = []
    for route in routes_of(create_app(Settings())):
        guard = guard_of(route)
        assert guard is not None
        if hasattr(route, "dependant") and guard.door != Door.TICKET:
            found += [(method, str(route.path), guard) for method in sorted(route.methods or ())]
    return sorted(found, key=lambda call: call[1].endswith("/logout"))  # last: it ends the session


CALLS = calls()
WITH_ID = [(method, path) for method, path, guard in CALLS if "_id}" in path and guard.platform is None]


# --- a route without a guard ------------------------------------------------------------------------------


async def _nothing() -> None: ...


async def _socket(socket: WebSocket) -> None: ...


async def _page(_request: Request) -> Response:
    return Response()


def planted(app: FastAPI) -> dict[str, Callable[[], object]]:
    return {
        "route": lambda: app.get("/planted")(_nothing),
        "socket": lambda: app.websocket("/planted")(_socket),
        "page": lambda: app.router.routes.append(Route("/planted", _page)),
        "plain socket": lambda: app.router.routes.append(WebSocketRoute("/planted", _socket)),
        "mount": lambda: app.router.routes.append(Mount("/planted", app=FastAPI())),
    }


@pytest.mark.parametrize("kind", ["route", "socket", "page", "plain socket", "mount"])
def test_a_planted_route_without_a_guard_does_not_start(kind: str) -> None:
    app = create_app(Settings())
    planted(app)[kind]()
    with pytest.raises(OmniError) as refused:
        check_routes(app)
    assert refused.value.code == "route_without_permission"
    assert "/planted" in refused.value.detail


def test_a_planted_route_in_a_router_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi import APIRouter

    from omnisupport.api import app as module

    router = APIRouter(prefix="/planted")
    router.get("/inner")(_nothing)
    monkeypatch.setattr(module, "ROUTERS", (*module.ROUTERS, router))
    with pytest.raises(OmniError, match="/planted/inner"):
        create_app(Settings())


def test_a_marked_one_starts() -> None:
    app = create_app(Settings())
    app.get("/planted", dependencies=[Depends(public)])(_nothing)

    @app.websocket("/planted/socket")
    async def socket(by: Annotated[Any, Depends(ticket_for("widget"))]) -> None: ...

    app.router.routes.append(Route("/planted/page", pages.public(_page)))
    check_routes(app)


PLANNED: set[Permission] = set()
"""Whose routes are not there yet."""


def test_every_permission_is_asked_for_by_a_route() -> None:
    assert {guard.permission for _, _, guard in CALLS} - {None} == set(Permission) - PLANNED


# --- roles ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


Ask = Callable[[str, str], Awaitable[Any]]


@pytest.fixture(scope="module")
async def askers(product: Product, settings: Settings, tenant: TestTenant) -> AsyncIterator[dict[str, Ask]]:
    """A request as each role; bodies are empty, for a guard answers before the body is looked at."""
    people = {
        "owner": Operator(product.url, tenant),
        **{
            role: Operator(product.url, await add_person(settings, tenant, role=role))
            for role in ("admin", "supervisor", "operator", "builder", "analyst")
        },
        "stranger": Operator(product.url, await add_person(settings, tenant, role="no-such-role")),
    }
    for person in people.values():
        await person.sign_in()
    async with (
        Visitor(product.url, tenant.slug) as visitor,
        httpx2.AsyncClient(base_url=product.url, timeout=20) as http,
    ):

        def asks(headers: dict[str, str]) -> Ask:
            async def ask(method: str, path: str) -> Any:
                body = {} if method in ("POST", "PUT") else None
                filled = re.sub(r"\{.*?\}", str(uuid4()), path)
                return await http.request(method, filled, json=body, headers=headers)

            return ask

        yield {
            **{role: asks({"Authorization": f"Bearer {person._token}"}) for role, person in people.items()},
            "visitor": asks(visitor.headers),
            "anonymous": asks({}),
        }
    for person in people.values():
        await person.__aexit__()


def expected(role: str, guard: Guard) -> int | None:
    """401, 403, or None: the guard lets it through."""
    is_person = role not in ("visitor", "anonymous")
    if guard.door == Door.PUBLIC or (guard.door == Door.VISITOR and role == "visitor"):
        return None
    if guard.door != Door.PERSON or not is_person:
        return 401
    if guard.platform is not None:
        return 403
    return None if guard.permission is None or guard.permission in permissions_of(role) else 403


@pytest.mark.parametrize("role", [*Role, "stranger", "visitor", "anonymous"])
async def test_each_role_gets_through_its_routes_and_no_other(askers: dict[str, Ask], role: str) -> None:
    wrong = []
    for method, path, guard in CALLS:
        answer = await askers[role](method, path)
        refused = answer.status_code if answer.status_code in (401, 403) else None
        if path.endswith(("/auth/refresh", "/hooks/{slug}/{key}")):
            continue  # its token is in its body, or the request is signed
        if refused != expected(role, guard) or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code, answer.text))
    assert not wrong


# --- ids of another tenant --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def ids(product: Product, settings: Settings) -> dict[str, str]:
    """Real ids of another tenant."""
    other = await make_tenant(settings, ECHO)
    async with Visitor(product.url, other.slug) as visitor, Operator(product.url, other) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        summary = await operator.conversation(visitor.conversation_id or "")
        departments = (await operator.request("GET", "/team/departments")).json()["items"]
        me = (await operator.request("GET", "/me")).json()
        scenarios = (await operator.request("GET", "/scenarios")).json()["items"]
        service = {"key": "x", "name": "x", "base_url": "https://x.example", "auth": {"kind": "none"}}
        connection = await operator.request("POST", "/settings/connections", json=service)
        account = {"token": "12345678:" + "A" * 35}
        bot = await operator.request("POST", "/channels/telegram", json={"name": "x", "account": account})
        path = f"/conversations/{summary['id']}/messages"
        message = (await operator.request("GET", path)).json()["messages"][0]
        hours = {"key": "x", "name": {"en": "x"}, "timezone": "Europe/Moscow", "hours": {}}
        calendar = await operator.request("POST", "/settings/calendars", json=hours)
        file = await operator.request("POST", "/files", params={"name": "x.txt"}, content=b"x")
        told = {"name": "x", "url": "https://x.example", "events": ["note.created"]}
        webhook = (await operator.request("POST", "/settings/webhooks", json=told)).json()["webhook"]
        test = await operator.request("POST", f"/settings/webhooks/{webhook['id']}/test")
        sessions = (await operator.request("GET", "/auth/sessions")).json()["items"]
        key = {"name": "script", "scopes": ["team.read"]}
        made = (await operator.request("POST", "/auth/keys", json=key)).json()
        customer_id = summary["customer"]["id"]
        note = await operator.request("POST", f"/customers/{customer_id}/notes", json={"text": "x"})
        account = {"account_sid": "AC0123", "auth_token": "0123456789abcdef", "number": "+15005550006"}
        sms = await operator.request("POST", "/channels/sms", json={"name": "x", "account": account})
        phone = {"channel_id": sms.json()["channel"]["id"], "address": "+79161234567"}
        addresses = await operator.request("POST", f"/customers/{customer_id}/identities", json=phone)
        names = {"ru": "Город", "en": "City"}
        attribute = {"subject": "customer", "key": "city", "name": names, "kind": "text"}
        attribute_made = await operator.request("POST", "/settings/attributes", json=attribute)
        held = (await make_customer(operator, name="x"))["id"]
        hold = await operator.request("POST", "/privacy/holds", json={"customer_id": held, "reason": "x"})
        erased = {"customer_id": (await make_customer(operator, name="y"))["id"]}
        erasure = await operator.request("POST", "/privacy/erasures", json=erased)
        export = await operator.request("POST", f"/customers/{customer_id}/export")
        scenario_id = scenarios[0]["id"]
        test_made = await operator.request("POST", f"/scenarios/{scenario_id}/tests", json=TEST_FILE)
        walks = {"walks": {"walks": 10, "seed": 1}}
        tried = await operator.request("POST", f"/scenarios/{scenario_id}/test", json=walks)
        parts = {
            "/triggers": {"scenario_id": scenario_id, "id": "hello", "spec": KEYWORD},
            "/variables": {"scenario_id": scenario_id, "name": "city", "spec": {"type": "string"}},
        }
        for path, part in parts.items():
            read = await operator.request("GET", f"/scenarios/{scenario_id}/draft")
            headers = {"Authorization": f"Bearer {operator._token}", "If-Match": read.headers["ETag"]}
            made_part = await operator._http.request("POST", path, json=part, headers=headers)
            assert made_part.status_code == 201, made_part.text
        return {
            "version": "1",
            "run_id": f"{summary['id']}:1",
            "test_id": test_made.json()["test"]["id"],
            "job_id": tried.json()["job"]["id"],
            "trigger_id": "hello",
            "variable_id": "city",
            "hold_id": hold.json()["id"],
            "erasure_id": erasure.json()["id"],
            "export_id": export.json()["id"],
            "webhook_id": webhook["id"],
            "delivery_id": test.json()["delivery"]["id"],
            "channel_type": "telegram",
            "channel_id": bot.json()["channel"]["id"],
            "message_id": message["id"],
            "article_id": await plant_article(settings, other, "x"),
            "connection_id": connection.json()["connection"]["id"],
            "calendar_id": calendar.json()["calendar"]["id"],
            "file_id": file.json()["file"]["id"],
            "attachment_id": file.json()["file"]["id"],
            "session_id": sessions[0]["id"],
            "key_id": made["key"]["id"],
            "note_id": note.json()["note"]["id"],
            "attribute_id": attribute_made.json()["attribute"]["id"],
            "conversation_id": summary["id"],
            "customer_id": summary["customer"]["id"],
            "identity_id": addresses.json()["items"][0]["id"],
            "scenario_id": scenario_id,
            "user_id": me["user"]["id"],
            "department_id": departments[0]["id"],
            "identity_key_id": (await operator.request("POST", "/settings/security/identity-keys")).json()[
                "identity_key"
            ]["id"],
            "skill_id": (await make(operator, "/team/skills", "skill", name="x"))["id"],
            "invitation_id": (await plant_invitation(settings, other, email="x@example.com"))[0],
        }


def absent(known: dict[str, str]) -> dict[str, str]:
    """Ids of the same shapes that belong to nobody."""
    invented = dict.fromkeys(known, str(uuid4()))
    return invented | {"version": "7", "channel_type": "telegram", "run_id": f"{uuid4()}:1"}


def body_of(method: str, path: str, own: dict[str, str]) -> dict[str, Any] | None:
    """A good body for an operation on an id."""
    action = path.rsplit("/", 1)[1]
    bodies: dict[str, dict[str, Any]] = {
        "delivery": {"decision": "discard"},
        "reauthorize": {"telegram": {"token": "12345678:" + "A" * 35}},
        "backfill": {"since": "2026-11-01T00:00:00Z"},
        "PATCH {channel_id}": {"name": "x"},
        "preview": {"text": "x"},
        "messages": {"text": "x", "client_message_id": str(uuid4())},
        "transfer": {"user_id": own["user_id"]},
        "assign": {"user_id": own["user_id"]},
        "snooze": {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
        "seen": {"seq": 1},
        "csat": {"score": 5},
        "feedback": {"helpful": True},
        "{scenario_id}": {"document": ECHO},
        "availability": {"state": "away"},
        "merge": {"other_id": str(uuid4())},
        "notes": {"text": "x"},
        "POST conversations": {
            "identity_id": str(UUID(int=1)),
            "text": "x",
            "client_message_id": str(uuid4()),
        },
        "identities": {"channel_id": str(UUID(int=1)), "address": "+79161234567"},
        "{identity_id}": {"primary": True},
        "order": {"identity_ids": []},
        "fallback": {"identity_id": str(UUID(int=1))},
        "{note_id}": {"text": "x"},
        "PATCH {scenario_id}": {"archived": True},
        "draft": {"document": ECHO, "base": ECHO},
        "rollback": {"to": 1},
        "canary": {"percent": 5},
        "tests": TEST_FILE,
        "test": {"transcript": {"steps": [{"user": "x"}]}} if "scenario" in path else {"to": "1009"},
        "{test_id}": TEST_FILE,
        "{trigger_id}": {"spec": KEYWORD},
        "{variable_id}": {"spec": {"type": "int"}},
    }
    return bodies.get(f"{method} {action}", bodies.get(action, {}))


@pytest.mark.parametrize(("method", "path"), WITH_ID)
async def test_an_id_of_another_tenant_is_as_absent_as_none(
    product: Product, tenant: TestTenant, ids: dict[str, str], method: str, path: str
) -> None:
    async with Operator(product.url, tenant) as operator, Visitor(product.url, tenant.slug) as visitor:
        me = (await operator.request("GET", "/me")).json()["user"]["id"]
        token = visitor.token if path.startswith("/api/v1/widget/") else operator._token
        answers = []
        for known in (ids, absent(ids)):
            answer = await operator._http.request(
                method,
                path.format(**known, slug=tenant.slug).removeprefix("/api/v1"),
                json=body_of(method, path, {"user_id": me}) if method != "GET" else None,
                headers={"Authorization": f"Bearer {token}", "If-Match": '"1"'},
            )
            assert answer.status_code == 404, answer.text
            answers.append(answer.json())
        assert answers[0] == answers[1], "the two are told apart by nobody"


@pytest.mark.parametrize("action", ["assign", "transfer"])
@pytest.mark.parametrize("target", ["user_id", "department_id"])
async def test_a_target_of_another_tenant_is_absent_too(
    product: Product, tenant: TestTenant, ids: dict[str, str], action: str, target: str
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        for unknown in (ids[target], str(UUID(int=1))):
            answer = await operator.try_to(conversation_id, action, **{target: unknown})
            noun = "member" if target == "user_id" else "department"
            assert (answer.status_code, answer.json()["code"]) == (404, f"{noun}_not_found")
        assert (await operator.conversation(conversation_id))["assignee"] is None


async def test_a_visitor_who_names_another_conversation_reads_his_own(
    product: Product, tenant: TestTenant, ids: dict[str, str]
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        visitor.conversation_id = ids["conversation_id"]
        assert (await visitor.read())["messages"] == []
