"""/openapi.json says what the api really does: every operation, its callers, its answers and its errors."""

from __future__ import annotations

import re
import time
from asyncio import sleep
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import update

from omnisupport.api.app import create_app
from omnisupport.api.guards import Door, guard_of, routes_of
from omnisupport.domain.webhook import signature
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import WebhookDelivery
from tests.architecture.processes import ROOT
from tests.path.test_scenario_begins import BACKGROUND
from tests.security.examples import BODIES, TOKEN
from tests.support.accounts import enable_two_factor, run, take_tokens
from tests.support.callbacks import callback_link
from tests.support.customers import make, read, save
from tests.support.exports import ready
from tests.support.mailbox import Mailbox
from tests.support.operator import Operator
from tests.support.originals import plant_original
from tests.support.product import Product
from tests.support.schema import Description, api_document
from tests.support.team_walk import walk_team
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import change_widget, plant_article, widget_id

CALLERS = {
    Door.PUBLIC: [],
    Door.VISITOR: [{"visitor": []}],
    Door.PERSON: [{"operator": []}, {"session": []}],
}
MENU = ECHO.replace("id: echo", "id: menu").replace("Эхо", "Меню").replace("Echo", "Menu")


def described() -> Description:
    """The document of the app as it is built."""
    return Description(api_document())


