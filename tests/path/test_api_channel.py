"""Another system is a channel: the example of the docs talks to the product, and everything else is refused."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from omnisupport.domain.webhook import FRESH_S
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_api import FOREIGN, signed
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant

pytestmark = pytest.mark.long

EXAMPLE = Path(__file__).parents[2] / "examples" / "api_channel.py"
PORT = free_port()
URL = f"http://127.0.0.1:{PORT}/omni"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product that may reach our system."""
    state: Path = tmp_path_factory.mktemp("api-channel") / "state"
    with Product(state, env={"OMNI_EGRESS_ALLOW": f"127.0.0.1:{PORT}"}) as running:
        yield running


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(product.settings(), ECHO.replace("[widget]", "[api]"))


class Shop:
    """The tenant's own system: what it was sent, and how it tells."""

    def __init__(self) -> None:
        self.stub = Stub(self.respond)
        self.stub.port = PORT
        self.secret = self.webhook_url = ""
        self.shown: dict[str, dict[str, Any]] = {}
        """By `webhook-id`, as docs/api-channel.md asks for it."""
        self._http = httpx2.AsyncClient(timeout=20)

    def respond(self, called: Called) -> Answer:
        """Show what is sent once."""
        told = called.json()
        if told["type"] != "send":
            return Answer(204, "")
        self.shown.setdefault(called.headers["webhook-id"], told["data"])
        return Answer(200, {"id": f"shown-{list(self.shown).index(called.headers['webhook-id']) + 1}"})

    def texts(self) -> list[str]:
        """What customers have read."""
        return [each.get("text", "") for each in self.shown.values()]

    async def tell(self, type: str, *, under: str = "", secret: str = "", at: int = 0, **data: Any) -> int:
        """Tell one thing; how it was answered."""
        body = {"type": type, "data": {"chat": "42"} | data}
        moment = at or int(time.time())
        request = signed(body, id=under or f"w-{time.time_ns()}", secret=secret or self.secret, at=moment)
        answer = await self._http.post(self.webhook_url, content=request.body, headers=dict(request.headers))
        return answer.status_code

    async def say(self, id: str, text: str, **more: Any) -> int:
        """A message of a customer."""
        return await self.tell(
            "message", **{"id": id, "text": text, "customer": {"id": "42", "name": "Анна"}} | more
        )


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A system that is there."""
    made = Shop()
    async with made.stub:
        yield made
    await made._http.aclose()


async def connect(owner: Operator, url: str = URL) -> dict[str, Any]:
    """What connecting answers."""
    body = {"name": "Приложение", "account": {"url": url}}
    made = await owner.request("POST", "/channels/api", json=body)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def until(look: Any, what: str) -> Any:
    """Wait for something that is not None."""
    async with asyncio.timeout(PATIENCE_S):
        while (found := await look()) is None:
            await asyncio.sleep(0.1)
    assert found is not None, what
    return found


async def well(owner: Operator, channel: dict[str, Any], state: str = "ok") -> dict[str, Any]:
    """The channel, once it was found so."""

    async def found() -> dict[str, Any] | None:
        here = (await owner.request("GET", f"/channels/{channel['id']}")).json()["channel"]
        return here if here["health"]["state"] == state else None

    channel = await until(found, f"the connection to be {state}")
    return channel


async def rows_of(owner: Operator, count: int) -> list[dict[str, Any]]:
    """What the one customer said, once there is so much."""

    async def found() -> list[dict[str, Any]] | None:
        items = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        if not items:
            return None
        page = (await owner.request("GET", f"/conversations/{items[0]['id']}/messages")).json()["messages"]
        rows = [row for row in page if row["direction"] == "inbound"]
        return rows if len(rows) >= count else None

    rows: list[dict[str, Any]] = await until(found, "the messages")
    return rows


async def sent(owner: Operator) -> list[dict[str, Any]] | None:
    """What the one customer was answered, once all of it is sent."""
    [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
    page = (await owner.request("GET", f"/conversations/{conversation['id']}/messages")).json()["messages"]
    rows = [row for row in page if row["direction"] == "outbound"]
    return rows if all(row["status"] == "sent" for row in rows) else None


async def shown(shop: Shop, count: int) -> list[str]:
    """What was shown, once it is so much."""

    async def found() -> list[str] | None:
        return shop.texts() if len(shop.shown) >= count else None

    texts: list[str] = await until(found, "the answers")
    return texts


async def test_the_example_of_the_docs_is_a_channel(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await connect(owner)
        assert made["setup"]["secret"].startswith("whsec_")
        assert made["setup"]["secret"] not in json.dumps(made["channel"])
        await well(owner, made["channel"], "degraded")  # nobody is there yet
        env = {"OMNI_WEBHOOK_URL": made["setup"]["webhook_url"], "OMNI_SECRET": made["setup"]["secret"]}
        pipe = asyncio.subprocess.PIPE
        example = await asyncio.create_subprocess_exec(
            sys.executable, str(EXAMPLE), str(PORT), stdin=pipe, stdout=pipe, env=os.environ | env
        )
        assert example.stdin is not None and example.stdout is not None
        try:

            async def is_well() -> bool | None:
                await owner.request("POST", f"/channels/{made['channel']['id']}/test")
                here = (await owner.request("GET", f"/channels/{made['channel']['id']}")).json()["channel"]
                return True if here["health"]["state"] == "ok" else None

            await until(is_well, "the ping to be answered")
            for word in ("раз", "два"):
                example.stdin.write(f"{word}\n".encode())
                await example.stdin.drain()
                line = await asyncio.wait_for(example.stdout.readline(), PATIENCE_S)
                assert line.decode().strip() == f"42 < эхо: {word}"
            await until(lambda: sent(owner), "the answers to be known as sent")
        finally:
            example.stdin.close()
            await example.wait()
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        assert (conversation["channel"]["type"], conversation["customer"]["name"]) == ("api", "Анна")


async def test_what_a_system_tells_is_taken_once_and_the_rest_refused(
    product: Product, tenant: TestTenant, shop: Shop
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await connect(owner)
        shop.secret, shop.webhook_url = made["setup"]["secret"], made["setup"]["webhook_url"]
        await well(owner, made["channel"])
        assert await shop.say("m1", "мой заказ 7") == 200
        at_once = await asyncio.gather(*(shop.say("m1", "мой заказ 7") for _ in range(20)))
        assert set(at_once) == {200}
        assert await shop.tell("edit", id="m1", text="мой заказ 8") == 200
        now = int(time.time())
        refused = {
            "foreign": await shop.say("m2", "чужое", secret=FOREIGN),
            "stale": await shop.say("m3", "старое", at=now - FRESH_S - 60),
            "no kind": await shop.tell("send", text="обратно"),
            "no text": await shop.tell("message", id="m4"),
        }
        assert refused == {"foreign": 401, "stale": 401, "no kind": 400, "no text": 400}
        assert await shown(shop, 1) == ["эхо: мой заказ 7"]
        assert await shop.say("m5", "ещё", button="9.gone.1") == 200  # no button of ours: it is a text
        rows = await rows_of(owner, 2)
        assert [row["text"] for row in rows] == ["мой заказ 8", "ещё"]
        assert await shop.tell("status", id="shown-1", status="read") == 200
        [conversation] = (await owner.request("GET", "/conversations?queue=all")).json()["items"]
        page = (await owner.request("GET", f"/conversations/{conversation['id']}/messages")).json()[
            "messages"
        ]
        [first, *_] = [row for row in page if row["direction"] == "outbound"]
        assert (first["status"], first["external_id"]) == ("read", "shown-1")
        assert await shop.tell("delete", id="m5") == 200
        rows = await rows_of(owner, 2)
        assert (rows[0]["content"].get("withdrawn"), rows[1]["content"]["withdrawn"]) == (None, True)


async def test_a_lost_answer_is_asked_for_again_under_its_key_and_shown_once(
    product: Product, tenant: TestTenant, shop: Shop
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await connect(owner)
        shop.secret, shop.webhook_url = made["setup"]["secret"], made["setup"]["webhook_url"]
        await well(owner, made["channel"])
        shop.stub.answers = [Answer(fault="lose"), Answer(502, "<html>", content_type="text/html")]
        await shop.say("n1", "раз")
        assert await shown(shop, 1) == ["эхо: раз"]
        [row] = await until(lambda: sent(owner), "the third try")
        calls = [call for call in shop.stub.calls if call.json()["type"] == "send"]
        assert len(calls) == 3 and len({call.headers["webhook-id"] for call in calls}) == 1
        assert (row["external_id"], shop.texts()) == ("shown-1", ["эхо: раз"])


async def test_another_secret_ends_the_old_one_and_a_system_that_refuses_is_told(
    product: Product, tenant: TestTenant, shop: Shop
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await connect(owner)
        old = made["setup"]
        shop.secret, shop.webhook_url = old["secret"], old["webhook_url"]
        channel = await well(owner, made["channel"])
        here = f"/channels/{channel['id']}"
        told = await owner.request("POST", f"{here}/reauthorize", json={"api": {"url": URL}})
        assert told.status_code == 200, told.text
        new = told.json()["setup"]
        assert new["secret"] != old["secret"] and new["webhook_url"] != old["webhook_url"]
        assert await shop.say("k1", "по-старому") == 404
        shop.webhook_url = new["webhook_url"]
        assert await shop.say("k1", "чужой ключ") == 401
        shop.secret = new["secret"]
        assert await shop.say("k1", "раз") == 200
        assert await shown(shop, 1) == ["эхо: раз"]
        shop.stub.respond = lambda called: Answer(410, {})
        await owner.request("POST", f"{here}/test")
        down = await well(owner, channel, "down")
        [problem] = down["health"]["problems"]
        assert (problem["code"], problem["mends"]) == ("unauthorized", "reauthorize")
        assert (await owner.request("DELETE", here)).status_code == 204

        async def ended() -> bool | None:
            return True if await shop.say("k2", "ещё") == 404 else None

        await until(ended, "the end")
