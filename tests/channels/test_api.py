"""The generic channel against the conformance suite, and what docs/api-channel.md promises of it."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Forged,
    NotSent,
    RateLimited,
    RawRequest,
    RecipientGone,
    Transient,
    Unreadable,
    WindowClosed,
)
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.webhook import FRESH_S, is_signed, signature
from tests.channels.conformance import CHANNEL, IMPATIENT_S, TENANT, Conformance, Kit, fetcher
from tests.channels.stub import Answer, Called, Stub


def made_secret(letter: str) -> str:
    """A secret as we make them."""
    return "whsec_" + base64.b64encode(letter.encode() * 32).decode()


SECRET, FOREIGN = made_secret("a"), made_secret("b")
WEBHOOK_URL = "https://support.example.com/webhooks/api/tok"


def signed(body: Any, *, id: str = "w1", secret: str = SECRET, at: int | None = None) -> RawRequest:
    """A webhook as the tenant's system posts it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = int(time.time()) if at is None else at
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature([secret], id, moment, raw),
    }
    return RawRequest("POST", WEBHOOK_URL, headers, raw)


def told(type: str, **data: Any) -> dict[str, Any]:
    """One thing that is told."""
    return {"type": type, "timestamp": "2026-11-27T20:00:00+03:00", "data": {"chat": "c-1"} | data}


class ApiKit(Kit):
    """Another system of the tenant's."""

    type: ClassVar[str] = "api"
    provider: ClassVar[str] = "api"
    signed_bodies: ClassVar[bool] = True
    newer_secret: ClassVar[str] = FOREIGN
    url = "http://127.0.0.1:1"

    def account(self, **settings: Any) -> Account:
        settings = {"url": f"{self.url}/in"} | settings
        secrets = {"signing": [SECRET]}
        return Account(TENANT, CHANNEL, "api", "api", "", settings, secrets, webhook_url=WEBHOOK_URL)

    def transport(self, url: str) -> Transport:
        self.url = url
        return Transport(fetcher(url.removeprefix("http://")), call_s=IMPATIENT_S)

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        return signed(told("message", id=f"m{number}", chat=chat, text=text), id=f"w{number}")

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return signed(body, id=request.headers["webhook-id"])

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        def changed(**headers: str) -> RawRequest:
            renamed = {name.replace("_", "-"): value for name, value in headers.items()}
            return replace(request, headers={**request.headers, **renamed})

        body, now = request.body, int(time.time())
        return {
            "unsigned": replace(request, headers={}),
            "no signature": changed(webhook_signature=""),
            "no version": changed(webhook_signature=request.headers["webhook-signature"][3:]),
            "no id": changed(webhook_id=""),
            "wrong_secret": signed(body, secret=SECRET[:-5] + "AAAA="),
            "foreign_secret": signed(body, secret=FOREIGN),
            "another id": changed(webhook_id="w2"),
            "another time": changed(webhook_timestamp=str(now + 1)),
            "no time": changed(webhook_timestamp="soon"),
            "another numeral": changed(webhook_timestamp="١٧٩٥"),
            "stale": signed(body, at=now - FRESH_S - 2),
            "of tomorrow": signed(body, at=now + FRESH_S + 60),
            "spaced again": replace(request, body=json.dumps(json.loads(body), indent=1).encode()),
        }

    def statuses(self, account: Account, ref: str, part_key: str) -> dict[DeliveryStatus, RawRequest]:
        kinds: tuple[DeliveryStatus, ...] = ("delivered", "read", "failed")
        about = {"id": ref, "send": part_key}
        return {each: signed(told("status", status=each, **about), id=f"s-{each}") for each in kinds}

    def respond(self, called: Called) -> Answer:
        return Answer(201, {"id": "their-77"})

    def sent_text(self, called: Called) -> str:
        return str(called.json()["data"]["text"])

    def is_send(self, called: Called) -> bool:
        return called.path == "/in" and called.json()["type"] == "send"

    def key_of(self, called: Called) -> str | None:
        return called.headers["webhook-id"]

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        page = "text/html"
        return [
            ("429", Answer(429, {}, {"Retry-After": "7"}), RateLimited),
            ("429 without a hint", Answer(429, "slow", content_type=page), RateLimited),
            ("401", Answer(401, {"detail": SECRET}), AuthFailed),
            ("403", Answer(403, {}), AuthFailed),
            ("410", Answer(410, {}), AuthFailed),
            ("gone", Answer(422, {"code": "recipient_gone", "detail": "unsubscribed"}), RecipientGone),
            ("gone as 404", Answer(404, {"code": "recipient_gone"}), RecipientGone),
            ("window", Answer(409, {"code": "window_closed"}), WindowClosed),
            ("400", Answer(400, {"code": "no_files", "detail": "no files, please"}), BadPayload),
            ("413", Answer(413, "<html>", content_type=page), BadPayload),
            ("404 of a proxy", Answer(404, "<html>", content_type=page), Transient),
            ("405 of a proxy", Answer(405, "<html>", content_type=page), Transient),
            ("500", Answer(500, {}), Ambiguous),
            ("503", Answer(503, {}, {"Retry-After": "3"}), Ambiguous),
            ("204", Answer(204, ""), Ambiguous),
            ("a page", Answer(200, "<html>", content_type=page), Ambiguous),
            ("no id", Answer(200, {"ok": True}), Ambiguous),
            ("an id of no kind", Answer(200, {"id": True}), Ambiguous),
            ("an endless id", Answer(200, {"id": "x" * 201}), Ambiguous),
            ("a redirect", Answer(302, "", {"Location": "https://elsewhere.example"}), Ambiguous),
        ]


