"""What a visitor's message carries besides its text reaches the scenario that asked for it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.product import Product
from tests.support.tenants import make_tenant
from tests.support.visitor import Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)
HEAD = """
omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: Приём, en: Intake}}
channels: [widget]
locale: {{default: ru, supported: [ru]}}
triggers:
  - {trigger}
variables:
  got: {type}
start: ask
nodes:
  ask:
    type: ask
    text: Что у вас?
    input: {input}
    save_to: vars.got
    retry: {{max: 2, text: Ещё раз}}
    timeout: 24h
    next: thanks
    exits: {{timeout: done, invalid: failed}}
  thanks: {{type: message, text: "Есть: {said}", next: done}}
  failed: {{type: message, text: Не вышло, next: done}}
  done: {{type: end, outcome: over}}
"""


def intake(kind: str, type: str, said: str, *, trigger: str = "{id: any, type: message, match: any}") -> str:
    """A scenario that asks for something and says what it got."""
    id = f"intake_{kind}"
    return HEAD.format(id=id, input=f"{{kind: {kind}}}", type=f"{{type: {type}}}", said=said, trigger=trigger)


async def post(visitor: Visitor, **body: Any) -> Any:
    """The raw answer to a message."""
    given = {"client_message_id": str(uuid4()), **body}
    return await visitor._http.post("/api/v1/widget/messages", json=given, headers=visitor.headers)


async def sent(visitor: Visitor, **body: Any) -> dict[str, Any]:
    answer = await post(visitor, **body)
    assert answer.status_code == 202, answer.text
    message: dict[str, Any] = answer.json()["message"]
    return message


async def upload(visitor: Visitor, name: str, content: bytes) -> dict[str, Any]:
    answer = await visitor._http.post(
        "/api/v1/widget/files", params={"name": name}, content=content, headers=visitor.headers
    )
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()["file"]
    return file


@pytest.mark.parametrize(
    ("kind", "name", "content", "wrong"),
    [("file", "счёт.txt", b"1", None), ("image", "фото.png", PNG, b"no image")],
)
async def test_a_file_answers_the_question_for_one(
    product: Product, settings: Settings, kind: str, name: str, content: bytes, wrong: bytes | None
) -> None:
    tenant = await make_tenant(settings, intake(kind, "file", "{{ vars.got.name | default('-') }}"))
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("привет")
        if wrong is not None:
            message = await sent(visitor, attachments=[(await upload(visitor, "x.txt", wrong))["id"]])
            [again] = await visitor.await_reply(message["seq"])
            assert again["text"].endswith("Ещё раз")
        file = await upload(visitor, name, content)
        message = await sent(visitor, text="вот", attachments=[file["id"]])
        assert [
            (each["id"], each["name"], each["kind"], each["scan"]) for each in message["attachments"]
        ] == [(file["id"], name, kind, "not_checked")]
        [answer] = await visitor.await_reply(message["seq"])
        assert answer["text"] == f"Есть: {name}"
        page = await visitor.read()
        assert [len(each["attachments"]) for each in page["messages"] if each["seq"] == message["seq"]] == [1]


@pytest.mark.parametrize(
    ("kind", "type", "said", "body", "expected"),
    [
        (
            "location",
            "location",
            "{{ vars.got.lat | default(0) }}",
            {"location": {"lat": 55.5, "lon": 37.5}},
            "Есть: 55,5",
        ),
        (
            "contact",
            "object, fields: {name: {type: string, nullable: true}, phone: {type: phone, nullable: true}}",
            "{{ vars.got.phone.orValue('нет') }}",
            {"contact": {"name": "Анна", "phone": "+79161234567"}},
            "Есть: +79161234567",
        ),
    ],
)
async def test_a_place_and_a_person_answer_theirs(
    product: Product, settings: Settings, kind: str, type: str, said: str, body: dict[str, Any], expected: str
) -> None:
    tenant = await make_tenant(settings, intake(kind, type, said))
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("привет")
        message = await sent(visitor, **body)
        [answer] = await visitor.await_reply(message["seq"])
        assert answer["text"] == expected


async def test_what_is_not_the_visitors_own_or_says_nothing_is_refused(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, intake("file", "file", "{{ vars.got.name | default('-') }}"))
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, tenant.slug) as other:
        await visitor.send("привет")
        foreign = await upload(other, "x.txt", b"1")
        for body, code in (
            ({"attachments": [foreign["id"]]}, "attachment_unknown"),
            ({"attachments": [str(uuid4())]}, "attachment_unknown"),
            ({}, "message_invalid"),
            ({"referral": "lead-1"}, "message_invalid"),
            ({"button": "1.1.a", "attachments": [foreign["id"]]}, "attachment_unknown"),
            ({"button": "prices"}, "button_unknown"),
            ({"location": {"lat": 91, "lon": 0}}, "invalid"),
        ):
            refused = await post(visitor, **body)
            assert (refused.status_code, refused.json()["code"]) == (422, code), body
        assert await run(settings, tenant.id, "select count(*) from message where content <> '{}'") == [(0,)]


GREET = """
omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: {id}, en: {id}}}
channels: [widget]
locale: {{default: ru, supported: [ru]}}
triggers:
  - {trigger}
start: say
nodes:
  say: {{type: message, text: "{id}", next: done}}
  done: {{type: end, outcome: over}}
"""


async def test_a_referral_and_a_button_of_the_menu_begin_their_scenarios(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(
        settings,
        GREET.format(id="lead", trigger='{id: ad, type: referral, ref: "lead-*", priority: 5}'),
        GREET.format(id="menu", trigger="{id: menu, type: button, button: prices, priority: 5}"),
        GREET.format(id="other", trigger="{id: any, type: message, match: any}"),
    )
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        for body, expected in (
            ({"text": "привет", "referral": "LEAD-7"}, "lead"),
            ({"text": "привет", "referral": "news-7"}, "other"),
            ({"button": "prices"}, "menu"),
            ({"text": "prices"}, "other"),
        ):
            message = await sent(visitor, **body)
            [answer] = await visitor.await_reply(message["seq"])
            assert answer["text"] == expected, body