def test_every_operation_tells_who_may_call_it_and_its_errors_in_the_one_form() -> None:
    document = described()
    app = create_app(Settings())
    routes = [r for r in routes_of(app) if getattr(r, "include_in_schema", False) and hasattr(r, "dependant")]
    for route in routes:
        guard = guard_of(route)
        assert guard is not None
        for method in route.methods or ():
            operation = document.document["paths"][route.path][method.lower()]
            assert operation["security"] == CALLERS[guard.door], route.path
            errors = {
                s: document.resolve(a) for s, a in operation["responses"].items() if not s.startswith("2")
            }
            assert "default" in errors
            for answer in errors.values():
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
            has_input = "requestBody" in operation or "parameters" in operation
            assert ("401" in errors) or guard.door == Door.PUBLIC
            assert ("403" in errors) or guard.permission is None
            assert ("422" in errors) == has_input, route.path
            assert ("413" in errors) == ("requestBody" in operation), route.path
            assert ("404" in errors) or "{" not in str(route.path)
    schemes = document.document["components"]["securitySchemes"]
    assert schemes["session"]["name"] == "__Host-omni"
    assert "HTTPValidationError" not in document.document["components"]["schemas"]


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern in a part of the document."""
    if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
        yield schema["pattern"]
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from patterns(each)


def test_patterns_are_in_the_dialect_of_json_schema() -> None:
    found = set(patterns(described().document))
    assert len(found) > 10
    # ECMA-262 knows neither: to a client generated from the document they are the letters A and z.
    assert not [each for each in found if re.search(r"\\[AzZ]", each)]
    anchored = TypeAdapter(Annotated[str, StringConstraints(pattern="^a$")])
    with pytest.raises(ValidationError):
        anchored.validate_python("a\n")  # here `$` is the end of the text and nothing else


# --- what is answered -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def people(
    product: Product, settings: Settings, tenant: TestTenant
) -> AsyncIterator[tuple[Description, Visitor, Operator, Operator]]:
    """A visitor, the owner and an operator, each answer of theirs held to the document."""
    document = described()
    async with (
        Visitor(product.url, tenant.slug) as visitor,
        Operator(product.url, tenant) as owner,
        Operator(product.url, await add_person(settings, tenant, role="operator")) as operator,
    ):
        for client in (visitor, owner, operator):
            client._http.event_hooks = {"response": [document.check]}
        yield document, visitor, owner, operator


async def test_each_answer_and_error_is_as_described(
    people: tuple[Description, Visitor, Operator, Operator],
    settings: Settings,
    tenant: TestTenant,
    post: Mailbox,
) -> None:
    document, visitor, owner, operator = people
    for path in ("/healthz", "/readyz"):
        await visitor._http.get(path)
    await talk(visitor)
    conversation_id = visitor.conversation_id or ""
    await report(visitor, settings, tenant)
    await begin(owner)
    await hold(owner, operator, conversation_id)
    await owner.try_to(conversation_id, "resolve")
    await use_widget(owner, visitor, settings, tenant)
    await write(owner, operator)
    database = Database(settings.database_url or "", pool_size=1)
    await settle(owner, database)
    await database.close()
    await connect_channels(owner)
    await keep_addresses(owner)
    await decide(owner, settings, tenant)
    await write_first(owner)
    await keep_files(visitor, operator, settings, tenant)
    await secure(owner)
    await walk_team(owner, operator, settings)
    await keep_customers(owner, operator)
    await keep_private(owner)
    await take_out(owner, visitor)
    await sign(operator, tenant)
    await look_after_account(owner, tenant, post)
    absent = str(uuid4())
    for method, path in sorted(document.operations()):
        if "{" in path:
            filled = re.sub(r"\{.*?\}", absent, path)
            await visitor._http.request(
                method, filled, json={}, headers={"Authorization": f"Bearer {owner._token}"}
            )
        if method != "GET":
            await visitor._http.request(method, re.sub(r"\{.*?\}", "x", path), content=b"{")
        await visitor._http.request(method, re.sub(r"\{.*?\}", absent, path))
    well = {(method, path) for method, path, status in document.seen if status < 300}
    wanted = {(method, path) for method, path in document.operations() if not path.startswith("/admin/")}
    assert well == wanted, wanted - well  # those of the platform: test_platform.py
    met = {status for _, _, status in document.seen}
    assert met >= {200, 201, 202, 204, 401, 403, 404, 409, 412, 422, 428}


async def connect_channels(owner: Operator) -> None:
    """Every type of channel, and all that is done with one; nobody answers at the providers."""
    widget = await widget_id(owner)
    assert (await owner.request("DELETE", f"/channels/{widget}")).status_code == 204
    for path, body in BODIES.items():
        _, _, where = path.partition(" ")
        if where.startswith("/channels/") and "{" not in where:
            made = await owner.request("POST", where, json=body)
            assert made.status_code == 201, made.text
    [bot] = [
        one for one in (await owner.request("GET", "/channels")).json()["items"] if one["type"] == "telegram"
    ]
    at = f"/channels/{bot['id']}"
    for method, path, given in (
        ("GET", at, None),
        ("GET", f"{at}/health", None),
        ("GET", f"{at}/statistics", None),
        ("POST", f"{at}/test", None),
        ("GET", f"{at}/templates", None),
        ("POST", f"{at}/templates/sync", None),
        ("POST", f"{at}/backfill", {"since": "2026-11-01T00:00:00Z"}),
        ("POST", f"{at}/reauthorize", {"telegram": {"token": TOKEN}}),
        ("PATCH", f"/channels/telegram/{bot['id']}", {"name": "y", "signature": "Ваша лавка"}),
        ("PATCH", f"/channels/widget/{widget}", BODIES["PATCH /channels/widget/{channel_id}"]),
        ("DELETE", at, None),
    ):
        answer = await owner.request(method, path, json=given)
        assert answer.status_code < 300, answer.text


async def keep_addresses(owner: Operator) -> None:
    """All that is done with a customer's addresses."""
    channels = (await owner.request("GET", "/channels")).json()["items"]
    [sms] = [one for one in channels if one["type"] == "sms"]
    at = f"/customers/{(await make(owner, name='Анна'))['id']}/identities"
    new = {"channel_id": sms["id"], "address": "+7 916 123-45-67"}
    made = await owner.request("POST", at, json=new)
    assert made.status_code == 201, made.text
    await owner.request("POST", at, json=new)  # 409
    one = made.json()["items"][0]["id"]
    for method, path, given in (
        ("GET", at, None),
        ("PATCH", f"{at}/{one}", {"primary": True}),
        ("PUT", f"{at}/order", {"identity_ids": [one]}),
        ("DELETE", f"{at}/{one}", None),
    ):
        answer = await owner.request(method, path, json=given)
        assert answer.status_code < 300, answer.text


async def write_first(owner: Operator) -> None:
    """A test message, and a conversation that an operator begins; nobody answers at the provider."""
    channels = (await owner.request("GET", "/channels")).json()["items"]
    [sms] = [one for one in channels if one["type"] == "sms"]
    tried = await owner.request("POST", f"/channels/{sms['id']}/test", json={"to": "+7 916 123-45-99"})
    assert tried.status_code == 202, tried.text
    customer = (await make(owner, name="Борис"))["id"]
    words = {
        "channel_id": sms["id"],
        "address": "+7 916 123-45-99",
        "text": "x",
        "client_message_id": "first",
    }
    begun = await owner.request("POST", f"/customers/{customer}/conversations", json=words)
    assert begun.status_code == 202, begun.text


