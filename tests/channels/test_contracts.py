"""What adapters send to Twilio, Meta and MAX, held against the vendors' own descriptions by prism.

VK has no description that prism reads; its schema is used in test_vk.py.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from omnisupport.channels.base import NotSent, Templated
from omnisupport.channels.max.outbound import MaxAdapter
from omnisupport.domain.inbound import MediaRef
from omnisupport.domain.message import Native
from tests.channels import test_max, test_meta, test_twilio
from tests.channels.conformance import Kit, fetcher
from tests.channels.peers.contract import Contract, narrowed, prism
from tests.channels.shelf import PAPER, PHOTO, Shelf, media
from tests.channels.specs import spec
from tests.channels.stub import Answer, Called, Respond, Stub
from tests.channels.test_uploads import PROVIDERS

CHOICES = [{"id": f"3.ask.{number}", "label": f"Выбор {number}"} for number in range(1, 41)]
PICTURE = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
FORMS: dict[str, dict[str, Any]] = {
    "text": {},
    "buttons": {"buttons": CHOICES[:3]},
    "list": {"buttons": CHOICES[:10]},
    "numbered": {"buttons": CHOICES},
    "quick": {"quick_replies": [{"label": "Да"}, {"label": "Нет"}]},
    "links": {"forms": {"links": [{"label": "Открыть", "url": "https://example.com/a"}]}, "plain": "Что?"},
    "image": {"forms": PICTURE, "plain": "Вот"},
    "video": {"forms": {"media": {"kind": "video", "url": "https://example.com/a.mp4"}}, "plain": "Вот"},
    "audio": {"forms": {"media": {"kind": "audio", "url": "https://example.com/a.mp3"}}, "plain": ""},
    "voice": {"forms": {"media": {"kind": "voice", "url": "https://example.com/a.ogg"}}, "plain": ""},
    "file": {
        "forms": {"media": {"kind": "file", "url": "https://example.com/a.pdf", "name": "a.pdf"}},
        "plain": "Счёт",
    },
    "above buttons": {"forms": PICTURE, "plain": "Вот", "buttons": CHOICES[:2]},
    "place": {
        "forms": {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": "Тверская, 1"}},
        "plain": "",
    },
    "person": {
        "forms": {"contact": {"name": "Ольга", "phone": "+79990000000", "email": "o@e.ru"}},
        "plain": "",
    },
}
OURS = [
    {"files": [media(PHOTO)]},
    {"files": [media(PAPER)]},
    {"files": [media(PAPER, kind="video", mime="video/mp4")]},
    {"files": [media(PHOTO)], "buttons": CHOICES[:2]},
]
"""Files that are handed over before the message."""
SINCE = datetime.now(UTC) - timedelta(hours=1)


@asynccontextmanager
async def contract(kit: Kit, description: Any, folder: Path, respond: Respond) -> AsyncIterator[Contract]:
    """An adapter of `kit` before prism, and a double behind it."""
    file = folder / "description.json"
    file.write_text(json.dumps(description))
    async with Stub(respond) as stub, prism(file, stub.url) as url:
        held = Contract(kit, url)
        held.transport.files, held.transport.fetcher = Shelf(), fetcher(f"127.0.0.1:{stub.port}")
        held.elsewhere = stub.url
        yield held
        await held.adapter.close()
        await held.transport.close()


async def send_all(held: Contract, kit: Kit, more: Iterable[dict[str, Any]] = (), **settings: Any) -> None:
    """Every kind of payload that a bot's message can become; MAX wants files that can be fetched."""
    account = kit.account(**settings)
    for content in (*FORMS.values(), *more):
        if kit.type == "max":
            content = json.loads(json.dumps(content).replace("https://example.com", held.elsewhere))
        message = kit.message("Что **выбрать**?", **content)
        for part in kit.render.render(message, account, kit.chat()):
            await held.adapter.send(part, "c:1:0:0/0", account)


async def refused(held: Contract, kit: Kit, payload: dict[str, Any]) -> list[str]:
    """What is wrong with a payload that lacks something; whatever the double answers to it."""
    before = len(held.transport.seen)
    await held.adapter.send(Native(0, "x", payload), "c:1:0:0/0", kit.account())
    return [why for each in held.transport.seen[before:] for why in each.wrong]


# Twilio ----------------------------------------------------------------------------------------------------------

OF_TWILIO = "/2010-04-01/Accounts"
OF_ACCOUNT = f"{OF_TWILIO}/{test_twilio.SID}"


def twilios() -> dict[str, Any]:
    """Twilio's description. Prism passes over fields that it does not know: test_twilio.py looks at their names."""
    below = f"{OF_TWILIO}/{{AccountSid}}"
    numbers = f"{below}/IncomingPhoneNumbers"
    files = f"{below}/Messages/{{MessageSid}}/Media.json"
    paths = [f"{OF_TWILIO}/{{Sid}}.json", f"{below}/Messages.json", files]
    paths += [f"{numbers}.json", f"{numbers}/{{Sid}}.json"]
    found = narrowed(json.loads(spec("twilio_api_v2010.json").read_text("utf-8")), paths)
    for path in found["paths"].values():
        for body in path.get("post", {}).get("requestBody", {}).get("content", {}).values():
            for name, rule in body["schema"]["properties"].items():
                if rule.get("type") == "array":  # prism reads a list of one as its only value
                    body["schema"]["properties"][name] = {"anyOf": [rule["items"], rule]}
                if name == "SmsUrl":  # an empty one takes ours back, which is no URI
                    rule.pop("format")
    return found