class TestApi(Conformance):
    """The suite."""

    kit: ClassVar[Kit] = ApiKit()


KIT = ApiKit()


def read(type: str, **data: Any) -> InboundEvent:
    """What one webhook tells of."""
    request = signed(told(type, **data), id="w9")
    KIT.inbound.verify(request, KIT.account())
    [event] = KIT.inbound.parse(request, KIT.account())
    return event


# The way in -------------------------------------------------------------------------------------------------


def test_a_message_has_what_was_told_and_the_key_of_its_own_id() -> None:
    event = read(
        "message",
        id="m1",
        text="Где заказ?",
        customer={"id": "42", "name": "Анна", "locale": "ru-RU", "phone": "+79990001122", "verified": True},
        files=[
            {"url": "https://cdn.example/1.pdf", "name": "1.pdf", "type": "application/pdf", "size": 9},
            {"url": "https://cdn.example/2", "kind": "voice"},
        ],
        location={"lat": 55.75, "lon": 37.6, "title": "Склад"},
        contact={"name": "Ольга", "phone": "+7"},
        reply_to="their-77",
        album="a1",
        referral="spring",
    )
    assert (event.kind, event.chat, event.ref, event.dedupe_key) == (EventKind.MESSAGE, "c-1", "m1", "mm1")
    assert event.at == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert (event.sender.aliases, event.sender.name, event.sender.verified) == (("42",), "Анна", True)
    assert [each.kind for each in event.media] == ["file", "voice"]
    assert event.media[0] == MediaRef(
        "file", {"url": "https://cdn.example/1.pdf"}, "1.pdf", "application/pdf", 9
    )
    assert event.location == {"lat": 55.75, "lon": 37.6, "title": "Склад"}
    assert event.contact == {"name": "Ольга", "phone": "+7"}
    assert (event.reply_to, event.album, event.referral) == ("their-77", "a1", {"ref": "spring"})
    assert not event.automatic


def test_whom_nobody_vouches_for_is_not_verified_and_a_machine_is_named() -> None:
    event = read(
        "message", id="m1", text="раз", customer={"id": "42", "email": "a@example.com", "is_bot": True}
    )
    assert not event.sender.verified and event.automatic
    assert read("message", id="m1", text="раз").sender.aliases == ()


