"""Templates of WhatsApp: listed by the connection, found, filled in, and sent when the window is closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Identity
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_meta import KIT, refusal, template
from tests.channels.test_twilio import content
from tests.path.test_channels import until
from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant

pytestmark = pytest.mark.long

PORT = free_port()
META = {
    "provider": "meta",
    "phone_number_id": "106540352242922",
    "business_account_id": "102290129340398",
    "token": "EAAG-token-of-it",
    "app_secret": "0123456789abcdef",
}
TWILIO = {
    "provider": "twilio",
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0123456789abcdef0123456789abcdef",
    "sender": "+15005550006",
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose WhatsApp is ours."""
    state: Path = tmp_path_factory.mktemp("templates") / "state"
    url = f"http://127.0.0.1:{PORT}"
    with Product(state, env={"WHATSAPP_API_URL": url, "TWILIO_API_URL": url}) as running:
        yield running


def is_twilio_send(called: Called) -> bool:
    """Whether Twilio was asked to send something."""
    return called.method == "POST" and called.path.endswith("/Messages.json")


class Provider:
    """Meta's Graph API and Twilio's Content API, with the templates that are listed."""

    def __init__(self) -> None:
        self.stub = Stub(self.respond)
        self.stub.port = PORT
        self.meta: list[dict[str, Any]] = [
            template(),
            template(id="6", name="sale", language="en", category="MARKETING", status="PENDING"),
        ]
        self.twilio: list[dict[str, Any]] = [content()]
        self.refuses = False

    def respond(self, called: Called) -> Answer:
        if called.path.endswith("/message_templates"):
            return refusal(403, 10) if self.refuses else Answer(body={"data": self.meta})
        if called.path.endswith("/ContentAndApprovals"):
            return Answer(body={"contents": self.twilio, "meta": {"next_page_url": None}})
        if called.method == "GET" and f"/Accounts/{TWILIO['account_sid']}" in called.path:
            return Answer(body={"status": "active", "friendly_name": "Лавка", "messages": []})
        if called.path.endswith("/Senders"):
            return Answer(body={"senders": []})
        if called.path.endswith("/Messages.json"):
            return Answer(201, {"sid": f"SM{uuid4().hex}", "status": "queued", "error_code": None})
        return KIT.respond(called)

    def sends(self) -> list[Called]:
        """What reached customers."""
        return [each for each in self.stub.done if KIT.is_send(each) or is_twilio_send(each)]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """WhatsApp."""
    made = Provider()
    async with made.stub:
        yield made


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(product.settings(), ECHO)


async def connected(owner: Operator, account: dict[str, Any]) -> str:
    """The id of a channel."""
    body = {"name": "Лавка", "account": account}
    made = await owner.request("POST", "/channels/whatsapp", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["channel"]["id"])


async def listed(owner: Operator, channel: str, **params: Any) -> dict[str, Any]:
    """Templates, once the connection has asked for them."""

    async def found() -> dict[str, Any] | None:
        answer = await owner.request("GET", f"/channels/{channel}/templates", params=params)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page if page["synced_at"] else None

    page: dict[str, Any] = await until(found, "the templates to be listed")
    return page


async def conversation_on(product: Product, tenant: TestTenant, channel: str, ago: timedelta) -> str:
    """A conversation whose customer wrote last so long ago."""
    database = Database(product.settings().database_url or "", pool_size=1)
    body = {
        "key": uuid4().hex,
        "external_id": uuid4().hex,
        "chat": "79161234567",
        "aliases": [],
        "name": "Иван",
    }
    body |= {"text": "раз", "content": {}, "stop": False, "locale": "ru"}
    try:
        taken = await InboundStore(database).accept(tenant.id, UUID(channel), body)
        found = UUID(taken["message"]["conversation_id"])
        async with database.session(tenant.id) as session:
            row = await session.get_one(Conversation, (tenant.id, found))
            identity = await session.get_one(Identity, (tenant.id, row.identity_id))
            identity.last_in_at = datetime.now(UTC) - ago
            session.add(identity)
    finally:
        await database.close()
    return str(found)