def respond_as_twilio(kit: test_twilio.TwilioKit) -> Respond:
    """Its resources, with a customer's message that has a file."""
    console = test_twilio.Console()

    def respond(called: Called) -> Answer:
        if called.path.endswith("/Messages.json") and called.method == "GET":
            theirs = {"direction": "inbound", "from": kit.prefix + test_twilio.CUSTOMER, "num_media": "1"}
            return Answer(body={"messages": [test_twilio.listed(1, **theirs)]})
        if called.path.endswith("/Media.json"):
            return Answer(body={"media_list": []})
        if called.path.endswith("/Messages.json") or called.path.startswith("/v2/Indicators"):
            return kit.respond(called)
        return console.respond(called)

    return respond


@pytest.mark.parametrize("kit", [test_twilio.SMS, test_twilio.WHATSAPP], ids=["sms", "whatsapp"])
async def test_twilio_takes_every_request(kit: test_twilio.TwilioKit, tmp_path: Path) -> None:
    template = {"template": {"name": test_twilio.CONTENT, "language": "ru", "params": ["7", "Анна"]}}
    menus = {"3": test_twilio.CONTENT, "10": test_twilio.CONTENT}
    account = kit.account()
    async with contract(kit, twilios(), tmp_path, respond_as_twilio(kit)) as held:
        await send_all(held, kit)
        more = [{"forms": {"template": template["template"]}, "plain": ""}] if kit.prefix else []
        await send_all(held, kit, more, content=menus, messaging_service_sid=test_twilio.SERVICE)
        [part] = kit.render.render(kit.message("Hi"), account, kit.chat())
        await held.adapter.reconcile(part, "c:1:0:0/0", account, SINCE)
        await held.adapter.signal("typing", account.external_id, "SM1", account)
        await held.adapter.connect(account)
        await held.adapter.disconnect(account)
        await held.adapter.backfill(account, test_twilio.SINCE)
        assert held.wrong == []
        usual = {f"GET {OF_ACCOUNT}.json", f"GET {OF_ACCOUNT}/Messages.json"}
        usual |= {f"POST {OF_ACCOUNT}/Messages.json"}
        usual |= {f"GET {OF_ACCOUNT}/Messages/SM{1:032x}/Media.json"}
        numbers = {f"GET {OF_ACCOUNT}/IncomingPhoneNumbers.json"}
        numbers |= {f"POST {OF_ACCOUNT}/IncomingPhoneNumbers/{test_twilio.PHONE}.json"}
        senders = {"POST /v2/Indicators/Typing.json", "GET /v2/Channels/Senders"}
        senders |= {"GET /v2/Channels/Senders/XE1", "POST /v2/Channels/Senders/XE1"}
        assert held.calls == (usual if kit.prefix else usual | numbers)
        assert held.not_described == (senders if kit.prefix else set())
        assert "To" in " ".join(await refused(held, kit, {"Body": "Hi"}))
        odd = {"To": test_twilio.CUSTOMER, "ContentSid": test_twilio.CONTENT, "MaxPrice": "much"}
        assert "MaxPrice" in " ".join(await refused(held, kit, odd))


# Meta ------------------------------------------------------------------------------------------------------------

NUMBER, BUSINESS = f"/v23.0/{test_meta.PHONE_ID}", f"/v23.0/{test_meta.BUSINESS}"


def metas() -> dict[str, Any]:
    """Meta's description. As published it takes no message at all, and has typing in an example only."""
    whole = yaml.CSafeLoader(
        spec("whatsapp_business_messaging_v23.yaml").read_text("utf-8")
    ).get_single_data()
    number, business = "/{Version}/{Phone-Number-ID}", "/{Version}/{WABA-ID}"
    paths = [
        number,
        f"{number}/messages",
        f"{number}/media",
        f"{business}/subscribed_apps",
        f"{business}/message_templates",
    ]
    found = narrowed(whole, [*paths, "/{Version}/{Media-ID}"])
    mark = whole["components"]["schemas"]["MarkMessageRequestPayload"]
    sign = {"type": "object", "required": ["type"], "properties": {"type": {"enum": ["text"]}}}
    mark = mark | {"additionalProperties": False}
    mark["properties"] = mark["properties"] | {"status": {"enum": ["read"]}, "typing_indicator": sign}
    kinds = whole["components"]["schemas"]["Message"]["discriminator"]["mapping"]
    content = found["paths"][f"{number}/messages"]["post"]["requestBody"]["content"]
    content["application/json"] = {"schema": {"oneOf": [mark, *map(test_meta.body_of, kinds)]}}
    # An empty address takes ours back, which is no URI.
    configuration = found["components"]["schemas"]["WebhookConfiguration"]["properties"]
    configuration["override_callback_uri"].pop("format")
    return found