async def decide(owner: Operator, settings: Settings, tenant: TestTenant) -> None:
    """What becomes of a reply whose send has failed."""
    failed = "update message set status = 'failed' where direction = 'outbound' and author_kind = 'operator'"
    await run(settings, tenant.id, failed)
    [item, *_] = (await owner.request("GET", "/deliveries")).json()["items"]
    message = item["message"]
    conversation_id = message["conversation_id"]
    path = f"/conversations/{conversation_id}/messages/{message['id']}/delivery"
    # Nobody answers at this server: a look at the connection that has come first would take it out of the options.
    await run(settings, tenant.id, "update channel set health = default where type = 'email'")
    await go_elsewhere(owner, conversation_id, message["id"])
    assert (await owner.request("POST", path, json={"decision": "discard"})).status_code == 202


async def go_elsewhere(owner: Operator, conversation_id: str, message_id: str) -> None:
    """All that is done with a message that may go over another channel; the one that failed stays as it is."""
    assert (await owner.request("GET", "/settings/fallback")).json()["policy"] == "ask"
    wanted = {"policy": "automatic", "after_minutes": 5}
    assert (await owner.request("PUT", "/settings/fallback", json=wanted)).status_code == 200
    customer = (await owner.conversation(conversation_id))["customer"]["id"]
    channels = (await owner.request("GET", "/channels")).json()["items"]
    [mail] = [one for one in channels if one["type"] == "email"]
    new = {"channel_id": mail["id"], "address": "else@example.com"}
    made = await owner.request("POST", f"/customers/{customer}/identities", json=new)
    one = next(each["id"] for each in made.json()["items"] if each["address"] == "else@example.com")
    path = f"/conversations/{conversation_id}/messages/{message_id}/fallback"
    [option] = (await owner.request("GET", path)).json()["items"]
    assert option["identity_id"] == one
    went = await owner.request("POST", path, json={"identity_id": one})
    assert went.status_code == 202, went.text
    assert went.json()["message"]["content"]["instead_of"]["message_id"] == message_id


async def take_out(owner: Operator, visitor: Visitor) -> None:
    """All that is done with exports."""
    customers = (await owner.request("GET", "/customers")).json()["items"]
    await owner.request("POST", f"/customers/{customers[0]['id']}/export")
    made = (await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})).json()
    await owner.request("POST", "/privacy/exports", json={"kind": "customer"})  # 422
    await ready(owner, made["id"])
    one = f"/privacy/exports/{made['id']}"
    await owner.request("GET", "/privacy/exports")
    link = (await owner.request("POST", f"{one}/link")).json()
    await visitor._http.get(link["url"])
    await owner.request("DELETE", one)


async def settle(owner: Operator, database: Database) -> None:
    """All that is done to settings."""
    service = {"key": "x", "name": "x", "base_url": "https://x.example", "auth": {"kind": "none"}}
    hours = {
        "key": "x",
        "name": {"en": "x"},
        "timezone": "Europe/Moscow",
        "hours": {"mon": [["09:00", "18:00"]]},
    }
    for path, body, change in (
        ("/settings/connections", service, {"name": "y"}),
        ("/settings/calendars", hours, {"holidays": [{"date": "2027-01-01", "name": "New Year"}]}),
        ("/settings/tags", {"key": "x", "name": "x"}, {"color": "red"}),
    ):
        made = next(iter((await owner.request("POST", path, json=body)).json().values()))
        one = f"{path}/{made.get('id') or made['key']}"
        await owner.request("PATCH", one, json=change)
        await owner.request("GET", one)
        await owner.request("GET", path)
        await owner.request("DELETE", one)
    await owner.request("POST", "/events", json={"id": "x", "name": "order.paid", "data": {"amount": 1}})
    await owner.request("POST", "/events", json={"id": "x", "name": "order.paid", "data": {"amount": 1}})
    await owner.request("GET", "/events")
    told = {"name": "x", "url": "https://x.invalid", "events": ["note.created"]}
    webhook = (await owner.request("POST", "/settings/webhooks", json=told)).json()["webhook"]
    one = f"/settings/webhooks/{webhook['id']}"
    await owner.request("GET", "/settings/webhooks")
    await owner.request("GET", one)
    await owner.request("PATCH", one, json={"name": "y"})
    await owner.request("POST", f"{one}/secret")
    delivery = (await owner.request("POST", f"{one}/test")).json()["delivery"]
    await owner.request("GET", f"{one}/deliveries")
    async with database.session(owner.tenant.id) as session:  # as after two days
        await session.exec(update(WebhookDelivery).values(status="failed"))
    await owner.request("POST", f"{one}/deliveries/{delivery['id']}/redeliver")
    await owner.request("DELETE", one)


