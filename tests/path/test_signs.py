"""Presses are heard, operators are seen to write and to read: by the provider's customer, within seconds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from omnisupport.activities.signs import Sign, sign_of
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_max import BOT, SENT_AT, created, message, own, user
from tests.path.test_api_channel import Shop, rows_of, shown, until, well
from tests.path.test_api_channel import connect as connect_api
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant

pytestmark = pytest.mark.long

SOON_S = 2.0
"""A button that turns for longer looks broken."""
MENU = """
omni: scenario/v1
id: menu
kind: dialog
name: {ru: Меню, en: Menu}
channels: [max]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: any, type: message, match: any}
on_error: {next: done}
start: ask
nodes:
  ask:
    type: menu
    text: {ru: "Берёте?", en: "Do you take it?"}
    options:
      - {id: "yes", label: {ru: Да, en: "Yes"}, next: done}
      - {id: "no", label: {ru: Нет, en: "No"}, next: done}
    timeout: 24h
    exits: {timeout: done, invalid: done}
  done: {type: end, outcome: quiet}
"""


class Max:
    """The Bot API of MAX, as far as a press needs it."""

    def __init__(self) -> None:
        self.stub = Stub(self.respond)
        self.secret = self.url = ""

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        if called.path == "/me":
            return Answer(body={"user_id": BOT, "first_name": "Лавка", "username": "lavka"})
        if called.path == "/subscriptions" and called.method == "POST":
            told = called.json()
            self.secret, self.url = told["secret"], told["url"]
        if called.path == "/messages":
            return Answer(body={"message": own(77, called.json()["text"])})
        return Answer(body={"success": True, "subscriptions": []})

    async def post(self, update: dict[str, Any], base: str) -> None:
        """Deliver an update."""
        headers = {"X-Max-Bot-Api-Secret": self.secret}
        async with httpx2.AsyncClient(base_url=base, timeout=20) as http:
            answer = await http.post(
                urlsplit(self.url).path, content=json.dumps(update).encode(), headers=headers
            )
        assert answer.status_code == 200, answer.text

    def calls(self, path: str) -> list[Called]:
        """What was asked of it there."""
        return [call for call in self.stub.calls if call.path == path and call.method == "POST"]


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Where MAX is, and the company's system."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, ports: tuple[int, int]) -> Iterator[Product]:
    """A product whose providers are ours."""
    state: Path = tmp_path_factory.mktemp("signs") / "state"
    env = {
        "MAX_API_URL": f"http://127.0.0.1:{ports[0]}",
        "OMNI_EGRESS_ALLOW": f"127.0.0.1:{ports[1]}",
    }
    with Product(state, env=env) as running:
        yield running


@pytest.fixture
async def bot(ports: tuple[int, int]) -> AsyncIterator[Max]:
    """MAX."""
    made = Max()
    made.stub.port = ports[0]
    async with made.stub:
        yield made


@pytest.fixture
async def shop(ports: tuple[int, int]) -> AsyncIterator[Shop]:
    """The company's system."""
    made = Shop()
    made.stub.port = ports[1]
    async with made.stub:
        yield made


async def test_a_press_is_answered_within_two_seconds_and_once(product: Product, bot: Max) -> None:
    tenant = await make_tenant(product.settings(), MENU)
    async with Operator(product.url, tenant) as owner:
        body = {"name": "MAX", "account": {"token": "token-of-max"}}
        made = (await owner.request("POST", "/channels/max", json=body)).json()
        await well(owner, made["channel"])
        await bot.post(created(message(5, text="привет")), product.url)

        async def asked() -> Called | None:
            return next(iter(bot.calls("/messages")), None)

        [keyboard] = (await until(asked, "the menu")).json()["attachments"]
        pressed = {
            "callback_id": "cb.1",
            "timestamp": SENT_AT + 5,
            "user": user(),
            "payload": keyboard["payload"]["buttons"][0][0]["payload"],
        }
        update = {"update_type": "message_callback", "timestamp": SENT_AT + 5, "callback": pressed}
        await bot.post(update | {"message": own(77, "Берёте?")}, product.url)
        async with asyncio.timeout(SOON_S * 5):  # two seconds, on a machine that does nothing else
            while not bot.calls("/answers"):
                await asyncio.sleep(0.05)
        await bot.post(update | {"message": own(77, "Берёте?")}, product.url)  # delivered again
        await asyncio.sleep(SOON_S)
        [answer] = bot.calls("/answers")
        assert answer.query["callback_id"] == "cb.1"
        rows = await rows_of(owner, 2)
        assert rows[1]["text"] == "Да" and "cb.1" not in json.dumps(rows)


async def test_a_customer_sees_that_an_operator_writes_and_reads_and_is_seen_to_write(
    product: Product, shop: Shop, ports: tuple[int, int]
) -> None:
    tenant: TestTenant = await make_tenant(product.settings(), ECHO.replace("[widget]", "[api]"))
    async with Operator(product.url, tenant) as owner:
        made = await connect_api(owner, f"http://127.0.0.1:{ports[1]}/omni")
        shop.secret, shop.webhook_url = made["setup"]["secret"], made["setup"]["webhook_url"]
        await well(owner, made["channel"])
        await shop.say("m1", "раз")
        await shown(shop, 1)
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        here = f"/conversations/{conversation['id']}"
        assert (await owner.request("POST", f"{here}/seen", json={"seq": 1})).status_code == 204
        assert await _signals(shop, "read") == {"chat": "42", "what": "read", "id": "m1"}
        async with desk(product.url, owner) as console:
            await console.say("watch", conversation_id=conversation["id"], after=0)
            await console.say("typing", conversation_id=conversation["id"], on=True)
            assert await _signals(shop, "typing") == {"chat": "42", "what": "typing", "id": "m1"}
            assert await shop.tell("typing") == 200
            frame = await console.await_frame("typing")
            assert (frame["author"]["kind"], frame["conversation_id"]) == ("customer", conversation["id"])
        off = await owner.request("PATCH", f"/channels/api/{made['channel']['id']}", json={"typing": False})
        assert off.status_code == 200, off.text


async def _signals(shop: Shop, what: str) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        told = [call.json() for call in shop.stub.calls]
        signs = [each["data"] for each in told if each["type"] == "signal" and each["data"]["what"] == what]
        return signs[0] if signs else None

    data: dict[str, Any] = await until(found, f"the sign {what}")
    return data


def test_a_hint_asks_for_a_sign_or_for_none() -> None:
    assert sign_of({"k": "press", "c": "7", "m": "8"}) == Sign("press", "7", "press:8", 60.0, "8")
    assert sign_of({"k": "typing", "c": "7", "who": "operator", "id": "1", "on": True}) == sign_of(
        {"k": "answering", "c": "7"}
    )
    for quiet in (
        {"k": "typing", "c": "7", "who": "operator", "on": False},
        {"k": "typing", "c": "7", "who": "customer", "on": True},
        {"k": "commit", "c": "7"},
        {"k": "presence"},
        {},
    ):
        assert sign_of(quiet) is None