async def test_meta_takes_every_request(tmp_path: Path) -> None:
    kit, business = test_meta.KIT, test_meta.Business()
    account = kit.account()

    def respond(called: Called) -> Answer:
        if called.path.endswith(("/messages", "/media")):
            return PROVIDERS["meta"].respond(called)
        if called.path.endswith("/message_templates"):
            return Answer(body={"data": [test_meta.template()]})
        if called.path.endswith("/4711"):
            return test_meta.refusal(400, 100, error_subcode=33)
        return business.respond(called)

    async with contract(kit, metas(), tmp_path, respond) as held:
        template = {"name": "order_ready", "language": "ru", "params": ["7", "Анна"]}
        named = template | {"names": ["order", "name"]}
        templates = [{"forms": {"template": each}, "plain": ""} for each in (template, named)]
        await send_all(held, kit, [*templates, *OURS])
        await held.adapter.signal("typing", "1001", test_meta.WAMID, account)
        await held.adapter.signal("read", "1001", test_meta.WAMID, account)
        assert isinstance(held.adapter, Templated)
        assert await held.adapter.templates(account)
        health = await held.adapter.connect(account)
        assert health.state == "ok", health.problems
        await held.adapter.disconnect(account)
        with pytest.raises(NotSent):
            [
                each
                async for each in held.adapter.fetch_media(MediaRef("image", {"media_id": "4711"}), account)
            ]
        assert held.wrong == []
        assert held.calls == {
            *(
                f"POST {NUMBER}/messages",
                f"POST {NUMBER}/media",
                f"GET {NUMBER}",
                f"POST {NUMBER}",
                "GET /v23.0/4711",
            ),
            *(f"{method} {BUSINESS}/subscribed_apps" for method in ("GET", "POST", "DELETE")),
            f"GET {BUSINESS}/message_templates",
            "GET /v23.0/debug_token",  # prism takes it for a file's id
        }
        assert held.not_described == set()
        wordless = {"messaging_product": "whatsapp", "to": "1001", "type": "text", "text": {}}
        assert "body" in " ".join(await refused(held, kit, wordless))
        assert await refused(held, kit, {"to": "1001", "type": "text", "text": {"body": "Hi"}})


# MAX -------------------------------------------------------------------------------------------------------------


def maxs() -> dict[str, Any]:
    """MAX's description. As published it wants the token in the address, where MAX itself has it no more."""
    paths = [
        "/me",
        "/messages",
        "/uploads",
        "/chats/{chatId}/actions",
        "/answers",
        "/subscriptions",
        "/videos/{videoToken}",
    ]
    found = narrowed(test_max.described(), paths)
    found["components"]["securitySchemes"]["access_token"] |= {"in": "header", "name": "Authorization"}
    return found


async def test_max_takes_every_request(tmp_path: Path) -> None:
    kit, webhooks = test_max.KIT, test_max.Subscriptions()
    account = kit.account()

    def respond(called: Called) -> Answer:
        if called.path in ("/me", "/subscriptions"):
            return webhooks.respond(called)
        if called.path.startswith("/videos/"):
            return Answer(body={"token": "v_1", "urls": None})
        if called.path.startswith("/a."):
            return Answer(body="%PDF-1.7", content_type="application/pdf")
        return PROVIDERS["max"].respond(called)

    async with contract(kit, maxs(), tmp_path, respond) as held:
        await send_all(held, kit, OURS)
        assert isinstance(held.adapter, MaxAdapter)
        await held.adapter.signal("typing", "51001", None, account)
        await held.adapter.answer_press({"callback_id": "cb.1"}, account)
        [part] = kit.render.render(kit.message("Hi"), account, kit.chat())
        await held.adapter.reconcile(part, "k/0", account, SINCE)
        assert (await held.adapter.connect(account)).state == "ok"
        await held.adapter.disconnect(account)
        video = MediaRef("video", {"video": "v_1", "url": "http://127.0.0.1:9/"})
        with pytest.raises(NotSent):
            [each async for each in held.adapter.fetch_media(video, account)]
        assert held.wrong == [] and held.not_described == set()
        assert held.calls == {
            *(
                "GET /me",
                "POST /uploads",
                "POST /place",  # where our double wants files
                "POST /messages",
                "GET /messages",
                "POST /chats/51001/actions",
                "POST /answers",
            ),
            *(f"{method} /subscriptions" for method in ("GET", "POST", "DELETE")),
            "GET /videos/v_1",
        }
        mute = {"type": "inline_keyboard", "payload": {"buttons": [[{"type": "callback", "text": "А"}]]}}
        body = {"chat_id": "1001", "text": "Hi", "link": None, "attachments": [mute]}
        assert "payload" in " ".join(await refused(held, kit, body))
        assert await refused(held, kit, {"chat_id": "1001", "text": "Hi" * 4000, "attachments": None})
