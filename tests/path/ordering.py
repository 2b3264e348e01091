"""One conversation about an order, the same on every channel, as its customer sees it; and the page that shows it.

After a deliberate change of what is said or shown: `python -m tests.path.ordering docs/channels`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import uvicorn

from omnisupport.devstack.shop.server import make_shop
from omnisupport.devstack.simulator.double import Double
from omnisupport.devstack.simulator.server import ADDRESSES, Simulator
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.simulated import seen, simulated
from tests.support.tenants import make_tenant
from tests.support.visitor import Visitor

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "examples" / "scenarios" / "order_status.yaml"
PERSON = "79161234567"
HELLO, NUMBER, ENOUGH = "Здравствуйте! Где мой заказ?", "AB-123459", "Спасибо, всё"
TITLES = {
    "widget": "The widget",
    "telegram": "Telegram",
    "whatsapp-meta": "WhatsApp by Meta",
    "whatsapp-twilio": "WhatsApp by Twilio",
    "sms": "SMS",
    "vk": "VK",
    "max": "MAX",
}
SHOWN = {
    "widget": "Choices are buttons below the message.",
    "telegram": "Choices are an inline keyboard.",
    "whatsapp-meta": "Up to three choices are buttons, up to ten a list.",
    "whatsapp-twilio": "Twilio has buttons in content templates of its account only; without one choices are numbered.",
    "sms": "Choices are numbered, and a number answers them.",
    "vk": "Choices are an inline keyboard; a press comes back as a message with a payload.",
    "max": "Choices are an inline keyboard.",
}


@dataclass(frozen=True)
class Said:
    """A message of the shop as its customer sees it."""

    text: str
    buttons: tuple[str, ...] = ()


class Side(Protocol):
    """A customer on one channel."""

    async def say(self, text: str) -> None:
        """Write."""

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""


class Phone:
    """A customer of a provider."""

    def __init__(self, double: Double, account: str) -> None:
        self._double, self._account = double, account

    async def say(self, text: str) -> None:
        """Write."""
        heard = await self._double.write(self._account, PERSON, text)
        assert heard.status == 200, heard

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        newest = [each for each in self._double.seen(self._account, PERSON) if not each.own][-1]
        heard = await self._double.press(newest.id, label, PERSON)
        assert heard.status == 200, heard

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""

        def found() -> list[Said]:
            shown = [each for each in self._double.seen(self._account, PERSON) if not each.own]
            return [Said(each.text, tuple(button.label for button in each.buttons)) for each in shown]

        await seen(lambda: len(found()) >= count, f"{count} messages", PATIENCE_S)
        return found()


class Browser:
    """A visitor of the widget."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def say(self, text: str) -> None:
        """Write."""
        await self._visitor.send(text)

    async def press(self, label: str) -> None:
        """Press a button of the newest message."""
        newest = await self._rows(0)
        [button] = [each for each in newest[-1]["content"]["buttons"] if each["label"] == label]
        await self._visitor.send(button=button["id"])

    async def heard(self, count: int) -> list[Said]:
        """What came so far, once it is so much."""
        rows = await self._rows(count)
        return [Said(row["text"], tuple(each["label"] for each in row["content"]["buttons"])) for row in rows]

    async def _rows(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                page = (await self._visitor.read())["messages"]
                rows = [row for row in page if row["direction"] == "outbound"]
                if len(rows) >= count:
                    return rows
                await asyncio.sleep(0.1)


class World:
    """The product, its shop and the providers' doubles; a tenant for each conversation."""

    def __init__(self, product: Product, simulator: Simulator, shop_url: str) -> None:
        self.product = product
        self.simulator = simulator
        self._shop_url = shop_url

    async def talk(self, channel: str) -> list[str]:
        """The conversation on a channel, as lines."""
        tenant = await make_tenant(self.product.settings(), SCENARIO.read_text("utf-8"))
        async with Operator(self.product.url, tenant) as owner:
            shop = {"key": "shop", "name": "Лавка", "base_url": self._shop_url, "auth": {"kind": "none"}}
            made = await owner.request("POST", "/settings/connections", json=shop)
            assert made.status_code == 201, made.text
            if channel == "widget":
                async with Visitor(self.product.url, tenant.slug, locale="ru") as visitor:
                    return await _talk(Browser(visitor))
            return await _talk(await self._connected(owner, channel))

    async def _connected(self, owner: Operator, channel: str) -> Phone:
        type, _, provider = channel.partition("-")
        double = self.simulator.doubles["twilio" if type == "sms" else provider or type]
        body = {"name": TITLES[channel], "account": double.new_account(type)}
        made = await owner.request("POST", f"/channels/{type}", json=body)
        assert made.status_code == 201, made.text
        here = f"/channels/{made.json()['channel']['id']}"
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = (await owner.request("GET", here)).json()["channel"]
                if found["health"]["state"] == "ok":
                    return Phone(double, found["account"])
                if found["health"]["state"] == "degraded":
                    await owner.request("POST", f"{here}/test")
                await asyncio.sleep(0.5)


async def _talk(side: Side) -> list[str]:
    """Ask, give the number, read, and press or type what is offered."""
    lines = [f"Customer  {HELLO}"]
    await side.say(HELLO)
    heard = await side.heard(1)
    lines += _lines(heard)
    await side.say(NUMBER)
    lines.append(f"Customer  {NUMBER}")
    before, heard = len(heard), await side.heard(3)
    lines += _lines(heard[before:])
    offered = heard[-1]
    if ENOUGH in offered.buttons:
        await side.press(ENOUGH)
        lines.append(f"Customer  (presses) {ENOUGH}")
    else:
        [numbered] = [line for line in offered.text.splitlines() if line.endswith(f") {ENOUGH}")]
        await side.say(numbered.partition(")")[0])
        lines.append(f"Customer  {numbered.partition(')')[0]}")
    lines += _lines((await side.heard(4))[3:])
    return lines


def _lines(said: list[Said]) -> list[str]:
    lines = []
    for each in said:
        first, *others = each.text.splitlines()
        lines += [f"Shop      {first}", *(f"          {other}".rstrip() for other in others)]
        if each.buttons:
            lines.append("          " + " ".join(f"[{label}]" for label in each.buttons))
    return lines


def page(channel: str, lines: list[str]) -> str:
    """The page of a channel."""
    told = "\n".join(lines)
    return (
        f"# {TITLES[channel]}\n\n"
        f"{SHOWN[channel]} The scenario `{SCENARIO.relative_to(ROOT)}`, as a customer sees it here:\n\n"
        f"```text\n{told}\n```\n\n"
        "<sub>This page is made by a real conversation: `python -m tests.path.ordering docs/channels`.</sub>\n"
    )


@dataclass(frozen=True)
class Ports:
    """Where the doubles and the shop are; the product is told before it starts."""

    simulator: int
    shop: int

    @classmethod
    def free(cls) -> Ports:
        """Two that nobody listens on."""
        return cls(free_port(), free_port())

    def environment(self) -> dict[str, str]:
        """What the product is told."""
        url = f"http://127.0.0.1:{self.simulator}"
        told = {name: f"{url}/{provider}" for name, provider in ADDRESSES.items()}
        return told | {"OMNI_EGRESS_ALLOW": f"127.0.0.1:{self.simulator},127.0.0.1:{self.shop}"}


@asynccontextmanager
async def world(product: Product, ports: Ports) -> AsyncIterator[World]:
    """The doubles and the demo shop, beside a product that knows their ports."""
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(make_shop("http://127.0.0.1"), port=ports.shop, **options))
    serving = asyncio.ensure_future(server._serve())
    await seen(lambda: server.started, "the shop")
    try:
        async with simulated(ports.simulator) as simulator:
            yield World(product, simulator, f"http://127.0.0.1:{ports.shop}")
    finally:
        server.should_exit = True
        await serving


async def write_pages(folder: Path) -> None:
    """Every page, by a product of its own."""
    ports = Ports.free()
    with (
        tempfile.TemporaryDirectory() as state,
        Product(Path(state) / "state", env=ports.environment()) as product,
    ):
        async with world(product, ports) as here:
            for channel in TITLES:
                (folder / f"{channel}.md").write_text(page(channel, await here.talk(channel)), "utf-8")


if __name__ == "__main__":
    asyncio.run(write_pages(Path(sys.argv[1])))
