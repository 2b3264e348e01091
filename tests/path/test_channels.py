"""A customer writes through a provider: connected by the API, answered by a scenario, looked after by a workflow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest

from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_telegram import KIT, Webhook, message, refusal
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant

pytestmark = pytest.mark.long

PORT = free_port()
IDS = count(500_001)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose Telegram is ours."""
    state: Path = tmp_path_factory.mktemp("channels") / "state"
    with Product(state, env={"TELEGRAM_API_URL": f"http://127.0.0.1:{PORT}"}) as running:
        yield running


class BotApi:
    """The Bot API for one bot, and what can be seen from its customers' side; other bots are as good as absent."""

    def __init__(self) -> None:
        self.id = next(IDS)
        self.webhook = Webhook()
        self.stub = Stub(self.respond)
        self.stub.port = PORT
        self.files: dict[str, bytes] = {}

    def token(self, letter: str = "A") -> str:
        """A token of the bot."""
        return f"{self.id}:{letter * 35}"

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        if f"bot{self.id}:" not in called.path:
            return refusal(401, "Unauthorized")
        method = called.path.rpartition("/")[2]
        if method == "getMe":
            me = {"id": self.id, "is_bot": True, "first_name": "Лавка", "username": "lavka_bot"}
            return Answer(body={"ok": True, "result": me})
        if method == "getFile":
            file = {
                "file_id": called.form["file_id"],
                "file_unique_id": "u",
                "file_path": called.form["file_id"],
            }
            return Answer(body={"ok": True, "result": file})
        if called.path.startswith("/file/"):
            return Answer(body=self.files[method].decode("latin-1"), content_type="application/octet-stream")
        return self.webhook.respond(called)

    @contextmanager
    def answering(self, method: str, answer: Answer) -> Iterator[None]:
        """Answer calls of a method so."""
        usual = self.stub.respond
        self.stub.respond = lambda called: answer if called.path.endswith(method) else usual(called)
        yield
        self.stub.respond = usual

    @property
    def calls(self) -> list[Called]:
        """What was asked of this bot."""
        return [call for call in self.stub.calls if f"bot{self.id}:" in call.path]

    @property
    def secret(self) -> str:
        """What webhooks are to carry."""
        return [call for call in self.calls if call.path.endswith("/setWebhook")][-1].form["secret_token"]

    def said(self) -> list[str]:
        """Texts that arrived at customers."""
        return [call.form.get("text", "") for call in self.stub.done if KIT.is_send(call)]


@pytest.fixture
async def bots() -> AsyncIterator[BotApi]:
    """Telegram."""
    api = BotApi()
    async with api.stub:
        yield api


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(product.settings(), ECHO.replace("[widget]", "[widget, telegram]"))