async def keep_files(visitor: Visitor, operator: Operator, settings: Settings, tenant: TestTenant) -> None:
    """All that is done with files."""
    name = {"name": "x.txt"}
    file = (await operator.request("POST", "/files", params=name, content=b"x")).json()["file"]
    await operator.request("GET", f"/files/{file['id']}")
    await visitor._http.get(file["url"])
    await operator.request("DELETE", f"/files/{file['id']}")
    sent = await visitor._http.post(
        "/api/v1/widget/files", params=name, content=b"x", headers=visitor.headers
    )
    file_id = sent.json()["file"]["id"]
    await visitor._http.get(f"/api/v1/widget/files/{file_id}", headers=visitor.headers)
    body = {"client_message_id": "carries", "attachments": [file_id]}
    said = await visitor._http.post("/api/v1/widget/messages", json=body, headers=visitor.headers)
    conversation_id = said.json()["message"]["conversation_id"]
    await operator.request("GET", f"/conversations/{conversation_id}/files/{file_id}")
    planted = await plant_original(settings, tenant.id, b"From: anna@client.example\n\nx\n")
    path = f"/conversations/{planted.conversation_id}/messages/{planted.message_id}/original"
    told = (await operator.request("GET", path)).json()["original"]
    await visitor._http.get(told["page_url"])


async def talk(visitor: Visitor) -> None:
    """All that a visitor does."""
    await visitor.open()
    seen = {"id": "x", "name": "page.seen"}
    await visitor._http.post("/api/v1/widget/events", json=seen, headers=visitor.headers)
    await visitor.read()
    await visitor.open()
    await visitor.connect()
    await visitor.ask("раз")
    await visitor.open()
    await visitor.post("")
    await visitor.post(button="9.9.none")
    assert (await visitor.read())["messages"]
    body = {"name": "Анна", "email": "anna@example.com"}
    await visitor._http.post("/api/v1/widget/identify", json=body, headers=visitor.headers)


async def use_widget(owner: Operator, visitor: Visitor, settings: Settings, tenant: TestTenant) -> None:
    """The rest of the widget: a form, the list, receipts, scores and articles."""
    await change_widget(owner, pre_chat={}, features={"csat": True})
    article = f"/api/v1/widget/{tenant.slug}/articles/{await plant_article(settings, tenant, 'Чай')}"
    form = {"client_message_id": "form", "form": "pre_chat", "text": "раз", "anew": True}
    conversation_id = visitor.conversation_id
    for method, path, body in (
        ("POST", "/api/v1/widget/form", form),
        ("GET", "/api/v1/widget/conversations", None),
        ("POST", "/api/v1/widget/seen", {"seq": 1}),
        ("POST", f"/api/v1/widget/conversations/{conversation_id}/csat", {"score": 5}),
        ("GET", f"/api/v1/widget/{tenant.slug}/articles", None),
        ("GET", article, None),
        ("POST", f"{article}/feedback", {"helpful": True}),
    ):
        answer = await visitor._http.request(method, path, json=body, headers=visitor.headers)
        assert answer.status_code < 300, (path, answer.text)


