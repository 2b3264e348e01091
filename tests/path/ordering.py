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
from typing import Any

import uvicorn

from omnisupport.devstack.shop.server import make_shop
from omnisupport.devstack.simulator.addresses import ADDRESSES
from omnisupport.devstack.simulator.server import Simulator
from tests.channels.mail_servers import PASSWORD, USER, Dovecot, certificate_for, dovecot
from tests.channels.stub import Stub
from tests.path.sides import ADDRESS, LOGIN, MAIL_S, Browser, Letters, Phone, Said, Side, System
from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.simulated import seen, simulated
from tests.support.smtp_peer import Peer, smtp_peer
from tests.support.tenants import make_tenant
from tests.support.visitor import Visitor

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "examples" / "scenarios" / "order_status.yaml"
HELLO, NUMBER, ENOUGH = "Здравствуйте! Где мой заказ?", "AB-123459", "Спасибо, всё"
TITLES = {
    "widget": "The widget",
    "telegram": "Telegram",
    "whatsapp-meta": "WhatsApp by Meta",
    "whatsapp-twilio": "WhatsApp by Twilio",
    "sms": "SMS",
    "vk": "VK",
    "max": "MAX",
    "email": "E-mail",
    "api": "The API channel",
}
SHOWN = {
    "widget": "Choices are buttons below the message.",
    "telegram": "Choices are an inline keyboard.",
    "whatsapp-meta": "Up to three choices are buttons, up to ten a list.",
    "whatsapp-twilio": "Twilio has buttons in content templates of its account only; without one choices are numbered.",
    "sms": "Choices are numbered, and a number answers them.",
    "vk": "Choices are an inline keyboard; a press comes back as a message with a payload.",
    "max": "Choices are an inline keyboard.",
    "email": "Each answer is a mail in the customer's thread; choices are numbered, and a number answers them.",
    "api": "Another system shows what it is told: here choices are buttons.",
}


class World:
    """The product, its shop and the providers' doubles; a tenant for each conversation."""

    def __init__(self, product: Product, simulator: Simulator, shop_url: str, ports: Ports) -> None:
        self.product = product
        self.simulator = simulator
        self._shop_url = shop_url
        self._ports = ports

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
            if channel == "email":
                async with smtp_peer(self._ports.smtp, **LOGIN) as peer:
                    return await _talk(await self._mailbox(owner, peer))
            if channel == "api":
                stub = Stub(System.respond)
                stub.port = self._ports.system
                async with stub:
                    return await _talk(await self._system(owner, stub))
            return await _talk(await self._connected(owner, channel))

    async def _system(self, owner: Operator, stub: Stub) -> System:
        body = {"name": TITLES["api"], "account": {"url": f"{stub.url}/in"}}
        made = await owner.request("POST", "/channels/api", json=body)
        await self._well(owner, made)
        return System(stub, made.json()["setup"])

    async def _mailbox(self, owner: Operator, peer: Peer) -> Letters:
        mailbox = self._ports.mailbox
        assert mailbox is not None
        mailbox.empty()
        server = {"host": "127.0.0.1", "tls": "none", "username": USER}
        account = {
            "address": ADDRESS,
            "smtp": server | {"port": self._ports.smtp},
            "imap": server | {"port": mailbox.port},
            "auth": {"kind": "password", "password": PASSWORD},
        }
        body = {"name": TITLES["email"], "account": account}
        await self._well(owner, await owner.request("POST", "/channels/email", json=body))
        return Letters(mailbox, peer)

    async def _connected(self, owner: Operator, channel: str) -> Phone:
        type, _, provider = channel.partition("-")
        double = self.simulator.doubles["twilio" if type == "sms" else provider or type]
        body = {"name": TITLES[channel], "account": double.new_account(type)}
        made = await owner.request("POST", f"/channels/{type}", json=body)
        return Phone(double, await self._well(owner, made))

    async def _well(self, owner: Operator, made: Any) -> str:
        """Wait until a connection is well; its account."""
        assert made.status_code == 201, made.text
        here = f"/channels/{made.json()['channel']['id']}"
        async with asyncio.timeout(MAIL_S):
            while True:
                found = (await owner.request("GET", here)).json()["channel"]
                if found["health"]["state"] == "ok":
                    return str(found["account"])
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
    smtp: int
    system: int
    mailbox: Dovecot | None = None

    @classmethod
    def free(cls, mailbox: Dovecot | None = None) -> Ports:
        """Such that nobody listens on."""
        return cls(free_port(), free_port(), free_port(), free_port(), mailbox)

    def environment(self) -> dict[str, str]:
        """What the product is told."""
        url = f"http://127.0.0.1:{self.simulator}"
        told = {name: f"{url}/{provider}" for name, provider in ADDRESSES.items()}
        ports = [
            self.simulator,
            self.shop,
            self.smtp,
            self.system,
            *([self.mailbox.port] if self.mailbox else []),
        ]
        return told | {"OMNI_EGRESS_ALLOW": ",".join(f"127.0.0.1:{port}" for port in ports)}


@asynccontextmanager
async def world(product: Product, ports: Ports) -> AsyncIterator[World]:
    """The doubles and the demo shop, beside a product that knows their ports."""
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(make_shop("http://127.0.0.1"), port=ports.shop, **options))
    serving = asyncio.ensure_future(server._serve())
    await seen(lambda: server.started, "the shop")
    try:
        async with simulated(ports.simulator) as simulator:
            yield World(product, simulator, f"http://127.0.0.1:{ports.shop}", ports)
    finally:
        server.should_exit = True
        await serving


async def write_pages(folder: Path) -> None:
    """Every page, by a product of its own."""
    with tempfile.TemporaryDirectory() as state:
        certificate = certificate_for(Path(state) / "mail.pem", "127.0.0.1")
        with dovecot(certificate) as mailbox:
            ports = Ports.free(mailbox)
            with Product(Path(state) / "state", env=ports.environment()) as product:
                async with world(product, ports) as here:
                    for channel in TITLES:
                        written = page(channel, await here.talk(channel))
                        (folder / f"{channel}.md").write_text(written, "utf-8")


if __name__ == "__main__":
    asyncio.run(write_pages(Path(sys.argv[1])))
