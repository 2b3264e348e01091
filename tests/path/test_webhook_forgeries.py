"""Webhooks that no provider has sent, or not so, or not here: refused or without effect over HTTP, on each channel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlmodel import func, select

from omnisupport.channels.base import Account, RawRequest
from omnisupport.channels.registry import ADAPTERS
from omnisupport.domain.actor import SYSTEM
from omnisupport.net.sealing import Sealer
from omnisupport.settings import Settings
from omnisupport.storage.access import channels
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.channels import PURPOSE
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Message
from tests.channels import test_api, test_max, test_meta, test_telegram, test_twilio, test_vk
from tests.channels.conformance import Kit
from tests.support.product import Product
from tests.support.tenants import make_tenant

KITS: dict[str, Kit] = {
    "telegram": test_telegram.KIT,
    "meta": test_meta.KIT,
    "twilio": test_twilio.WHATSAPP,
    "sms": test_twilio.SMS,
    "vk": test_vk.KIT,
    "max": test_max.KIT,
    "api": test_api.KIT,
}
REFUSED = (400, 401, 404, 405, 411, 413, 415, 422, 431)
HUGE = 2_000_000


@dataclass
class Door:
    """A connected channel, and where its provider calls."""

    kit: Kit
    account: Account
    database: Database
    http: httpx2.AsyncClient

    def good(self, number: int = 1, text: str = "раз") -> RawRequest:
        """A message as the provider posts it."""
        return replace(
            self.kit.webhook(self.account, number=number, text=text), public_url=self.account.webhook_url
        )

    async def post(self, request: RawRequest, *, to: str = "") -> int:
        """Send it; the status."""
        url = (to or self.account.webhook_url) + (f"?{request.query}" if request.query else "")
        headers = {name: value.encode("utf-8", "surrogateescape") for name, value in request.headers.items()}
        answer = await self.http.request(request.method, url, content=request.body, headers=headers)
        return answer.status_code

    async def taken(self) -> int:
        """How many messages the tenant has."""
        tenant = Message.tenant_id == self.account.tenant_id
        async with self.database.session(self.account.tenant_id) as session:
            count = (
                await session.exec(select(func.count()).where(tenant, Message.direction == "inbound"))
            ).one()
        return int(count)


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The product's."""
    opened = Database(settings.database_url or "", pool_size=2)
    yield opened
    await opened.close()


async def connected(product: Product, settings: Settings, database: Database, kit: Kit) -> Account:
    """A channel of a tenant of its own with the secrets of the kit."""
    tenant = await make_tenant(settings)
    sealer = Sealer(parse_master_key(settings.master_key).derive(PURPOSE))
    account = kit.account()
    told = Connected(
        account.type,
        account.provider,
        "Канал",
        account.external_id or None,
        dict(account.settings),
        dict(account.secrets),
    )
    made, door = await channels.connect_channel(database, sealer, tenant.id, SYSTEM, told)
    url = f"{product.url}/webhooks/{account.provider}/{door.token}"
    return replace(account, tenant_id=tenant.id, channel_id=made.id, webhook_url=url)


@pytest.fixture(params=KITS)
async def door(
    request: pytest.FixtureRequest, product: Product, settings: Settings, database: Database
) -> AsyncIterator[Door]:
    """One of each channel; it is closed afterwards, as an account can be connected once."""
    kit = KITS[request.param]
    account = await connected(product, settings, database, kit)
    async with httpx2.AsyncClient(timeout=30) as http:
        yield Door(kit, account, database, http)
    await channels.disconnect_channel(database, account.tenant_id, SYSTEM, account.channel_id)


def changed(request: RawRequest, body: bytes) -> RawRequest:
    """With another body under the old signature."""
    return replace(request, body=body)


def forgeries(door: Door) -> dict[str, tuple[RawRequest, str]]:
    """What has to be refused, and another address than the channel's where it goes there."""
    good, url = door.good(), door.account.webhook_url
    path = urlsplit(url).path
    origin, token = url.removesuffix(path), path.rpartition("/")[2]
    other = "vk" if door.kit.provider != "vk" else "max"
    table = {
        name: (request, "")
        for name, request in door.kit.forged(door.account, good).items()
        # Where it was sent to is not the sender's to say.
        if request.public_url == good.public_url
    }
    half = len(good.body) // 2
    mutations = {
        "truncated": (changed(good, good.body[:half]), ""),
        "empty": (changed(good, b""), ""),
        "null": (changed(good, b"null"), ""),
        "a list": (changed(good, b"[]"), ""),
        "not text": (changed(good, b"\xff\xfe\x00"), ""),
        "nested": (changed(good, b"[" * 20_000), ""),
        "huge": (changed(good, b" " * HUGE), ""),
        "a flipped byte": (changed(good, bytes([good.body[0] ^ 1]) + good.body[1:]), ""),
        "nobody's address": (good, f"{origin}/webhooks/{door.kit.provider}/nothing"),
        "another provider's address": (good, f"{origin}/webhooks/{other}/{token}"),
        "a longer address": (good, f"{url}x"),
        "put": (replace(good, method="PUT"), ""),
        "delete": (replace(good, method="DELETE"), ""),
    }
    if door.kit.signed_bodies:
        flipped = good.body[:half] + bytes([good.body[half] ^ 1]) + good.body[half + 1 :]
        mutations["a flipped byte inside"] = (changed(good, flipped), "")
        mutations["written anew"] = (changed(good, good.body + b" "), "")
    return table | mutations