async def hold(owner: Operator, operator: Operator, conversation_id: str) -> None:
    """All that an operator does with a conversation."""
    await operator.try_to(conversation_id, "hand-back")
    me = (await operator.request("GET", "/me")).json()["user"]["id"]
    await operator.request("GET", "/auth/me")
    await operator.act(conversation_id, "take-over")
    await owner.try_to(conversation_id, "take-over")
    await operator.reply(conversation_id, "здравствуйте")
    await operator.reply(conversation_id, "между нами", note=True)
    department = (await operator.request("GET", "/team/departments")).json()["items"][0]["id"]
    await operator.act(conversation_id, "transfer", department_id=department, note="вам")
    await operator.act(conversation_id, "assign", user_id=me)
    await operator.try_to(conversation_id, "transfer", user_id=str(uuid4()))
    await operator.snooze(conversation_id, datetime.now(UTC) + timedelta(hours=1))
    await operator.act(conversation_id, "reopen")
    await operator.act(conversation_id, "hand-back", summary="скидка")
    await operator.act(conversation_id, "resolve")
    await operator.try_to(conversation_id, "take-over")
    await operator.request("POST", f"/conversations/{conversation_id}/seen", json={"seq": 1})
    await operator.request("PATCH", f"/conversations/{conversation_id}", json={})
    await operator.request("GET", f"/conversations/{conversation_id}/reply-state")
    await operator.request("POST", f"/conversations/{conversation_id}/preview", json={"text": "да"})
    rows = await operator.messages(conversation_id)
    assert {row["direction"] for row in rows} == {"inbound", "outbound", "note", "event"}
    line = next(line for line in await operator.conversations() if line["id"] == conversation_id)
    assert (await operator.conversation(conversation_id)) == line
    assert line["last_message"]["text"]
    await operator.request("GET", "/conversations", params={"cursor": "x"})
    await operator.request("GET", "/conversations/counts")
    await owner.request("GET", "/audit")
    await owner.request("GET", "/audit", params={"outcome": "x"})
    await owner.request("POST", "/audit/export", json={"action": "conversation."})
    await operator.request("GET", f"/customers/{line['customer']['id']}")
    await operator.request("GET", "/team/members")
    await operator.request("POST", "/ws-ticket")


async def write(owner: Operator, operator: Operator) -> None:
    """All that is done with scenarios and knowledge."""
    await operator.request("POST", "/scenarios", json={"document": MENU})  # 403
    made = await owner.request("POST", "/scenarios", json={"document": MENU})
    await owner.request("POST", "/scenarios", json={"document": MENU})  # 409
    at = f"/scenarios/{made.json()['scenario']['id']}"
    await owner.request("GET", "/scenarios")
    etag = (await owner.request("GET", at)).headers["etag"]
    await owner.request("PUT", at, json={"document": MENU})  # 428
    for _ in range(2):  # 200, 412
        headers = {"Authorization": f"Bearer {owner._token}", "If-Match": etag}
        await owner._http.put(at, json={"document": MENU}, headers=headers)
    await owner.request("POST", f"{at}/publish")  # 409
    await owner.publish(at)
    await version(owner, at)
    await keep_tests(owner, at)
    await edit(owner, at)
    await owner.request("POST", "/scenarios/import", json={"kind": "rasa", "document": "flows: {}\n"})
    for path in ("/templates", "/scenarios/templates", "/nodes", "/scenarios/nodes"):
        await owner.request("GET", path)
    await owner.request("PATCH", at, json={"archived": True})
    await owner.request("PATCH", at, json={"archived": False})
    await owner.request("DELETE", at)
    await owner.request("POST", "/scenarios/validate", json={"document": "omni: scenario/v1\nid: x\n"})
    await owner.request("POST", "/scenarios/preview", json={"document": ECHO, "node": "listen"})
    await owner.request("POST", "/knowledge/test", json={"query": "доставка"})
    await articles(owner)


async def articles(owner: Operator) -> None:
    """All that is done with help articles."""
    draft = {"title": "Чай", "slug": "tea", "locale": "ru", "markdown": "# Чай\n\nКипятком."}
    made = await owner.request("POST", "/articles", json=draft)
    await owner.request("POST", "/articles", json=draft)  # 409
    at = f"/articles/{made.json()['article']['id']}"
    await owner.request("POST", "/articles/preview", json={"markdown": draft["markdown"]})
    await owner.request("PATCH", at, json={"category": "Чай", "published": True})
    for path in ("/articles", at):
        await owner.request("GET", path)
    await owner.request("DELETE", at)


async def version(owner: Operator, at: str) -> None:
    """All that is done with versions and runs."""
    await owner.request("POST", f"{at}/rollback", json={"to": 1})
    later = MENU.replace("эхо:", "отклик:")
    etag = (await owner.request("GET", f"{at}/draft")).headers["etag"]
    headers = {"Authorization": f"Bearer {owner._token}", "If-Match": etag}
    for _ in range(2):  # 200, 412
        await owner._http.put(f"{at}/draft", json={"document": later}, headers=headers)
    await owner.publish(at, to="canary", percent=10)
    await owner.request("PUT", f"{at}/canary", json={"percent": 0})
    await owner.request("PUT", f"{at}/canary", json={"percent": 0})  # 409
    for what in ("versions", "versions/1", "diff", "runs", "runs?status=ended", "waiting", "export"):
        await owner.request("GET", f"{at}/{what}")
    await owner.request("POST", f"{at}/migrate", json={})
    await owner.request("POST", f"{at}/migrate", json={"to": "live", "dry_run": False})  # 202
    await owner.request("POST", f"{at}/test", json={"transcript": {"steps": [{"user": "x"}]}})
    begun = await owner.request("POST", f"{at}/test", json={"walks": {"walks": 10}})
    assert begun.status_code == 202, begun.text
    job = begun.json()["job"]["id"]
    await owner.request("GET", f"{at}/jobs/{job}")
    await owner.request("DELETE", f"{at}/jobs/{job}")
    conversation = (await owner.conversations())[0]["id"]
    await owner.request("GET", f"/scenarios/runs/{conversation}:1/trace")