async def test_templates_are_listed_found_and_listed_anew(
    product: Product, tenant: TestTenant, provider: Provider
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connected(owner, META)
        page = await listed(owner, channel)
        assert [(each["name"], each["status"], each["sendable"]) for each in page["items"]] == [
            ("order_ready", "approved", True),
            ("sale", "pending", False),
        ]
        first = page["items"][0]
        assert (first["parameters"], first["header_text"], first["footer"], first["buttons"]) == (
            ["1", "2"],
            "Заказ",
            "Лавка",
            ["Спасибо"],
        )
        for params, names in (
            ({"language": "en"}, ["sale"]),
            ({"status": "approved"}, ["order_ready"]),
            ({"q": "SAL"}, ["sale"]),
            ({"q": "здравствуйте"}, ["order_ready", "sale"]),
            ({"q": "_"}, ["order_ready"]),
            ({"q": "%"}, []),
        ):
            assert [each["name"] for each in (await listed(owner, channel, **params))["items"]] == names
        one = await listed(owner, channel, limit=1)
        rest = await listed(owner, channel, limit=1, cursor=one["next_cursor"])
        assert [each["name"] for each in [*one["items"], *rest["items"]]] == ["order_ready", "sale"]

        provider.meta = [template(status="PAUSED")]
        assert (await owner.request("POST", f"/channels/{channel}/templates/sync")).status_code == 202

        async def changed() -> dict[str, Any] | None:
            now = await listed(owner, channel)
            return now if now["synced_at"] != page["synced_at"] else None

        [only] = (await until(changed, "another listing"))["items"]
        assert (only["id"], only["status"], only["sendable"]) == (first["id"], "paused", False)


async def test_a_refused_listing_is_told_and_the_list_stays(
    product: Product, tenant: TestTenant, provider: Provider
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connected(owner, META)
        await listed(owner, channel)
        provider.refuses = True
        await owner.request("POST", f"/channels/{channel}/templates/sync")

        async def refused() -> dict[str, Any] | None:
            page = await listed(owner, channel)
            return page if page["problem"] else None

        page = await until(refused, "the refusal to be told")
        assert page["problem"] == "channel_unauthorized" and len(page["items"]) == 2


@pytest.mark.parametrize("account", [META, TWILIO], ids=["meta", "twilio"])
async def test_a_template_is_sent_when_the_window_is_closed(
    product: Product, tenant: TestTenant, provider: Provider, account: dict[str, Any]
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connected(owner, account)
        page = await listed(owner, channel)
        wanted = next(each for each in page["items"] if each["sendable"])
        here = await conversation_on(product, tenant, channel, timedelta(hours=30))
        path = f"/conversations/{here}"
        state = (await owner.request("GET", f"{path}/reply-state")).json()["reply_state"]
        assert state["window"]["state"] == "template_only" and state["templates"] is True
        used = {"template": {"id": wanted["id"], "parameters": ["Анна", " №7\n "]}}
        words = "Здравствуйте, Анна! Заказ №7 готов, Анна."

        shown = await owner.request("POST", f"{path}/preview", json={"content": used})
        assert shown.status_code == 200, shown.text
        [message] = shown.json()["messages"]
        assert "".join(span["text"] for span in message["spans"]) == words
        assert message["kind"] == "template" and message["buttons"] == [{"label": "Спасибо", "url": None}]

        body = {"client_message_id": str(uuid4()), "content": used}
        sent = await owner.request("POST", f"{path}/messages", json=body)
        assert sent.status_code == 202, sent.text
        told = sent.json()["message"]
        assert words in told["text"]
        assert told["content"]["template"] == {
            "id": wanted["id"],
            "name": wanted["name"],
            "language": wanted["language"],
        }
        assert "forms" not in told["content"]
        again = await owner.request("POST", f"{path}/messages", json=body)
        assert again.json()["message"]["id"] == told["id"]

        async def arrived() -> list[Called] | None:
            return provider.sends() or None

        [call] = await until(arrived, "the template to be sent")
        if account is META:
            [component] = call.json()["template"]["components"]
            assert [each["text"] for each in component["parameters"]] == ["Анна", "№7"]
        else:
            assert call.form["ContentSid"] == content()["sid"]
            assert call.form["ContentVariables"] == '{"1":"Анна","2":"№7"}'


async def test_a_template_that_does_not_fit_is_refused_with_what_to_do(
    product: Product, tenant: TestTenant, provider: Provider
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel, other = await connected(owner, META), await connected(owner, TWILIO)
        good, pending = (await listed(owner, channel))["items"]
        [foreign] = (await listed(owner, other))["items"]
        here = await conversation_on(product, tenant, channel, timedelta(hours=30))
        values = ["Анна", "7"]
        for used, text, status, code in (
            ({"id": good["id"], "parameters": ["Анна"]}, "", 422, "template_parameters"),
            ({"id": good["id"], "parameters": ["Анна", " "]}, "", 422, "template_parameters"),
            ({"id": pending["id"], "parameters": values}, "", 409, "template_not_sendable"),
            ({"id": foreign["id"], "parameters": values}, "", 422, "template_not_found"),
            ({"id": str(uuid4()), "parameters": values}, "", 422, "template_not_found"),
            ({"id": good["id"], "parameters": values}, "и ещё", 422, "template_with_text"),
        ):
            body = {"text": text, "client_message_id": str(uuid4()), "content": {"template": used}}
            answer = await owner.request("POST", f"/conversations/{here}/messages", json=body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        note = {
            "kind": "note",
            "client_message_id": str(uuid4()),
            "content": {"template": {"id": good["id"]}},
        }
        answer = await owner.request("POST", f"/conversations/{here}/messages", json=note)
        assert (answer.status_code, answer.json()["code"]) == (422, "template_in_note")
        assert provider.sends() == []
