"""Telegram's adapter against telemelya, a double that others have made: each has its own reading of the Bot API.

It has no documents, contacts and places, and gives no secret along with an update; those are tried on our own doubles.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
from aiohttp import web

from omnisupport.channels import registry
from omnisupport.channels.base import Adapter, Chat, RawRequest
from omnisupport.channels.telegram.inbound import AUTH_HEADER
from omnisupport.domain.inbound import EventKind, InboundEvent
from tests.channels.peers.telegram import Telemelya, telemelya
from tests.channels.shelf import PHOTO, PNG, Shelf, media
from tests.channels.test_telegram import KIT, SECRET, TOKEN

CHAT = 4242


class Door:
    """Where updates arrive: read by our own parser, and answered with our own answer."""

    def __init__(self) -> None:
        self.url = ""
        self.account = KIT.account()
        self.events: list[InboundEvent] = []

    async def take(self, request: web.Request) -> web.Response:
        """One update. Telemelya leaves the secret out, which the route in the product would refuse."""
        body = await request.read()
        bare = RawRequest("POST", self.url, {"content-type": "application/json"}, body)
        given = replace(bare, headers={**bare.headers, AUTH_HEADER: SECRET})
        KIT.inbound.verify(given, self.account)
        self.events += KIT.inbound.parse(given, self.account)
        reply = KIT.inbound.ack(given, self.account)
        return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    """A webhook of ours."""
    found = Door()
    app = web.Application()
    app.router.add_post("/hook", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        found.url = "http://{}:{}/hook".format(*runner.addresses[0][:2])
        found.account = replace(found.account, webhook_url=found.url)
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def beside(peer: Telemelya) -> AsyncIterator[Adapter]:
    """Our adapter, with the photo of the shelf."""
    transport = replace(KIT.transport(peer.url), files=Shelf(), call_s=30.0)
    found = registry.outbound_of(KIT.folder, transport)
    yield found
    await found.close()


async def test_a_conversation_with_a_bot_api_of_others_making() -> None:
    async with telemelya() as peer, door() as ours, beside(peer) as adapter:
        await connects(adapter, ours)
        await sends(adapter, peer, ours)
        await receives(adapter, peer, ours)
        await adapter.disconnect(ours.account)
        assert await asked(peer, "getWebhookInfo") == {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": 0,
        }


async def connects(adapter: Adapter, ours: Door) -> None:
    """The bot is asked who it is, and its webhook is set."""
    health = await adapter.connect(ours.account)
    assert (health.state, health.problems, health.external_id) == ("ok", (), "123456789")
    assert health.settings["bot_username"] == "telemelya_bot"


async def sends(adapter: Adapter, peer: Telemelya, ours: Door) -> None:
    """A text with buttons, a photo by its address, a photo by its bytes, and the sign that somebody writes."""
    by_address = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    choices = [{"id": "3.ask.yes", "label": "Да"}, {"id": "3.ask.no", "label": "Нет"}]
    said = [
        KIT.message("**Берёте?**", buttons=choices),
        KIT.message("x", forms=by_address, plain="Вот"),
        KIT.message("Схема", files=[media(PHOTO)]),
    ]
    ids = []
    for message in said:
        for part in KIT.render.render(message, ours.account, Chat(str(CHAT))):
            ids.append((await adapter.send(part, "k/0", ours.account)).provider_message_id)
    await adapter.signal("typing", str(CHAT), None, ours.account)
    text, linked, sent, typing = await peer.told()
    assert ids == [f"{CHAT}:{each['message_id']}" for each in (text, linked, sent)]
    assert (text["method"], text["text"], text["raw"]["parse_mode"]) == (
        "sendMessage",
        "<b>Берёте?</b>",
        "HTML",
    )
    keys = [row[0] for row in text["reply_markup"]["inline_keyboard"]]
    assert [(key["text"], key["callback_data"]) for key in keys] == [("Да", "3.ask.yes"), ("Нет", "3.ask.no")]
    assert (linked["method"], linked["file_id"]) == ("sendPhoto", "https://example.com/a.jpg")
    assert (sent["method"], sent["caption"]) == ("sendPhoto", "Схема")
    assert (
        sent["file_id"].startswith("attach://") and peer.files == {}
    )  # it looks at no part but `photo` itself
    assert (typing["method"], typing["action"]) == ("sendChatAction", "typing")


async def receives(adapter: Adapter, peer: Telemelya, ours: Door) -> None:
    """A text, a file with its bytes, and a press, which our answer to the webhook lets stop turning."""
    await peer.says(TOKEN, CHAT, text="Где мой заказ №7?")
    file_id = await peer.keeps(PNG, "чек.png")
    await peer.says(TOKEN, CHAT, photo_file_id=file_id, photo_caption="вот")
    pressed = await peer.says(TOKEN, CHAT, callback_data="3.ask.yes", callback_message_id=1)
    text, photo, press = ours.events
    assert (text.kind, text.text, text.chat) == (EventKind.MESSAGE, "Где мой заказ №7?", str(CHAT))
    assert (text.sender.aliases, text.sender.name, text.sender.username) == ((str(CHAT),), "Иван", "ivan")
    assert len({each.dedupe_key for each in ours.events}) == 3
    [picture] = photo.media
    assert b"".join([piece async for piece in adapter.fetch_media(picture, ours.account)]) == PNG
    assert (press.button, press.text, press.chat) == ("3.ask.yes", "", str(CHAT))
    answer: dict[str, Any] = json.loads(pressed["delivery"]["response_body"])
    # Telegram carries out what stands in an answer; telemelya shows it only.
    assert await asked(peer, answer.pop("method"), **answer) is True
    last = (await peer.told())[-1]
    id = pressed["update"]["callback_query"]["id"]
    assert (last["method"], last["callback_query_id"]) == ("answerCallbackQuery", id)


async def asked(peer: Telemelya, method: str, **fields: Any) -> Any:
    """The result of a method, asked for beside the adapter."""
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"{peer.url}/bot{TOKEN}/{method}", json=fields)
        answer.raise_for_status()
        return answer.json()["result"]