async def keep_tests(owner: Operator, at: str) -> None:
    """All that is done with test files."""
    body = {"name": "a.yaml", "document": "omni: scenario-test/v1\n"}
    made = await owner.request("POST", f"{at}/tests", json=body)
    await owner.request("POST", f"{at}/tests", json=body)  # 409
    await owner.request("GET", f"{at}/tests")
    one = f"{at}/tests/{made.json()['test']['id']}"
    await owner.request("GET", one)
    headers = {"Authorization": f"Bearer {owner._token}", "If-Match": made.headers["etag"]}
    await owner._http.put(one, json=body, headers=headers)
    await owner.request("DELETE", one)


async def edit(owner: Operator, at: str) -> None:
    """All that is done with triggers and variables."""
    scenario_id = at.rpartition("/")[2]
    headers = {"Authorization": f"Bearer {owner._token}"}
    headers["If-Match"] = (await owner.request("GET", f"{at}/draft")).headers["etag"]
    for noun, name, spec in (
        ("triggers", "id", {"type": "keyword", "any": ["тест"]}),
        ("variables", "name", {"type": "string"}),
    ):
        body = {"scenario_id": scenario_id, name: "probe", "spec": spec}
        one = f"/{noun}/{scenario_id}/probe"
        for method, path, sent in (
            ("POST", f"/{noun}", body),
            ("PATCH", one, {"spec": spec | {"description": "x"}}),
            ("GET", one, None),
            ("DELETE", one, None),
        ):
            answer = await owner._http.request(method, path, json=sent, headers=headers)
            headers["If-Match"] = answer.headers["etag"]
        await owner.request("GET", f"/{noun}")


async def secure(owner: Operator) -> None:
    """All that is done with security settings."""
    at = "/settings/security"
    found = (await owner.request("GET", at)).json()
    found.pop("identity_keys")
    await owner.request("PUT", at, json=found)
    key = (await owner.request("POST", f"{at}/identity-keys")).json()["identity_key"]
    await owner.request("DELETE", f"{at}/identity-keys/{key['id']}")


async def keep_customers(owner: Operator, operator: Operator) -> None:
    """All that is done with customers and their attributes."""
    names = {"ru": "Город", "en": "City"}
    attribute = {"subject": "customer", "key": "city", "name": names, "kind": "text"}
    made = await owner.request("POST", "/settings/attributes", json=attribute)
    await owner.request("POST", "/settings/attributes", json=attribute)  # 409
    at = f"/settings/attributes/{made.json()['attribute']['id']}"
    await operator.request("GET", "/settings/attributes")
    await operator.request("GET", at)
    await operator.request("PATCH", at, json={"required": False})  # 403
    await owner.request("PATCH", at, json={"required": False})
    consents = {"marketing": {"status": "granted", "source": "звонок"}}
    one = await make(operator, email="one@example.com", fields={"city": "Тула"}, consents=consents)
    two = await make(operator, email="one@example.com", external_id="crm-1")
    await operator.request("POST", "/customers", json={"external_id": "crm-1"})  # 409
    await owner.request("DELETE", at)  # 409
    await save(operator, one, external_id="crm-1")  # 409
    await save(operator, one, name="Анна")
    await save(operator, one, name="Ольга")  # 412
    at_one = f"/customers/{one['id']}"
    await operator.request("PATCH", at_one, json={})  # 428
    for path in ("/customers", f"{at_one}/conversations", f"{at_one}/duplicates"):
        await operator.request("GET", path)
    note = (await operator.request("POST", f"{at_one}/notes", json={"text": "звонила"})).json()["note"]
    await operator.request("PATCH", f"{at_one}/notes/{note['id']}", json={"text": "писала"})
    await operator.request("GET", f"{at_one}/notes")
    await operator.request("POST", f"{at_one}/merge/undo")  # 409
    await operator.request("POST", f"{at_one}/merge", json={"into": two["id"]})
    await owner.request("GET", f"/customers/{two['id']}/export")
    await operator.request("POST", f"{at_one}/merge/undo")
    await operator.request("DELETE", f"{at_one}/notes/{note['id']}")
    await owner.request("POST", "/customers/export", json={})
    await owner.request("POST", "/customers/import", content="email;name\na@example.com;А\nb;Б\n".encode())
    await save(owner, await read(owner, one["id"]), fields={"city": None})
    await owner.request("DELETE", at)
    await owner.request("DELETE", at_one)