def test_everything_else_that_is_told() -> None:
    press = read("message", id="m1", button="3.ask.yes")
    assert (press.kind, press.button, press.text) == (EventKind.MESSAGE, "3.ask.yes", "")
    edit = read("edit", id="m1", text="два")
    assert (edit.kind, edit.ref, edit.text, edit.dedupe_key) == (EventKind.EDIT, "m1", "два", "w9")
    assert (read("delete", id="m1").kind, read("delete", id="m1").ref) == (EventKind.DELETE, "m1")
    status = read("status", id="their-77", status="failed", code="spam", detail="a filter")
    assert (status.kind, status.ref, status.status, status.code) == (
        EventKind.STATUS,
        "their-77",
        "failed",
        "spam",
    )
    assert (read("typing").kind, read("read").kind) == (EventKind.TYPING, EventKind.READ)
    reaction = read("reaction", id="their-77", emoji="👍")
    assert (reaction.kind, reaction.ref, reaction.extra) == (
        EventKind.REACTION,
        "their-77",
        {"reaction": "👍"},
    )


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (told("message", id="m1"), "has a text"),
        (told("message", id="m1", text="   "), "has a text"),
        (told("message", text="раз"), "`id`"),
        (told("message", id="", text="раз"), "`id`"),
        (told("message", id="m1", text="раз", chat="c" * 201), "`chat`"),
        (told("message", id="m\x00", text="раз"), "`id`"),
        (told("message", id="m1", text="раз", referral="\x00"), "`referral`"),
        (told("message", id="m1", text=7), "`text`"),
        (told("message", id="m1", files=[{"url": "file:///etc/passwd"}]), "`files.0.url`"),
        (told("message", id="m1", files=[{"url": "https://a.example/"}] * 21), "`files`"),
        (told("message", id="m1", location={"lat": 91, "lon": 0}), "`location.lat`"),
        (
            told("message", id="m1", text="раз", customer={"id": "1", "verified": "yes"}),
            "`customer.verified`",
        ),
        (told("message", id="m1", text="раз", customer={"id": "1", "phone": "8 999"}), "`customer.phone`"),
        (told("status", id="m1", status="sent"), "`status`"),
        (told("message", id="m1", text="раз") | {"timestamp": "0001-01-01T00:00:00+14:00"}, "`timestamp`"),
        (told("message", id="m1", text="раз") | {"data": []}, "`data`"),
        (told("send", text="раз"), "`type` is one of message"),
        (told("signal", what="typing"), "`type` is one of message"),
        ({"type": "ping", "data": {}}, "`type` is one of message"),
    ],
)
def test_what_is_wrong_is_named(body: Any, named: str) -> None:
    request = signed(body)
    KIT.inbound.verify(request, KIT.account())
    with pytest.raises(Unreadable) as refused:
        KIT.inbound.parse(request, KIT.account())
    assert named in refused.value.detail


async def test_our_own_call_posted_back_to_us_is_refused() -> None:
    async with Stub(KIT.respond) as stub:
        adapter = KIT.build(stub.url)
        [part] = KIT.render.render(KIT.message("раз"), KIT.account(), KIT.chat())
        await adapter.send(part, "key/0", KIT.account())
        [call] = stub.calls
    request = RawRequest("POST", WEBHOOK_URL, call.headers, call.body)
    KIT.inbound.verify(request, KIT.account())  # the signature is good: it is ours
    with pytest.raises(Unreadable):
        KIT.inbound.parse(request, KIT.account())


def test_an_account_without_a_secret_lets_nobody_in() -> None:
    with pytest.raises(Forged):
        KIT.inbound.verify(signed(told("read"), secret=""), replace(KIT.account(), secrets={"signing": []}))


# The way out ------------------------------------------------------------------------------------------------


async def test_a_send_is_signed_and_its_id_is_the_key_of_the_part() -> None:
    async with Stub(KIT.respond) as stub:
        adapter = KIT.build(stub.url)
        part = Native(0, "send", {"chat": "c-1", "text": "раз"})
        for _ in range(2):
            assert (await adapter.send(part, "conv:1:0:0/0", KIT.account())).provider_message_id == "their-77"
        first, second = stub.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "conv:1:0:0/0"
    at = int(first.headers["webhook-timestamp"])
    assert is_signed([SECRET], first.headers["webhook-signature"], "conv:1:0:0/0", at, first.body)
    assert not is_signed([FOREIGN], first.headers["webhook-signature"], "conv:1:0:0/0", at, first.body)
    assert first.json()["data"] == {"chat": "c-1", "text": "раз"} and first.json()["type"] == "send"
    assert adapter.idempotent and adapter.rates(KIT.account()).account == 20


async def test_a_number_is_a_name_and_a_repeat_may_be_told() -> None:
    async with Stub(lambda _: Answer(200, {"id": 77, "duplicate": True})) as stub:
        found = await KIT.build(stub.url).send(Native(0, "send", {"chat": "1"}), "k/0", KIT.account())
    assert (found.provider_message_id, found.deduplicated) == ("77", True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/in", "http://10.0.0.1/in", "http://[::1]/", "http://a.localhost/"]
)
async def test_no_private_address_is_called(url: str) -> None:
    adapter = KIT.build("http://127.0.0.1:1")
    account = KIT.account(url=url)
    with pytest.raises(NotSent) as refused:
        await adapter.send(Native(0, "send", {"chat": "1"}), "k/0", account)
    assert refused.value.code in ("address_refused", "provider_unavailable")
    health = await adapter.connect(account)
    assert health.state in ("down", "degraded") and health.problems


