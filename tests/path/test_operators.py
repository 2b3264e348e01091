"""Operators at work: the inbox, taking over, answering, handing back, and what each refusal says."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
import websockets
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from omnisupport.api.operations import unavailable
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with the echo scenario."""
    return await make_tenant(settings, ECHO)


SOME_ID = UUID(int=1)


def cursor(text: str) -> str:
    """A cursor as the api writes it, with another content."""
    return base64.urlsafe_b64encode(text.encode()).decode()


async def post(
    operator: Operator, conversation_id: str, action: str, body: dict[str, Any] | None = None
) -> Any:
    return await operator.request("POST", f"/conversations/{conversation_id}/{action}", json=body or {})


async def test_an_operator_takes_over_answers_and_hands_back(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        with_bot = await operator.conversations(status="open", controller="bot")
        assert conversation_id in [line["id"] for line in with_bot]

        taken = await post(operator, conversation_id, "take-over")
        assert taken.status_code == 200, taken.text
        assert taken.json()["conversation"]["controller"] == "operator"
        assert taken.json()["conversation"]["assignee"]["name"] == "Ольга"
        assert conversation_id in [
            line["id"] for line in await operator.conversations(assigned_to="me", status="open")
        ]

        held = await visitor.send("два")
        await asyncio.sleep(0.5)
        assert not [m for m in visitor.received if m["seq"] > held["seq"]], (
            "the bot is silent while a human holds"
        )

        reply = {"text": "здравствуйте", "kind": "reply", "client_message_id": str(uuid4())}
        first, again = [await post(operator, conversation_id, "messages", reply) for _ in range(2)]
        assert first.status_code == 202, first.text
        assert first.json()["message"]["id"] == again.json()["message"]["id"]
        assert (await visitor.await_reply(held["seq"]))[0]["author"] == {
            "kind": "operator",
            "id": first.json()["message"]["author"]["id"],
            "name": "Ольга",
        }
        note = {"text": "между нами", "kind": "note", "client_message_id": str(uuid4())}
        assert (await post(operator, conversation_id, "messages", note)).status_code == 202

        after_reply = await visitor.send("три")
        back = await post(operator, conversation_id, "hand-back", {"summary": "скидка 5 %"})
        assert back.status_code == 200, back.text
        assert back.json()["conversation"]["controller"] == "scenario"
        replies = await visitor.await_reply(after_reply["seq"])
        assert [m["text"] for m in replies] == ["эхо: три"], "only what came after the reply is answered"

        shown = {m["text"] for m in (await visitor.read())["messages"]}
        assert "между нами" not in shown
        assert not any("скидка" in text for text in shown)
        rows = await operator.messages(conversation_id)
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        assert [r["text"] for r in rows if r["direction"] == "note"] == [
            "между нами",
            "Договорились: скидка 5 %",
        ]

        resolved = await post(operator, conversation_id, "resolve", {})
        assert resolved.json()["conversation"]["status"] == "resolved"
        reopened = await visitor.send("четыре")
        assert reopened["conversation_id"] == conversation_id
        await visitor.await_reply(reopened["seq"])
        assert (await operator.conversation(conversation_id))["status"] == "open"


async def test_refusals_say_why_and_change_nothing(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        refused = await post(operator, conversation_id, "hand-back")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_held")
        refused = await post(operator, conversation_id, "reopen")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_resolved")
        past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        refused = await post(operator, conversation_id, "snooze", {"until": past})
        assert (refused.status_code, refused.json()["code"]) == (409, "until_past")
        assert (await post(operator, conversation_id, "resolve")).status_code == 200
        for action, body in (
            ("take-over", {}),
            ("messages", {"text": "x", "client_message_id": str(uuid4())}),
        ):
            refused = await post(operator, conversation_id, action, body)
            assert (refused.status_code, refused.json()["code"]) == (409, "conversation_resolved"), action
        for action, body in (
            ("take-over", {"force": True}),
            ("messages", {"text": "", "client_message_id": "1"}),
        ):
            assert (await post(operator, conversation_id, action, body)).status_code == 422, action
        absent = await post(operator, str(uuid4()), "take-over")
        assert (absent.status_code, absent.json()["code"]) == (404, "not_found")


async def test_a_snoozed_conversation_wakes_by_hand_or_by_the_customer(
    product: Product, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        later = datetime.now(UTC) + timedelta(hours=3)
        assert (await operator.snooze(conversation_id, later))["status"] == "snoozed"
        woken = await operator.act(conversation_id, "reopen")
        assert (woken["status"], woken["snoozed_until"]) == ("open", None)
        await operator.snooze(conversation_id, later)
        assert (await visitor.ask("два"))[0]["text"] == "эхо: два"
        assert (await operator.conversation(conversation_id))["status"] == "open"


async def test_a_key_is_good_for_one_kind_of_action(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        at = f"/conversations/{visitor.conversation_id}"
        for action, controller in (("take-over", "operator"), ("hand-back", "scenario")):
            for _ in range(2):  # a repeat is answered as the first was
                answer = await operator.request("POST", f"{at}/{action}", key=action, json={})
                assert answer.status_code == 200, answer.text
                assert answer.json()["conversation"]["controller"] == controller, action
        other = await operator.request("POST", f"{at}/hand-back", key="take-over", json={})
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        events = [
            m["content"]["event"]["type"]
            for m in await operator.messages(visitor.conversation_id or "")
            if m["direction"] == "event"
        ]
        assert events == ["taken_over", "handed_back"]


@pytest.mark.parametrize(("locale", "name"), [("ru", "Поддержка"), ("en", "Support")])
async def test_a_department_is_named_in_the_language_of_the_conversation(
    product: Product, tenant: TestTenant, locale: str, name: str
) -> None:
    async with (
        Visitor(product.url, tenant.slug, locale=locale) as visitor,
        Operator(product.url, tenant) as operator,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        department = (await operator.request("GET", "/team/departments")).json()["items"][0]["id"]
        await operator.act(visitor.conversation_id or "", "transfer", department_id=department)
        rows = await operator.messages(visitor.conversation_id or "")
        told = [m["text"] for m in rows if m["direction"] == "event"]
        assert name in told[-1]


async def test_another_tenants_conversation_is_not_there(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, other) as stranger:
        await visitor.connect()
        await visitor.ask("раз")
        path = f"/conversations/{visitor.conversation_id}"
        absent = await stranger.request("GET", f"/conversations/{uuid4()}")
        for method, where, body in (
            ("GET", path, None),
            ("GET", f"{path}/messages", None),
            ("POST", f"{path}/take-over", {}),
            ("POST", f"{path}/resolve", {}),
            ("POST", f"{path}/messages", {"text": "x", "client_message_id": "1"}),
            ("POST", f"{path}/seen", {"seq": 1}),
        ):
            answer = (
                await stranger.request(method, where, json=body)
                if body is not None
                else await stranger.request(method, where)
            )
            assert answer.status_code == 404, (method, where)
            assert answer.json() == absent.json()
        assert await stranger.conversations() == []


async def test_the_console_sees_a_conversation_appear_without_asking(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as operator, Visitor(product.url, tenant.slug) as visitor:
        ticket = (await operator.request("POST", "/ws-ticket")).json()["ticket"]
        address = f"{product.url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}"
        async with websockets.connect(address, origin=product.url) as socket:  # type: ignore[arg-type]
            assert json.loads(await socket.recv())["type"] == "welcome"
            sent = await visitor.send("раз")
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    frame = json.loads(await socket.recv())
                    if frame["type"] == "change" and frame["conversation"]["id"] == sent["conversation_id"]:
                        break
            await socket.send(
                json.dumps({"type": "watch", "conversation_id": sent["conversation_id"], "after": 0})
            )
            seen: list[int] = []
            async with asyncio.timeout(PATIENCE_S):
                while seen[-1:] != [2]:
                    frame = json.loads(await socket.recv())
                    if frame["type"] == "message":
                        seen.append(frame["message"]["seq"])
            assert seen == [1, 2]
            await visitor.connect()
            await visitor.say({"type": "typing", "on": True})
            async with asyncio.timeout(PATIENCE_S):
                while frame["type"] != "typing":
                    frame = json.loads(await socket.recv())
            assert frame["author"]["kind"] == "customer"


async def test_a_visitor_sees_whether_somebody_is_there(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings, ECHO)
    async with Operator(product.url, tenant) as operator, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        assert (await visitor.await_frame("presence"))["operators_online"] is False
        ticket = (await operator.request("POST", "/ws-ticket")).json()["ticket"]
        address = f"{product.url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}"
        async with websockets.connect(address, origin=product.url):  # type: ignore[arg-type]
            await _until(lambda: visitor.frames[-1] == {"type": "presence", "operators_online": True})
            members = (await operator.request("GET", "/team/members")).json()["items"]
            assert [member["online"] for member in members] == [True]
        await _until(lambda: visitor.frames[-1] == {"type": "presence", "operators_online": False})


async def test_only_an_engine_that_is_away_is_worth_a_repeat() -> None:
    nobody = await Client.connect(f"127.0.0.1:{free_port()}", lazy=True)
    with pytest.raises(RuntimeError) as refused:
        await nobody.get_workflow_handle("x").describe()
    for away in (refused.value, TimeoutError(), RPCError("", RPCStatusCode.UNAVAILABLE, b"")):
        answer = unavailable(away, "later")
        assert (answer.status, answer.code, answer.retry_after) == (503, "engine_unavailable", 2)
    for fault in (RuntimeError("ours"), RPCError("", RPCStatusCode.INVALID_ARGUMENT, b"")):
        with pytest.raises(type(fault)) as raised:
            unavailable(fault, "later")
        assert raised.value is fault


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.05)


async def test_a_socket_from_a_foreign_page_is_refused(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as operator:
        ticket = (await operator.request("POST", "/ws-ticket")).json()["ticket"]
        address = f"{product.url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}"
        with pytest.raises(websockets.WebSocketException):
            async with websockets.connect(address, origin="https://evil.example") as socket:  # type: ignore[arg-type]
                await socket.recv()


async def test_cookies_sign_in_on_loopback_and_need_our_own_page(
    product: Product, tenant: TestTenant
) -> None:
    async with httpx2.AsyncClient(base_url=product.url) as browser:
        wrong = await browser.post(
            "/api/v1/auth/login", json={"email": tenant.email, "password": "wrong-password"}
        )
        unknown = await browser.post(
            "/api/v1/auth/login", json={"email": "nobody@x.example", "password": "wrong-password"}
        )
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        body = {"email": tenant.email, "password": tenant.password}
        signed = await browser.post("/api/v1/auth/login", json=body)
        assert signed.status_code == 200
        cookie = signed.headers["set-cookie"]
        assert cookie.startswith("omni=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        me = (await browser.get("/api/v1/auth/me")).json()
        assert me["user"]["email"] == tenant.email
        assert me["tenant"]["slug"] == tenant.slug
        assert "conversations.reply" in me["permissions"]
        foreign = await browser.post("/api/v1/auth/logout", headers={"origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "csrf")
        assert (await browser.post("/api/v1/auth/logout")).status_code == 403
        ours = await browser.post("/api/v1/auth/logout", headers={"sec-fetch-site": "same-origin"})
        assert ours.status_code == 204
        value = cookie.split(";")[0]
        assert (await browser.get("/api/v1/auth/me", headers={"cookie": value})).status_code == 401
        elsewhere = await browser.post("/api/v1/auth/login", json=body, headers={"host": "support.example"})
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (400, "host_unknown")


async def test_a_refresh_token_used_twice_ends_its_family(product: Product, tenant: TestTenant) -> None:
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1") as client:
        body = {"email": tenant.email, "password": tenant.password, "grant": "token"}
        first = (await client.post("/auth/login", json=body)).json()
        second = await client.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})
        assert second.status_code == 200
        assert second.json()["refresh_token"] != first["refresh_token"]
        access = {"Authorization": f"Bearer {second.json()['access_token']}"}
        assert (await client.get("/auth/me", headers=access)).status_code == 200
        assert (await client.post("/auth/logout", headers=access)).status_code == 204
        assert (await client.get("/auth/me", headers=access)).status_code == 401
        third = await client.post("/auth/refresh", json={"refresh_token": second.json()["refresh_token"]})
        assert (third.status_code, third.json()["code"]) == (401, "refresh_token_invalid")


async def test_scenarios_are_drafted_checked_and_published(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings)
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        made = await owner.request("POST", "/scenarios", json={"document": ECHO})
        assert made.status_code == 201, made.text
        scenario_id, etag = made.json()["scenario"]["id"], made.headers["etag"]
        broken = ECHO.replace("next: listen", "next: lisen")
        assert (
            await owner.request("PUT", f"/scenarios/{scenario_id}", json={"document": broken})
        ).status_code == 428
        headers = {"If-Match": etag}
        saved = await owner._http.put(
            f"/scenarios/{scenario_id}",
            json={"document": broken},
            headers=headers | {"Authorization": f"Bearer {owner._token}"},
        )
        assert saved.status_code == 200
        assert "E120" in [f["code"] for f in saved.json()["findings"]]
        stale = await owner._http.put(
            f"/scenarios/{scenario_id}",
            json={"document": ECHO},
            headers=headers | {"Authorization": f"Bearer {owner._token}"},
        )
        assert (stale.status_code, stale.json()["code"]) == (412, "draft_changed")
        refused = await owner.request("POST", f"/scenarios/{scenario_id}/publish")
        assert (refused.status_code, refused.json()["code"]) == (422, "scenario_has_errors")
        mended = await owner._http.put(
            f"/scenarios/{scenario_id}",
            json={"document": ECHO},
            headers={"If-Match": saved.headers["etag"], "Authorization": f"Bearer {owner._token}"},
        )
        assert mended.status_code == 200
        published = await owner.publish(f"/scenarios/{scenario_id}")
        assert published.status_code == 200, published.text
        assert published.json()["version"] == 1
        checked = await owner.request(
            "POST", "/scenarios/validate", json={"document": "omni: scenario/v1\nid: x\nid: y\n"}
        )
        assert checked.json()["valid"] is False
        assert "E003" in [f["code"] for f in checked.json()["findings"]]
        await asyncio.sleep(1.1)
        await visitor.connect()
        assert (await visitor.ask("раз"))[0]["text"] == "эхо: раз"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "closed"),
        ("status", ""),
        ("assigned_to", "nobody"),
        ("assigned_to", ""),
        ("channel", ""),
        ("channel", "a\x00b"),
        ("channel", "x" * 1000),
        ("controller", "human"),
        ("controller", "operator\n"),
        ("cursor", ""),
        ("cursor", "x"),
        ("cursor", "%00"),
        ("cursor", "привет"),
        ("cursor", cursor("null")),
        ("cursor", cursor("{}")),
        ("cursor", cursor('["2026-01-01","x"]')),
        ("cursor", cursor(f'["yesterday","{SOME_ID}"]')),
        ("cursor", cursor(f'["2026-01-01T00:00:00","{SOME_ID}"]')),
        ("cursor", cursor(f'[1,"{SOME_ID}"]')),
        ("cursor", cursor('["2026-01-01T00:00:00+00:00",7]')),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "9" * 5000),
        ("limit", "x"),
    ],
)
async def test_a_filter_that_cannot_be_used_is_named(
    product: Product, tenant: TestTenant, field: str, value: str
) -> None:
    async with Operator(product.url, tenant) as operator:
        answer = await operator.request("GET", "/conversations", params={field: value})
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/conversations/{}/messages", {"text": "x", "client_message_id": "a\x00b"}),
        ("POST", "/conversations/{}/hand-back", {"summary": "a\x00b"}),
        ("POST", "/conversations/{}/resolve", {"note": "a\x00b"}),
        ("POST", "/conversations/{}/transfer", {"note": "a\x00b", "user_id": str(uuid4())}),
        ("POST", "/scenarios", {"document": "a\x00b"}),
        ("PUT", "/scenarios/{}", {"document": "a\x00b"}),
        ("POST", "/knowledge/test", {"query": "a\x00b"}),
        ("POST", "/auth/login", {"email": "a\x00b", "password": "x"}),
        ("POST", "/auth/login", {"tenant": "a\x00b", "email": "x", "password": "x"}),
    ],
)
async def test_a_text_that_cannot_be_kept_is_named(
    product: Product, tenant: TestTenant, method: str, path: str, body: dict[str, str]
) -> None:
    async with Operator(product.url, tenant) as operator:
        answer = await operator.request(method, path.format(uuid4()), json=body)
        assert answer.status_code == 422, answer.text
        (field,) = [name for name, value in body.items() if "\x00" in value]
        assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(("field", "value"), [("after", "-1"), ("after", str(2**31)), ("limit", "501")])
async def test_a_seq_that_no_row_can_have_is_named(
    product: Product, tenant: TestTenant, field: str, value: str
) -> None:
    async with Operator(product.url, tenant) as operator:
        path = f"/conversations/{uuid4()}/messages"
        answer = await operator.request("GET", path, params={field: value})
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_pages_of_the_inbox_join_without_gap_or_double(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings, ECHO)
    made = set()
    for _ in range(5):
        async with Visitor(product.url, tenant.slug) as visitor:
            made.add((await visitor.send("раз"))["conversation_id"])
    await asyncio.sleep(1)  # their answers move them in the list
    async with Operator(product.url, tenant) as operator:
        found: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while True:
            page = (await operator.request("GET", "/conversations", params=query)).json()
            found += [line["id"] for line in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert sorted(found) == sorted(made)