async def keep_private(owner: Operator) -> None:
    """All that is done with erasures, terms and holds."""
    body = {"customer_id": (await make(owner, name="Анна"))["id"]}
    hold = (await owner.request("POST", "/privacy/holds", json={**body, "reason": "спор"})).json()
    await owner.request("POST", "/privacy/erasures", json=body)  # 409
    await owner.request("GET", "/privacy/holds")
    await owner.request("DELETE", f"/privacy/holds/{hold['id']}")
    erasure = (await owner.request("POST", "/privacy/erasures", json=body)).json()
    await owner.request("GET", "/privacy/erasures")
    for _ in range(200):
        found = (await owner.request("GET", f"/privacy/erasures/{erasure['id']}")).json()
        if found["status"] == "done":
            break
        await sleep(0.1)
    terms = await owner.request("GET", "/privacy/retention")
    headers = {"Authorization": f"Bearer {owner._token}", "If-Match": terms.headers["etag"]}
    for _ in range(2):  # 200, 412
        await owner._http.put("/privacy/retention", json=terms.json(), headers=headers)


async def sign(operator: Operator, tenant: TestTenant) -> None:
    """Signing in, and out at the end."""
    login = {"email": operator.tenant.email, "password": operator.tenant.password}
    await operator._http.post("/auth/login", json=login)
    wrong = {**login, "email": f"nobody@{tenant.slug}.example", "tenant": tenant.slug}
    await operator._http.post("/auth/login", json=wrong)
    await operator._http.post("/auth/login", json=login, headers={"Origin": "https://evil.example"})
    tokens = (await operator._http.post("/auth/login", json={**login, "grant": "token"})).json()
    await operator._http.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    await operator._http.post("/auth/logout", headers={"Authorization": f"Bearer {tokens['access_token']}"})


async def report(visitor: Visitor, settings: Settings, tenant: TestTenant) -> None:
    """A report to the run that the visitor's conversation is in."""
    [(number,)] = await run(settings, tenant.id, "select run from conversation where state is not null")
    link = await callback_link(settings, tenant.id, UUID(visitor.conversation_id or ""), run=number)
    await visitor._http.post(f"/api/v1/callbacks/{link}", json={"sum": 5})


async def begin(owner: Operator) -> None:
    """What other systems begin: by the api, and by a signed call."""
    made = await owner.request("POST", "/scenarios", json={"document": BACKGROUND.format(key="begun")})
    path = f"/scenarios/{made.json()['scenario']['id']}"
    assert (await owner.publish(path)).status_code == 200
    await owner.request("POST", f"{path}/runs", json={"inputs": {"order": "1"}})
    service = {"key": "caller", "name": "x", "base_url": "https://x.example", "auth": {"kind": "none"}}
    caller = (await owner.request("POST", "/settings/connections", json=service)).json()["connection"]
    at = f"/settings/connections/{caller['id']}"
    secret = (await owner.request("POST", f"{at}/signing-secret")).json()["secret"]
    now, body = int(time.time()), b"{}"
    headers = {
        "webhook-id": "x",
        "webhook-timestamp": str(now),
        "webhook-signature": signature([secret], "x", now, body),
    }
    url = f"/hooks/{owner.tenant.slug}/caller"
    await owner._http.post(url, content=body, headers=headers)
    await owner.request("DELETE", at)


