"""Without a public address a bot works all the same: updates are asked for, and posted to our own webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from omnisupport.devstack.stack import Stack
from omnisupport.devstack.state import StateDir
from omnisupport.settings import Settings
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_telegram import KIT, Webhook, message
from tests.path.test_channels import until
from tests.path.test_signs import MENU
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.tenants import make_tenant

pytestmark = pytest.mark.long

PORT = free_port()
TOKEN = f"777001:{'A' * 35}"
IDLE = Answer(body={"ok": True, "result": []}, fault="slow", after_s=0.3)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product on a machine that nobody reaches."""
    state: Path = tmp_path_factory.mktemp("bridge") / "state"
    env = {"TELEGRAM_API_URL": f"http://127.0.0.1:{PORT}", "OMNI_TELEGRAM_BRIDGE": "true"}
    with Product(state, env=env) as running:
        yield running


class Telegram:
    """A bot whose updates wait until they are asked for; while it has a webhook nobody may ask."""

    def __init__(self) -> None:
        self.webhook = Webhook()
        self.webhook.url = "https://elsewhere.example/old"
        self.waiting: list[dict[str, Any]] = []
        self.ids = count(1000)
        self.stub = Stub(self.respond)
        self.stub.port = PORT

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        method = called.path.rpartition("/")[2]
        if method == "getMe":
            me = {"id": 777001, "is_bot": True, "first_name": "Лавка", "username": "lavka_bot"}
            return Answer(body={"ok": True, "result": me})
        if method == "deleteWebhook":
            self.webhook.url = ""
            return Answer(body={"ok": True, "result": True})
        if method == "getUpdates":
            return self._updates(called.json())
        return self.webhook.respond(called)

    def _updates(self, asked: dict[str, Any]) -> Answer:
        if self.webhook.url:
            told = {"ok": False, "error_code": 409, "description": "Conflict: a webhook is active"}
            return Answer(409, told)
        self.waiting = [each for each in self.waiting if each["update_id"] >= asked.get("offset", 0)]
        return Answer(body={"ok": True, "result": self.waiting}) if self.waiting else IDLE

    def tell(self, **update: Any) -> None:
        """Something happens to the bot."""
        self.waiting.append({"update_id": next(self.ids), **update})

    def calls(self, method: str) -> list[Called]:
        """How a method was called."""
        return [call for call in self.stub.calls if call.path.endswith(f"/{method}")]


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Telegram."""
    made = Telegram()
    async with made.stub:
        yield made


async def test_updates_are_asked_for_once_and_a_press_is_answered(
    product: Product, telegram: Telegram
) -> None:
    tenant = await make_tenant(product.settings(), MENU.replace("[max]", "[telegram]"))
    telegram.tell(message=message(1, 1001, text="привет"))
    async with Operator(product.url, tenant) as owner:
        body = {"name": "Бот", "account": {"token": TOKEN}}
        made = await owner.request("POST", "/channels/telegram", json=body)
        assert made.status_code == 201, made.text

        async def asked() -> Called | None:
            return next((call for call in telegram.stub.done if KIT.is_send(call)), None)

        async with asyncio.timeout(4 * PATIENCE_S):  # the worker loads Telegram's library first
            while (shown := await asked()) is None:
                await asyncio.sleep(0.2)
        assert telegram.webhook.url == "" and not telegram.calls("setWebhook")
        [[first], *_] = json.loads(shown.form["reply_markup"])["inline_keyboard"]
        press = {"id": "cb-1", "from": {"id": 1001, "first_name": "Иван"}, "data": first["callback_data"]}
        telegram.tell(callback_query=press | {"message": message(77, 1001, text="Берёте?")})

        async def answered() -> Called | None:
            return next(iter(telegram.calls("answerCallbackQuery")), None)

        answer = await until(answered, "the press to be answered")
        assert answer.form["callback_query_id"] == "cb-1"

        async def taken() -> list[str] | None:
            [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
            page = (await owner.request("GET", f"/conversations/{conversation['id']}/messages")).json()
            texts = [row["text"] for row in page["messages"] if row["direction"] == "inbound"]
            return texts if len(texts) == 2 and not telegram.waiting else None

        assert await until(taken, f"both messages within {PATIENCE_S} s") == ["привет", "Да"]
        health = (await owner.request("GET", f"/channels/{made.json()['channel']['id']}")).json()["channel"]
        assert health["health"]["state"] == "ok"


@pytest.mark.parametrize(
    ("env", "bridged"),
    [
        ({}, True),
        ({"TELEGRAM_API_URL": "https://api.telegram.org"}, True),
        ({"TELEGRAM_API_URL": "http://127.0.0.1:9"}, False),
        ({"OMNI_PUBLIC_URL": "https://support.example.com"}, False),
        ({"OMNI_PUBLIC_URL": "https://support.example.com", "OMNI_TELEGRAM_BRIDGE": "true"}, False),
        ({"TELEGRAM_API_URL": "http://127.0.0.1:9", "OMNI_TELEGRAM_BRIDGE": "true"}, True),
    ],
)
def test_who_has_a_public_address_is_not_bridged(
    env: dict[str, str], bridged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TELEGRAM_API_URL", "OMNI_PUBLIC_URL", "OMNI_TELEGRAM_BRIDGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    stack = Stack(Settings(), StateDir.open(tmp_path / "state"), demo=False)
    assert ("telegram" in [part.name for part in stack.processes]) is bridged
    assert stack.worker_environment["OMNI_TELEGRAM_BRIDGE"] == str(bridged).lower()