async def test_what_its_provider_did_not_send_is_refused_and_leaves_nothing(door: Door) -> None:
    table, wrong = forgeries(door), {}
    assert len(table) >= 18
    for name, (request, address) in table.items():
        status = await door.post(request, to=address)
        if status not in REFUSED or await door.taken():
            wrong[name] = status
    assert wrong == {}


async def test_what_was_signed_before_the_secret_was_replaced_is_refused(
    door: Door, settings: Settings
) -> None:
    account = door.account
    newer = {
        name: ["n" + str(each[0])[1:]] if isinstance(each, list) else each
        for name, each in account.secrets.items()
    }
    told = Connected(account.type, account.provider, "", None, dict(account.settings), newer)
    sealer = Sealer(parse_master_key(settings.master_key).derive(PURPOSE))
    _, again = await channels.reauthorize_channel(
        door.database, sealer, account.tenant_id, SYSTEM, account.channel_id, told
    )
    old = door.good()
    assert await door.post(old) == 404
    url = account.webhook_url.rpartition("/")[0] + f"/{again.token}"
    stale = replace(door, account=replace(account, webhook_url=url))
    assert await stale.post(stale.good()) in REFUSED
    assert await door.taken() == 0


async def test_another_channels_webhook_is_not_taken_here(
    door: Door, settings: Settings, product: Product
) -> None:
    """Two tenants have the same provider: what is signed for one is nothing at the other's address."""
    kit = door.kit
    stranger = {
        name: ["z" + str(each[0])[1:]] if isinstance(each, list) else each
        for name, each in door.account.secrets.items()
    }
    tenant = await make_tenant(settings)
    sealer = Sealer(parse_master_key(settings.master_key).derive(PURPOSE))
    told = Connected(kit.type, kit.provider, "Чужой", "77", dict(door.account.settings), stranger)
    made, other = await channels.connect_channel(door.database, sealer, tenant.id, SYSTEM, told)
    url = door.account.webhook_url.rpartition("/")[0] + f"/{other.token}"
    assert await door.post(door.good(), to=url) in REFUSED
    there = replace(door.account, tenant_id=tenant.id)
    assert await replace(door, account=there).taken() == 0
    await channels.disconnect_channel(door.database, tenant.id, SYSTEM, made.id)


async def test_a_message_that_comes_again_and_again_is_one(door: Door) -> None:
    good = door.good()
    statuses = await asyncio.gather(*(door.post(good) for _ in range(20)))
    assert set(statuses) <= {200, 204}
    assert await door.taken() == 1
    assert await door.post(good) in (200, 204)  # replayed later
    if not door.kit.signed_bodies:
        again = json.dumps(json.loads(good.body), indent=2, ensure_ascii=False).encode()
        assert await door.post(changed(good, again)) in (200, 204)
    assert await door.taken() == 1


@pytest.mark.parametrize(
    "told", [[], 7, "x", {"a": []}, None], ids=["list", "number", "word", "object", "null"]
)
async def test_what_is_signed_and_of_a_wrong_type_is_refused_or_left_alone(door: Door, told: Any) -> None:
    good = door.good()
    request = door.kit.resigned(door.account, good, json.dumps(told).encode())
    assert await door.post(request) in (*REFUSED, 200, 204)
    assert await door.taken() == 0


async def test_signed_words_that_no_database_takes_are_taken_without_them(door: Door) -> None:
    text = "до\x00после" if door.kit.provider != "api" else "до\u2028после"
    assert await door.post(door.good(2, text)) in (*REFUSED, 200, 204)
    assert await door.taken() <= 1


def test_every_channel_with_webhooks_is_here() -> None:
    assert {(kit.type, kit.provider) for kit in KITS.values()} == ADAPTERS.keys() - {("email", "email")}