class Customer:
    """Somebody with a phone, who writes to a bot."""

    def __init__(self, product: Product, api: BotApi, chat: int) -> None:
        self._http = httpx2.AsyncClient(base_url=product.url, timeout=20)
        self._api = api
        self.chat = chat
        self.updates = chat * 1000
        self.messages = 0

    async def post(self, update: dict[str, Any], **headers: str) -> httpx2.Response:
        """Deliver an update as Telegram does."""
        path = urlsplit(self._api.webhook.url).path
        told = {"X-Telegram-Bot-Api-Secret-Token": self._api.secret} | headers
        return await self._http.post(path, content=json.dumps(update).encode(), headers=told)

    async def raw(
        self, method: str, path: str, body: dict[str, Any] | bytes, headers: dict[str, str]
    ) -> httpx2.Response:
        """Whatever anybody may post."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self._http.request(method, path, content=content, headers=headers)

    async def say(self, text: str = "", **content: Any) -> dict[str, Any]:
        """Write; the update, which may be delivered again."""
        self.updates += 1
        self.messages += 1
        said = content if not text else content | {"text": text}
        update = {"update_id": self.updates, "message": message(self.messages, self.chat, **said)}
        answer = await self.post(update)
        assert answer.status_code == 200, answer.text
        return update


async def until(look: Any, what: str) -> Any:
    """Wait for something that is not None."""
    async with asyncio.timeout(PATIENCE_S):
        while (found := await look()) is None:
            await asyncio.sleep(0.1)
    assert found is not None, what
    return found


async def connect(owner: Operator, api: BotApi) -> dict[str, Any]:
    """A bot that is connected and well."""
    body = {"name": "Бот", "account": {"token": api.token()}}
    made = await owner.request("POST", "/channels/telegram", json=body)
    assert made.status_code == 201, made.text
    channel: dict[str, Any] = made.json()["channel"]

    async def well() -> dict[str, Any] | None:
        found = (await owner.request("GET", f"/channels/{channel['id']}")).json()["channel"]
        return found if found["health"]["state"] == "ok" else None

    found: dict[str, Any] = await until(well, "the connection to be well")
    return found


async def test_a_bot_is_connected_written_to_and_answers(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        assert channel["facts"]["bot_username"] == "lavka_bot" and channel["account"] == str(bots.id)
        assert bots.token() not in json.dumps(channel) and bots.secret not in json.dumps(channel)
        customer = Customer(product, bots, 1001)
        update = await customer.say("раз")

        async def answered() -> list[str] | None:
            return bots.said() or None

        assert await until(answered, "an answer") == ["эхо: раз"]
        assert (await customer.post(update)).status_code == 200  # delivered again
        await customer.say("два")
        await until(lambda: _count(bots, 2), "the second answer")
        assert bots.said() == ["эхо: раз", "эхо: два"]
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        assert conversation["channel"]["type"] == "telegram"
        assert conversation["customer"]["name"] == "Иван Петров"


async def test_an_album_is_answered_once_and_stays_three_messages(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    bots.files |= {f"p{number}": b"not a picture" for number in range(3)}
    async with Operator(product.url, tenant) as owner:
        await connect(owner, bots)
        customer = Customer(product, bots, 1006)
        for number, caption in enumerate(("шкаф", "царапина", "")):
            photo = [{"file_id": f"p{number}", "width": 90}]
            more = {"caption": caption} if caption else {}
            await customer.say(photo=photo, media_group_id="g1", **more)
        await until(lambda: _count(bots, 1), "the answer")
        rows = await _rows(owner, 3)
        await asyncio.sleep(1.5)
        assert bots.said() == ["эхо: шкаф\nцарапина"]
        assert [row["content"]["album"] for row in rows] == ["g1"] * 3


async def test_twenty_deliveries_at_once_are_one_message(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        await connect(owner, bots)
        customer = Customer(product, bots, 1002)
        update = {"update_id": 7, "message": message(1, 1002, text="раз")}
        answers = await asyncio.gather(*(customer.post(update) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        rows = await _rows(owner, 1)
        assert [row["text"] for row in rows if row["direction"] == "inbound"] == ["раз"]
        await until(lambda: _count(bots, 1), "the answer")
        await asyncio.sleep(1)
        assert bots.said() == ["эхо: раз"]


async def test_what_telegram_did_not_send_is_refused_and_leaves_nothing(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner, Operator(product.url, await another(product)) as other:
        await connect(owner, bots)
        first, own_url = bots.secret, bots.webhook.url
        made = await other.request(
            "POST", "/channels/telegram", json={"name": "Чужой", "account": {"token": "999999:" + "B" * 35}}
        )
        foreign_url = made.json()["setup"]["webhook_url"]
        customer = Customer(product, bots, 1003)
        update = {"update_id": 9, "message": message(1, 1003, text="подделка")}
        header = "X-Telegram-Bot-Api-Secret-Token"
        path = urlsplit(own_url).path
        answers = {
            name: (await customer.raw("POST", where, body, headers)).status_code
            for name, where, body, headers in (
                ("unsigned", path, update, {}),
                ("wrong", path, update, {header: first[:-1] + "!"}),
                ("the token", path, update, {header: bots.token()}),
                ("other url", urlsplit(foreign_url).path, update, {header: first}),
                ("other provider", path.replace("telegram", "vk"), update, {header: first}),
                ("no url", "/webhooks/telegram/nothing", update, {header: first}),
                ("truncated", path, json.dumps(update)[:40].encode(), {header: first}),
                ("not json", path, b"\xff\x00", {header: first}),
                ("list", path, b"[]", {header: first}),
                ("nested", path, b"[" * 20_000, {header: first}),
                ("huge", path, b" " * 2_000_000, {header: first}),
                ("wrong types", path, {"update_id": "9", "message": {"date": []}}, {header: first}),
                ("nothing", path, b"", {header: first}),
            )
        }
        refused = {
            name: status for name, status in answers.items() if status not in (400, 401, 404, 413, 422)
        }
        assert refused == {}, answers
        assert (await owner.request("GET", "/conversations?queue=all")).json()["items"] == []


async def test_an_edit_a_file_and_a_block_are_seen_by_operators(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    bots.files["docs"] = b"%PDF-1.7 something"
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        customer = Customer(product, bots, 1004)
        said = await customer.say("мой заказ 7")
        edited = said["message"] | {"text": "мой заказ 8", "edit_date": 1_795_000_100}
        await customer.post({"update_id": 70, "edited_message": edited})
        document = {"file_id": "docs", "file_name": "счёт.pdf", "mime_type": "application/pdf"}
        await customer.say(document=document, caption="вот счёт")

        async def fetched() -> dict[str, Any] | None:
            rows = await _rows(owner, 2)
            [file] = rows[-1]["attachments"] or [{}]
            return file if file.get("state") == "ready" else None

        file = await until(fetched, "the file")
        assert (file["name"], file["mime"], file["size"]) == ("счёт.pdf", "application/pdf", 18)
        rows = await _rows(owner, 2)
        assert (rows[0]["text"], rows[0]["content"]["edited_from"]) == ("мой заказ 8", "мой заказ 7")
        assert "docs" not in json.dumps(rows[-1]["content"])  # what it is fetched by stays here
        await until(lambda: _heard(bots, "эхо: вот счёт"), "the answers")
        bots.stub.answers = [refusal(403, "Forbidden: bot was blocked by the user")]
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        await owner.act(conversation["id"], "take-over")
        await owner.reply(conversation["id"], "вы тут?")

        async def troubled() -> list[dict[str, Any]] | None:
            return (await owner.request("GET", "/deliveries")).json()["items"] or None

        [item] = await until(troubled, "the failed send")
        assert (item["code"], item["message"]["text"]) == ("recipient_gone", "вы тут?")
        path = f"/conversations/{conversation['id']}/messages/{item['message']['id']}/delivery"
        again = await owner.request("POST", path, json={"decision": "resend"})
        assert again.status_code == 202, again.text
        await until(lambda: _heard(bots, "вы тут?"), "the second try")
        assert (await owner.request("POST", path, json={"decision": "resend"})).status_code == 409
        assert channel["type"] == "telegram"


async def test_a_reaction_is_kept_on_the_message_and_answered_by_nobody(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        await connect(owner, bots)
        customer = Customer(product, bots, 1012)
        await customer.say("раз")
        await until(lambda: _count(bots, 1), "the answer")
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]

        async def react(*signs: str) -> None:
            customer.updates += 1
            told = {
                "chat": {"id": 1012, "type": "private"},
                "message_id": 77,
                "user": {"id": 1012, "first_name": "Иван"},
                "date": 1_795_000_000 + customer.updates % 1000,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": each} for each in signs],
            }
            update = {"update_id": customer.updates, "message_reaction": told}
            assert (await customer.post(update)).status_code == 200

        async def of_answer() -> list[str | None] | None:
            rows = await owner.messages(conversation["id"])
            [answer] = [row for row in rows if row["direction"] == "outbound"]
            return [each["emoji"] for each in answer["content"].get("reactions", [])] or None

        async def sent() -> bool | None:
            rows = await owner.messages(conversation["id"])
            return (
                True
                if any(row["status"] == "sent" and row["direction"] == "outbound" for row in rows)
                else None
            )

        await until(sent, "the answer's id to be known")
        await react("👍")
        assert await of_answer() == ["👍"]
        await react("🔥", "❤")
        assert await of_answer() == ["🔥❤"]
        await react()
        assert await of_answer() == [None]
        assert len(bots.said()) == 1 and len(await owner.messages(conversation["id"])) == 2


async def test_a_test_message_is_sent_and_makes_no_conversation(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        here = f"/channels/{channel['id']}/test"
        sent = (await owner.request("POST", here, json={"to": " 1009 "})).json()
        assert sent["health"]["state"] == "ok"
        assert (sent["message"]["status"], sent["message"]["address"]) == ("sent", "1009")
        assert sent["message"]["provider_message_id"].startswith("1009:") and sent["message"]["code"] is None
        assert bots.said() == ["Проверочное сообщение: канал «Бот» подключён, сообщения отсюда доходят."]
        gone = refusal(400, "Bad Request: chat not found")
        with bots.answering("/sendMessage", gone):
            failed = (await owner.request("POST", here, json={"to": "1010"})).json()["message"]
        assert (failed["status"], failed["code"]) == ("failed", "recipient_gone")
        assert "нажмёт «Старт»" in failed["reason"] and failed["detail"] == "Telegram knows no such chat."
        with bots.answering("/sendMessage", Answer(fault="lose")):
            lost = (await owner.request("POST", here, json={"to": "1011"})).json()["message"]
        assert (lost["status"], lost["code"]) == ("uncertain", "send_uncertain")
        assert (await owner.request("GET", "/conversations?queue=all")).json()["items"] == []
        assert (await owner.request("GET", "/customers")).json()["items"] == []
        lines = (await owner.request("GET", "/audit?action=channel.tested")).json()["items"]
        told = [(line["after"]["to"], line["after"]["status"]) for line in lines]
        assert told == [("…011", "uncertain"), ("…010", "failed"), ("…009", "sent")]


async def test_a_test_message_is_refused_in_words_and_counted(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        here = f"/channels/{channel['id']}/test"
        for to, code in (("@ivan", "address_invalid"), ("", "invalid"), ("x" * 300, "invalid")):
            refused = await owner.request("POST", here, json={"to": to})
            assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        [widget] = [
            one
            for one in (await owner.request("GET", "/channels")).json()["items"]
            if one["type"] == "widget"
        ]
        refused = await owner.request("POST", f"/channels/{widget['id']}/test", json={"to": "1"})
        assert (refused.status_code, refused.json()["code"]) == (409, "channel_without_addresses")
        number = {
            "provider": "twilio",
            "account_sid": "AC1",
            "auth_token": "t" * 32,
            "sender": "+14155550123",
        }
        made = await owner.request("POST", "/channels/whatsapp", json={"name": "WA", "account": number})
        there = f"/channels/{made.json()['channel']['id']}/test"
        refused = await owner.request("POST", there, json={"to": "+7 916 123-45-67"})
        assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
        assert "24 часа" in refused.json()["detail"]
        refused = await owner.request("POST", there, json={"to": "1001"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to")
        answers = [await owner.request("POST", here, json={"to": "1009"}) for _ in range(11)]
        assert [each.status_code for each in answers] == [202] * 10 + [429]
        assert len(bots.said()) == 10


async def test_an_operators_files_arrive_as_files(product: Product, tenant: TestTenant, bots: BotApi) -> None:
    async with Operator(product.url, tenant) as owner:
        await connect(owner, bots)
        await Customer(product, bots, 1014).say("пришлите счёт")
        await until(lambda: _count(bots, 1), "the answer")
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        paper = b"%PDF-1.7 " + b"7" * 300_000
        kept = await owner.request("POST", "/files", params={"name": "счёт.pdf"}, content=paper)
        note = await owner.request(
            "POST", "/files", params={"name": "как платить.txt"}, content="просто".encode()
        )
        ids = [each.json()["file"]["id"] for each in (kept, note)]
        path = f"/conversations/{conversation['id']}"
        seen = await owner.request("POST", f"{path}/preview", json={"text": "Вот", "attachments": ids})
        assert [
            (each["kind"], each["title"], "".join(span["text"] for span in each["spans"]))
            for each in seen.json()["messages"]
        ] == [("file", "счёт.pdf", "Вот"), ("file", "как платить.txt", "")]
        body = {"client_message_id": "files", "text": "Вот", "attachments": ids}
        sent = await owner.request("POST", f"{path}/messages", json=body)
        assert sent.status_code == 202, sent.text
        assert [each["id"] for each in sent.json()["message"]["attachments"]] == ids

        async def uploaded() -> list[Called] | None:
            found = [call for call in bots.stub.done if call.path.endswith("/sendDocument")]
            return found if len(found) == 2 else None

        first, second = await until(uploaded, "the files")
        [(_, _, content)], [(_, _, words)] = first.files.values(), second.files.values()
        assert (content, first.form["caption"], words.decode()) == (paper, "Вот", "просто")
        alone = {"client_message_id": "alone", "attachments": ids[:1]}
        assert (await owner.request("POST", f"{path}/messages", json=alone)).status_code == 202
        for refused, code in (
            ({"text": "x", "attachments": [str(uuid4())]}, "attachment_unknown"),
            ({"text": "x", "kind": "note", "attachments": ids}, "attachment_refused"),
            ({"attachments": []}, "message_empty"),
        ):
            body = {"client_message_id": "bad"} | refused
            answer = await owner.request("POST", f"{path}/messages", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_a_connection_heals_is_connected_anew_and_ends(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        here, old = f"/channels/{channel['id']}", bots.webhook.url
        bots.webhook.url = ""  # somebody has taken it away
        assert (await owner.request("POST", f"{here}/test")).status_code == 202
        await until(lambda: _moved(bots, ""), "the webhook to be there again")
        assert bots.webhook.url == old
        body = {"telegram": {"token": bots.token("C")}}
        told = await owner.request("POST", f"{here}/reauthorize", json=body)
        assert told.status_code == 200, told.text
        await until(lambda: _moved(bots, old), "a webhook of its own")
        stranger = {"telegram": {"token": "777777:" + "C" * 35}}
        assert (await owner.request("POST", f"{here}/reauthorize", json=stranger)).status_code == 409
        twice = {"name": "Ещё раз", "account": {"token": bots.token()}}
        assert (await owner.request("POST", "/channels/telegram", json=twice)).status_code == 409
        customer = Customer(product, bots, 1005)
        await customer.say("раз")
        await until(lambda: _count(bots, 1), "the answer")
        assert (await owner.request("DELETE", here)).status_code == 204

        async def gone() -> bool | None:
            ended = any(call.path.endswith("/deleteWebhook") for call in bots.calls)
            listed = (await owner.request("GET", "/channels")).json()["items"]
            return True if ended and all(each["id"] != channel["id"] for each in listed) else None

        await until(gone, "the end")
        update = {"update_id": 99, "message": message(9, 1005, text="ещё")}
        assert (await customer.post(update)).status_code == 404
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        assert conversation["channel"]["name"] == "Бот"


async def _rows(owner: Operator, inbound: int) -> list[dict[str, Any]]:
    """Messages of the one customer, once there are so many."""

    async def found() -> list[dict[str, Any]] | None:
        items = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        if not items:
            return None
        page = (await owner.request("GET", f"/conversations/{items[0]['id']}/messages")).json()["messages"]
        rows = [row for row in page if row["direction"] == "inbound"]
        return rows if len(rows) >= inbound else None

    rows: list[dict[str, Any]] = await until(found, "the messages")
    return rows


async def _moved(api: BotApi, old: str) -> bool | None:
    return True if api.webhook.url not in ("", old) else None


async def _heard(api: BotApi, text: str) -> bool | None:
    return True if text in api.said() else None


async def another(product: Product) -> TestTenant:
    """Another tenant."""
    return await make_tenant(product.settings(), ECHO.replace("[widget]", "[widget, telegram]"))


async def _count(api: BotApi, count: int) -> bool | None:
    return True if len(api.said()) >= count else None


async def test_open_consoles_hear_that_a_channel_has_changed_and_strangers_hear_nothing(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    stranger = await another(product)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, stranger) as other,
        desk(product.url, owner) as console,
        desk(product.url, other) as elsewhere,
    ):
        channel = await connect(owner, bots)
        news = {"type": "channel", "id": channel["id"]}
        for _ in range(2):  # it is connected, and then it is well
            assert await console.await_frame("channel") == news
        renamed = await owner.request("PATCH", f"/channels/telegram/{channel['id']}", json={"name": "Лавка"})
        assert renamed.status_code == 200
        assert await console.await_frame("channel") == news
        assert [each for each in await elsewhere.settle() if each["type"] == "channel"] == []


async def test_what_went_through_a_channel_is_counted_and_what_failed_is_decided_of(
    product: Product, tenant: TestTenant, bots: BotApi
) -> None:
    async with Operator(product.url, tenant) as owner:
        channel = await connect(owner, bots)
        at = f"/channels/{channel['id']}"
        customer = Customer(product, bots, 1071)
        await customer.say("раз")
        await until(lambda: _count(bots, 1), "the answer")

        async def counted() -> dict[str, Any] | None:
            day: dict[str, Any] = (await owner.request("GET", f"{at}/statistics")).json()["day"]
            return day if day["outbound"] else None

        day = await until(counted, "the answer to be counted")
        took = day.pop("median_ms")
        assert isinstance(took, int) and 0 <= took < PATIENCE_S * 1000
        assert (day.pop("segments"), day.pop("costs")) == (0, [])
        assert day == {"inbound": 1, "outbound": 1, "failed": 0, "uncertain": 0, "waiting": 0}
        bots.stub.answers = [refusal(403, "Forbidden: bot was blocked by the user")]
        await customer.say("два")

        async def failed() -> dict[str, Any] | None:
            page: dict[str, Any] = (await owner.request("GET", "/deliveries")).json()
            return page if page["items"] else None

        page = await until(failed, "the send to fail")
        [item] = page["items"]
        assert (page["total"], item["code"], item["message"]["status"]) == (1, "recipient_gone", "failed")
        for query, total in (
            ("status=failed", 1),
            ("status=uncertain", 0),
            (f"channel_id={channel['id']}", 1),
            (f"channel_id={uuid4()}", 0),
        ):
            narrowed = (await owner.request("GET", f"/deliveries?{query}")).json()
            assert (narrowed["total"], len(narrowed["items"])) == (total, total), query
        assert (await owner.request("GET", f"{at}/statistics")).json()["week"]["failed"] == 1
        assert (await owner.request("GET", f"/channels/{uuid4()}/statistics")).status_code == 404