async def look_after_account(owner: Operator, tenant: TestTenant, post: Mailbox) -> None:
    """All that a person does with his own account, his keys and sessions."""
    word = uuid4().hex[:10]
    new = {
        "email": f"a@{word}.example",
        "password": tenant.password,
        "name": "Анна",
        "company": f"Чай {word}",
    }
    http = owner._http
    await http.post("/auth/register", json=new)
    await http.post("/auth/register", json=new | {"slug": tenant.slug})  # 409
    token = (await http.post("/auth/login", json=new_login(new))).json()["access_token"]
    asked = await http.post("/auth/verify-email/resend", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 202
    while len(post.of(new["email"])) < 2:
        await sleep(0.1)
    await http.post("/auth/verify-email", json={"token": post.token(new["email"], "Подтвердите")})
    await http.post("/auth/forgot-password", json={"email": new["email"]})
    reset = {"token": post.token(new["email"], "Новый пароль"), "password": "tin kettle on blue stove"}
    await http.post("/auth/reset-password", json=reset)
    await http.post("/auth/reset-password", json=reset)  # 401
    for path in ("/auth/keys", "/keys"):
        made = await owner.request("POST", path, json={"name": "script", "scopes": ["team.read"]})
        await owner.request("GET", path)
        await owner.request("DELETE", f"{path}/{made.json()['key']['id']}")
    await owner.request("POST", "/auth/reauthenticate", json={"password": tenant.password})
    await owner.request("POST", "/auth/reauthenticate", json={"password": "wrong"})  # 403
    change = {"old": tenant.password, "new": tenant.password}
    take_tokens(owner, (await owner.request("POST", "/auth/change-password", json=change)).json())
    email = {"password": tenant.password, "email": f"b@{word}.example"}
    await owner.request("POST", "/auth/change-email", json=email)
    await owner.request("PATCH", "/auth/me", json={"name": "Ольга"})
    app, _ = await enable_two_factor(owner)
    code = {"code": await app.code()}
    await owner.request("POST", "/auth/two-factor/recovery-codes", json=code)
    await http.post("/auth/login", json={"email": tenant.email, "password": tenant.password})
    code = {"code": await app.code(), "password": tenant.password}
    take_tokens(owner, (await owner.request("POST", "/auth/two-factor/disable", json=code)).json())
    items = (await owner.request("GET", "/auth/tenants")).json()["items"]
    selected = await owner.request("POST", "/auth/select-tenant", json={"tenant_id": items[0]["id"]})
    take_tokens(owner, selected.json())
    login = {"email": tenant.email, "password": tenant.password, "grant": "token"}
    await http.post("/auth/login", json=login)
    sessions = (await owner.request("GET", "/auth/sessions")).json()["items"]
    other = next(each["id"] for each in sessions if not each["current"])
    await owner.request("DELETE", f"/auth/sessions/{other}")
    await owner.request("DELETE", "/auth/sessions")


def new_login(new: dict[str, str]) -> dict[str, str]:
    """How somebody who has just registered signs in."""
    return {"email": new["email"], "password": new["password"], "grant": "token"}


# --- what the console believes ----------------------------------------------------------------------------

NAMED = {
    "WholeCustomer": "Customer",
    "LastMessage": "Preview",
    "Rating": "ConversationRating",
    "FileLink": "FileOut",
    "MessageContent": "Content",
    "Tag": "TagOut",
    "Holiday": "HolidayOut",
    "Calendar": "CalendarOut",
    "ConnectionAuth": "AuthOut",
    "Connection": "ConnectionOut",
    "Webhook": "WebhookOut",
    "Delivery": "DeliveryOut",
    "TeamMember": "Member",
    "MemberPage": "Members",
    "TeamDepartment": "Department",
    "Role": "RoleOut",
    "PermissionWords": "PermissionOut",
}
OWN = {"Named", "FilledForm"}
"""Of the console itself: the document has `Ref`, with names that may be absent, and a message's form as it comes."""


def interfaces(source: str) -> dict[str, set[str]]:
    """Required fields of each interface of types.ts."""
    found: dict[str, set[str]] = {}
    for name, parent, body in re.findall(
        r"export interface (\w+)(?: extends (\w+))? \{\n(.*?)\n\}", source, re.DOTALL
    ):
        fields = set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
        optional = set(re.findall(r"^  (\w+)\?:", body, re.MULTILINE))
        found[name] = (fields - optional) | found.get(parent, set())
    return found


def test_the_console_reads_fields_that_the_document_has() -> None:
    schemas: dict[str, Any] = described().document["components"]["schemas"]
    read = interfaces(Path(ROOT / "console/src/api/types.ts").read_text("utf-8"))
    assert len(read) >= 12
    for name in read.keys() - OWN:
        described_as = schemas[NAMED.get(name, name)]["properties"].keys()
        assert read[name] <= described_as, (name, read[name] - described_as)