async def test_a_ping_tells_how_the_connection_is() -> None:
    cases = [
        (Answer(204, ""), "ok", []),
        (Answer(200, {"ok": True}), "ok", []),
        (Answer(410, {}), "down", ["unauthorized"]),
        (Answer(401, {}), "down", ["unauthorized"]),
        (Answer(404, {}), "degraded", ["ping_refused"]),
        (Answer(500, {}), "degraded", ["ping_refused"]),
        (Answer(fault="hang"), "degraded", ["provider_unreachable"]),
    ]
    async with Stub(KIT.respond) as stub:
        adapter = KIT.build(stub.url)
        for answer, state, problems in cases:
            stub.answers = [answer]
            health = await adapter.connect(KIT.account())
            assert (health.state, [each.code for each in health.problems]) == (state, problems)
        assert all(call.json()["type"] == "ping" for call in stub.calls)
        data = stub.calls[0].json()["data"]
    assert data == {"channel": str(CHANNEL), "webhook_url": WEBHOOK_URL}


async def test_signs_are_told_as_signals() -> None:
    async with Stub(lambda _: Answer(404, {})) as stub:
        adapter = KIT.build(stub.url)
        await adapter.signal("typing", "c-1", None, KIT.account())
        await adapter.signal("read", "c-1", "m1", KIT.account())
        assert [call.json()["data"] for call in stub.calls] == [
            {"chat": "c-1", "what": "typing"},
            {"chat": "c-1", "what": "read", "id": "m1"},
        ]
        assert len({call.headers["webhook-id"] for call in stub.calls}) == 2


@pytest.mark.parametrize(
    ("answer", "code"), [(Answer(404, ""), "media_gone"), (Answer(503, ""), "provider_unavailable")]
)
async def test_a_file_that_does_not_come_is_told(answer: Answer, code: str) -> None:
    async with Stub(lambda _: answer) as stub:
        adapter = KIT.build(stub.url)
        with pytest.raises(NotSent) as refused:
            [_ async for _ in adapter.fetch_media(MediaRef("file", {"url": f"{stub.url}/1"}), KIT.account())]
    assert refused.value.code == code


async def test_a_file_comes_from_its_address_and_from_no_private_one() -> None:
    async with Stub(lambda _: Answer(200, "%PDF", content_type="application/pdf")) as stub:
        adapter = KIT.build(stub.url)
        ref = MediaRef("file", {"url": f"{stub.url}/1.pdf"})
        assert b"".join([each async for each in adapter.fetch_media(ref, KIT.account())]) == b"%PDF"
        inner = MediaRef("file", {"url": "http://169.254.169.254/latest/meta-data"})
        with pytest.raises(NotSent):
            [_ async for _ in adapter.fetch_media(inner, KIT.account())]


# Rendering --------------------------------------------------------------------------------------------------


def test_a_message_is_shown_nearly_as_it_is() -> None:
    message = KIT.message(
        "**Какой** заказ?",
        buttons=[{"id": "3.ask.0", "label": "Первый"}, {"id": "3.ask.1", "label": "Второй"}],
    )
    [call] = KIT.render.render(message, KIT.account(), KIT.chat())
    assert (call.method, call.lossy) == ("send", ())
    assert call.payload == {
        "chat": "1001",
        "locale": "ru",
        "author": {"kind": "scenario"},
        "text": "**Какой** заказ?",
        "format": "markdown",
        "buttons": [{"id": "3.ask.0", "label": "Первый"}, {"id": "3.ask.1", "label": "Второй"}],
    }
    operators = replace(KIT.message("2 **3**"), author_kind="operator", author_name="Нина")
    [call] = KIT.render.render(operators, KIT.account(), KIT.chat())
    assert "format" not in call.payload and call.payload["author"] == {"kind": "operator", "name": "Нина"}


def test_files_places_and_people_have_a_form() -> None:
    forms = {
        "media": {"kind": "image", "url": "https://x.example/1.png"},
        "links": [{"label": "Сайт", "url": "https://x.example/"}],
        "location": {"lat": 55.7, "lon": 37.6},
        "contact": {"name": "Ольга", "phone": "+7999"},
    }
    calls = KIT.render.render(KIT.message("вот", forms=forms, plain="вот"), KIT.account(), KIT.chat())
    shown: dict[str, Any] = {}
    for call in calls:
        shown |= call.payload
    assert shown["file"] == {"kind": "image", "url": "https://x.example/1.png"}
    assert shown["links"] == forms["links"] and shown["location"] == forms["location"]
    assert shown["contact"] == forms["contact"]
    assert {loss for call in calls for loss in call.lossy} == set()
