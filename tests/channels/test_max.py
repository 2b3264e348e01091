"""The MAX adapter against the conformance suite, MAX's published schema and maxapi's models."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import jsonschema_rs
import pytest
import yaml
from maxapi.types.updates import UpdateUnionAdapter

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RateLimited,
    RawRequest,
    RecipientGone,
    Transient,
)
from omnisupport.channels.max.inbound import AUTH_HEADER, UPDATE_TYPES
from omnisupport.channels.max.outbound import MaxAdapter, new_secrets
from omnisupport.channels.max.render import button_payload
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef
from omnisupport.domain.message import Native
from tests.channels.conformance import (
    CHANNEL,
    IMPATIENT_S,
    TENANT,
    Conformance,
    Kit,
    fetcher,
    with_other_secrets,
)
from tests.channels.specs import spec
from tests.channels.stub import BAD_GATEWAY, Answer, Called, Stub

TOKEN = "f9LHodD0cOL5NY7All_9xJRh5ZhPw6bRvq_0Adm8-1bZZEHdRy6_ZHDMNVPejUYNZg7Zhty-wKHNv2X2WJBQ"
SECRET = "s3cret-of-this-bot_0123456789abcdef"
BOT = 7007
URL = "https://support.example.com/webhooks/max/tok"
SENT_AT = 1_795_000_000_000


class MaxKit(Kit):
    """The Bot API."""

    type: ClassVar[str] = "max"
    provider: ClassVar[str] = "max"

    def account(self, **settings: Any) -> Account:
        secrets = {"token": TOKEN, "webhook": [SECRET]}
        return Account(TENANT, CHANNEL, "max", "max", str(BOT), settings, secrets, webhook_url=URL)

    def transport(self, url: str) -> Transport:
        return Transport(fetcher(), max_url=url, call_s=IMPATIENT_S)

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        return posted(created(message(number, int(chat), text=text)))

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return replace(request, body=body)

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        return with_other_secrets(request, AUTH_HEADER, SECRET, TOKEN)

    def respond(self, called: Called) -> Answer:
        if called.path == "/messages" and called.method == "POST":
            text = json.loads(called.body)["text"]
            return Answer(body={"message": own(77, text, int(called.query["chat_id"]))})
        return Answer(body={"success": True})

    def sent_text(self, called: Called) -> str:
        return called.form["text"]

    def is_send(self, called: Called) -> bool:
        return called.path == "/messages" and called.method == "POST"

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        suspended = "Key: error.dialog.suspended, args: [228532008,]."
        return [
            ("429", refusal(429, "too.many.requests", headers={"Retry-After": "7"}), RateLimited),
            ("429 without a hint", refusal(429, "too.many.requests"), RateLimited),
            ("429 of a proxy", Answer(429, "slow down", content_type="text/plain"), RateLimited),
            ("401", refusal(401, "verify.token", f"Invalid access_token {TOKEN}"), AuthFailed),
            ("403 token", refusal(403, "verify.token"), AuthFailed),
            ("403 stopped", refusal(403, "chat.denied", suspended), RecipientGone),
            ("404", refusal(404, "chat.not.found"), RecipientGone),
            ("400", refusal(400, "proto.payload", f"text: size must be between {TOKEN}"), BadPayload),
            ("405", refusal(405, "method.not.allowed"), BadPayload),
            ("413", Answer(413, "<html>", content_type="text/html"), BadPayload),
            ("a file in work", refusal(400, "attachment.not.ready"), Transient),
            ("403 of a proxy", Answer(403, "<html>", content_type="text/html"), Transient),
            ("404 of a proxy", Answer(404, "<html>", content_type="text/html"), Transient),
            ("500", refusal(500, "internal.error"), Ambiguous),
            ("503", refusal(503, "service.unavailable"), Ambiguous),
            ("no message", Answer(body={"success": True}), Ambiguous),
            ("a page", Answer(200, "<html>", content_type="text/html"), Ambiguous),
            ("a redirect", Answer(302, "", {"Location": "https://elsewhere.example"}), Ambiguous),
        ]


def refusal(status: int, code: str, words: str = "Not so", headers: dict[str, str] | None = None) -> Answer:
    """An error of the Bot API."""
    return Answer(status, {"code": code, "message": words}, headers or {})


def user(number: int = 1001, *, is_bot: bool = False) -> dict[str, Any]:
    """A person as updates have him."""
    named = {"first_name": "Иван", "last_name": "Петров", "username": "ivan", "is_bot": is_bot}
    return {"user_id": number, "last_activity_time": SENT_AT, **named}


def message(number: int, who: int = 1001, *, chat_type: str = "dialog", **body: Any) -> dict[str, Any]:
    """A message as updates have it."""
    recipient = {"chat_id": 50_000 + who, "chat_type": chat_type, "user_id": BOT}
    told = {"mid": f"mid.{number:032x}", "seq": 115_000 + number, "text": None, "attachments": []}
    return {"sender": user(who), "recipient": recipient, "timestamp": SENT_AT, "body": told | body}


def own(number: int, text: str | None, chat: int = 51_001, **changes: Any) -> dict[str, Any]:
    """A message of the bot, as the API tells of it."""
    told = message(number, text=text, **changes)
    told["recipient"] = {"chat_id": chat, "chat_type": "dialog", "user_id": 1001}
    return told | {"sender": user(BOT, is_bot=True)}


def created(told: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The update for a new message."""
    return {
        "update_type": "message_created",
        "timestamp": SENT_AT,
        "message": told,
        "user_locale": "ru",
    } | more


def posted(update: Any) -> RawRequest:
    """An update as MAX posts it."""
    headers = {AUTH_HEADER: SECRET, "content-type": "application/json"}
    return RawRequest("POST", URL, headers, json.dumps(update).encode())


class TestMax(Conformance):
    """The suite."""

    kit: ClassVar[Kit] = MaxKit()


KIT = MaxKit()


def read(update: dict[str, Any]) -> list[InboundEvent]:
    """What an update tells of; maxapi reads it as well, so that it looks like the real thing."""
    UpdateUnionAdapter.validate_python(copy.deepcopy(update))
    return list(KIT.inbound.parse(posted(update), KIT.account()))


# The way in -------------------------------------------------------------------------------------------------


def test_who_wrote_is_known_by_an_id_that_stays_and_is_answered_in_the_chat() -> None:
    [event] = read(created(message(5, text="раз")))
    assert (event.chat, event.ref, event.dedupe_key) == (
        "51001",
        f"mid.{5:032x}",
        f"message_created:mid.{5:032x}",
    )
    assert (event.sender.aliases, event.sender.name) == (("1001",), "Иван Петров")
    assert (event.sender.username, event.sender.locale) == ("ivan", "ru")
    assert event.at == datetime.fromtimestamp(SENT_AT / 1000, UTC)


IMAGE = {"type": "image", "payload": {"photo_id": 1, "token": "t", "url": "https://i.oneme.ru/i?r=1"}}
VIDEO = {"type": "video", "payload": {"token": "v_1", "url": "https://vd.example/1"}, "width": 1, "height": 1}
AUDIO = {"type": "audio", "payload": {"token": "a", "url": "https://a.example/1"}, "transcription": "алло"}
FILE = {
    "type": "file",
    "payload": {"token": "f", "url": "https://fd.example/1"},
    "filename": "счёт.pdf",
    "size": 9,
}
STICKER = {
    "type": "sticker",
    "payload": {"code": "s", "url": "https://st.example/1"},
    "width": 9,
    "height": 9,
}


@pytest.mark.parametrize(
    ("attachment", "kind", "ref", "name"),
    [
        (IMAGE, "image", {"url": "https://i.oneme.ru/i?r=1"}, None),
        (VIDEO, "video", {"url": "https://vd.example/1", "video": "v_1"}, None),
        (AUDIO, "audio", {"url": "https://a.example/1"}, None),
        (FILE, "file", {"url": "https://fd.example/1"}, "счёт.pdf"),
        (STICKER, "sticker", {"url": "https://st.example/1"}, None),
    ],
)
def test_files_are_named_and_stay_there(attachment: Any, kind: str, ref: Any, name: str | None) -> None:
    [event] = read(created(message(5, text="вот", attachments=[attachment])))
    [media] = event.media
    assert (media.kind, dict(media.ref), media.name, event.text) == (kind, ref, name, "вот")
    assert media.size == (9 if kind == "file" else None)
    assert event.extra == ({"transcript": "алло"} if kind == "audio" else {})


def test_places_people_and_links_are_told() -> None:
    place = {"type": "location", "latitude": 55.75, "longitude": 37.62}
    [event] = read(created(message(5, attachments=[place])))
    assert event.location == {"lat": 55.75, "lon": 37.62}
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:79990000000\r\nFN:Ольга Ким\r\nEND:VCARD\r\n"
    person = {"type": "contact", "payload": {"vcf_info": card, "max_info": user(5)}}
    [event] = read(created(message(5, attachments=[person])))
    assert event.contact == {"name": "Ольга Ким", "phone": "79990000000"}
    nameless = {"type": "contact", "payload": {"vcf_info": None, "max_info": user(5)}}
    [event] = read(created(message(5, attachments=[nameless])))
    assert event.contact == {"name": "Иван Петров"}
    share = {"type": "share", "payload": {"url": "https://shop.example/1"}, "title": "Стол"}
    [event] = read(created(message(5, attachments=[share])))
    assert event.text == "Стол: https://shop.example/1"
    [event] = read(created(message(5, text="вот https://shop.example/1", attachments=[share])))
    assert event.text == "вот https://shop.example/1"


def test_an_answer_names_what_it_answers_and_what_is_forwarded_is_quoted() -> None:
    other = {"mid": "mid.1", "seq": 1, "text": "раз\nдва", "attachments": [IMAGE]}
    reply = {"type": "reply", "sender": user(BOT, is_bot=True), "message": other}
    [event] = read(created(message(5, text="да") | {"link": reply}))
    assert (event.text, event.reply_to, event.media) == ("да", "mid.1", ())
    forward = {"type": "forward", "sender": user(9), "chat_id": 3, "message": other}
    [event] = read(created(message(5, text=None) | {"link": forward}))
    assert (event.text, event.reply_to) == ("> раз\n> два", None)
    assert [media.kind for media in event.media] == ["image"]


def test_a_press_has_its_button_and_what_is_needed_to_answer_it() -> None:
    pressed = {"callback_id": "cb.1", "timestamp": SENT_AT + 5, "user": user(), "payload": "3.ask.yes"}
    update = {"update_type": "message_callback", "timestamp": SENT_AT + 5, "callback": pressed}
    update |= {"message": own(77, "Берёте?"), "user_locale": "ru-RU"}
    [event] = read(update)
    assert (event.kind, event.button, event.text, event.chat) == (EventKind.MESSAGE, "3.ask.yes", "", "51001")
    assert (event.sender.aliases, event.sender.locale) == (("1001",), "ru")
    assert (event.reply_to, event.ref, event.extra) == (f"mid.{77:032x}", None, {"callback_id": "cb.1"})
    again = update | {"callback": pressed | {"timestamp": SENT_AT + 9}}
    assert read(update)[0].dedupe_key == event.dedupe_key != read(again)[0].dedupe_key
    assert read(update | {"message": None}) == []


def test_edits_and_removals_are_told_as_such() -> None:
    edited = {
        "update_type": "message_edited",
        "timestamp": SENT_AT + 60_000,
        "message": message(5, text="два"),
    }
    [edit] = read(edited)
    assert (edit.kind, edit.ref, edit.text) == (EventKind.EDIT, f"mid.{5:032x}", "два")
    assert edit.at == datetime.fromtimestamp(SENT_AT / 1000 + 60, UTC)
    assert edit.dedupe_key != read(edited | {"timestamp": SENT_AT + 60_001})[0].dedupe_key
    assert read(edited | {"message": own(77, "наше")}) == []
    removed = {"update_type": "message_removed", "timestamp": SENT_AT, "message_id": "mid.5"}
    [gone] = read(removed | {"chat_id": 51_001, "user_id": 1001})
    assert (gone.kind, gone.ref, gone.chat) == (EventKind.DELETE, "mid.5", "51001")


def test_a_start_opens_the_dialog_with_the_link_that_one_came_by_and_a_stop_closes_it() -> None:
    about = {"timestamp": SENT_AT, "chat_id": 51_001, "user": user(), "user_locale": "ru"}
    [started] = read({"update_type": "bot_started", "payload": "lead-7", **about})
    assert (started.kind, started.chat, started.reachable) == (EventKind.MEMBERSHIP, "51001", True)
    assert (started.referral, started.sender.name) == ({"ref": "lead-7"}, "Иван Петров")
    [plain] = read({"update_type": "bot_started", "payload": None, **about})
    assert plain.referral is None
    for kind in ("bot_stopped", "dialog_removed"):
        [stopped] = read({"update_type": kind, **about})
        assert (stopped.reachable, stopped.dedupe_key) == (False, f"{kind}:1001:{SENT_AT}")


def test_the_bots_own_message_is_an_echo_and_another_bots_is_a_machines() -> None:
    [echo] = read(created(own(77, "Здравствуйте")))
    assert (echo.kind, echo.chat, echo.ref) == (EventKind.ECHO, "51001", f"mid.{77:032x}")
    other = message(5, text="бип") | {"sender": user(9, is_bot=True)}
    assert read(created(other))[0].automatic and not read(created(message(5, text="раз")))[0].automatic


def test_what_is_of_no_interest_or_not_told_is_left_out() -> None:
    assert read(created(message(5, text="пост", chat_type="channel"))) == []
    assert read(created(message(5))) == []
    untold = {"update_type": "message_created", "timestamp": SENT_AT}  # some voice messages come so
    assert KIT.inbound.parse(posted(untold), KIT.account()) == []
    muted = {
        "update_type": "dialog_muted",
        "timestamp": SENT_AT,
        "chat_id": 1,
        "user": user(),
        "muted_until": 1,
    }
    assert read(muted | {"user_locale": "ru"}) == []
    unknown = {"update_type": "of_tomorrow", "timestamp": SENT_AT}
    assert KIT.inbound.parse(posted(unknown), KIT.account()) == []


# Rendering --------------------------------------------------------------------------------------------------


def rendered(text: str, **content: Any) -> list[Native]:
    """Calls for a message."""
    return KIT.render.render(KIT.message(text, **content), KIT.account(), KIT.chat())


def test_a_bots_markdown_is_html_and_an_operators_text_is_no_markup() -> None:
    [call] = rendered("**Да** <b>нет</b> [тут](https://example.com/?a=1&b=2)")
    assert call.payload == {
        "chat_id": "1001",
        "link": None,
        "format": "html",
        "text": '<b>Да</b> &lt;b&gt;нет&lt;/b&gt; <a href="https://example.com/?a=1&amp;b=2">тут</a>',
        "attachments": None,
    }
    operators = replace(KIT.message("2 **3** < 7"), author_kind="operator")
    [call] = KIT.render.render(operators, KIT.account(), KIT.chat())
    assert call.payload["text"] == "2 **3** < 7" and "format" not in call.payload


def test_a_text_that_its_tags_would_make_too_long_goes_without_them() -> None:
    [call] = rendered("**Да** " + "&" * 3900)
    assert (call.payload["text"], call.lossy) == ("Да " + "&" * 3900, ("formatting_lost",))
    assert "format" not in call.payload


def keys_of(part: Native) -> list[list[dict[str, str]]]:
    """The rows of a keyboard."""
    [keyboard] = [each for each in part.payload["attachments"] if each["type"] == "inline_keyboard"]
    rows = keyboard["payload"]["buttons"]
    assert isinstance(rows, list)
    return rows


def test_buttons_stand_under_the_last_part_and_their_ids_fit() -> None:
    links = [{"label": "Сайт", "url": "https://example.com/"}]
    buttons = [{"id": "1.a", "label": "А"}, {"id": "я" * 1025, "label": "Б"}]
    first, last = rendered("x", plain="я" * 5000, forms={"links": links}, buttons=buttons)
    assert first.payload["attachments"] is None
    assert [row[0].get("payload") for row in keys_of(last)[:2]] == ["1.a", button_payload("я" * 1025)]
    assert keys_of(last)[2] == [{"type": "link", "text": "Сайт", "url": "https://example.com/"}]
    assert button_payload("я" * 1024) == "я" * 1024 and len(button_payload("я" * 1025)) == 33


@pytest.mark.parametrize(("count", "width"), [(30, 1), (31, 2), (210, 7)])
def test_a_keyboard_has_thirty_rows_of_seven_at_most(count: int, width: int) -> None:
    [call] = rendered("Что?", buttons=[{"id": f"1.{n}", "label": f"Б{n}"} for n in range(count)])
    rows = keys_of(call)
    assert len(rows) <= 30 and max(map(len, rows)) == width and sum(map(len, rows)) == count


def test_images_places_and_people_are_attachments_and_other_files_are_handed_over() -> None:
    image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [photo] = rendered("x", forms=image, plain="Вот схема")
    assert photo.payload["attachments"] == [
        {"type": "image", "payload": {"url": "https://example.com/a.jpg"}}
    ]
    assert photo.payload["text"] == "Вот схема" and photo.lossy == ()
    film = {"media": {"kind": "video", "url": "https://example.com/a.mp4"}}
    [part] = rendered("x", forms=film, plain="Вот")
    handed = {"kind": "video", "url": "https://example.com/a.mp4"}
    assert part.payload["attachments"] == [{"type": "video", "payload": {"upload": handed}}]
    assert part.payload["text"] == "Вот" and part.lossy == ()
    place = {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": "Тверская, 1"}}
    _, spot = rendered("x", forms=place, plain="Мы тут")
    assert spot.payload["text"] == "Склад, Тверская, 1"
    assert spot.payload["attachments"] == [{"type": "location", "latitude": 55.7, "longitude": 37.6}]
    [card] = rendered("x", forms={"contact": {"name": "Ольга", "phone": "+79990000000"}}, plain="")
    assert card.payload["attachments"] == [
        {"type": "contact", "payload": {"name": "Ольга", "vcf_phone": "+79990000000"}}
    ]
    [words] = rendered("x", forms={"contact": {"name": "Ольга", "email": "o@example.com"}}, plain="")
    assert (words.payload["text"], words.payload["attachments"]) == ("Ольга, o@example.com", None)


# The way out ------------------------------------------------------------------------------------------------


async def send(stub: Stub, part: Native) -> str:
    """One send, as a worker does it."""
    adapter = KIT.build(stub.url)
    try:
        result = await adapter.send(part, f"{KIT.message().key}/{part.index}", KIT.account())
        return result.provider_message_id
    finally:
        await adapter.close()


async def test_the_token_is_in_the_header_and_the_chat_in_the_address() -> None:
    async with Stub(KIT.respond) as stub:
        [part] = rendered("Здравствуйте")
        assert await send(stub, part) == f"mid.{77:032x}"
        [called] = stub.calls
        assert called.headers["authorization"] == TOKEN and called.query == {"chat_id": "1001"}
        assert "chat_id" not in called.json() and TOKEN not in called.path + str(called.query)


async def test_what_max_cannot_take_goes_once_more_in_plain_words() -> None:
    async with Stub(KIT.respond) as stub:
        stub.answers = [refusal(400, "proto.payload"), refusal(400, "proto.payload")]
        image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
        buttons = [{"id": "1.a", "label": "Да"}]
        [part] = rendered("x", forms=image, plain="**Да** & нет", buttons=buttons)
        with pytest.raises(BadPayload) as raised:
            await send(stub, part)
        fallback = raised.value.fallback
        assert fallback is not None and fallback.lossy == ("media_as_link", "formatting_lost")
        assert fallback.payload["text"] == "Да & нет\nhttps://example.com/a.jpg"
        assert "format" not in fallback.payload and len(keys_of(fallback)) == 1
        with pytest.raises(BadPayload) as raised:
            await send(stub, fallback)
        assert raised.value.fallback is None


async def test_a_file_in_work_is_tried_again_soon_and_too_many_say_when() -> None:
    async with Stub(KIT.respond) as stub:
        stub.answers = [refusal(400, "attachment.not.ready"), refusal(429, "too.many.requests")]
        for expected in (2.0, 1.0):
            with pytest.raises(NotSent) as raised:
                await send(stub, *rendered("x"))
            assert raised.value.retry_after == expected


async def test_what_became_of_an_unknown_send_is_found_among_the_bots_own_messages() -> None:
    since = datetime.fromtimestamp(SENT_AT / 1000, UTC)
    before, after = {"timestamp": SENT_AT - 1}, {"timestamp": SENT_AT + 5}
    listed = [
        own(9, "Да & нет") | {"timestamp": SENT_AT + 9},
        own(8, "Да & нет") | after,
        own(7, "Да & нет") | before,
        own(6, "Другое") | after,
        message(5, text="Да & нет") | after,
    ]
    async with Stub(lambda called: Answer(body={"messages": listed})) as stub:
        adapter, account = KIT.build(stub.url), KIT.account()
        [part] = rendered("**Да** & нет")
        found = await adapter.reconcile(part, "k/0", account, since)
        assert found is not None and found.provider_message_id == f"mid.{8:032x}"
        assert (stub.calls[0].method, stub.calls[0].path) == ("GET", "/messages")
        assert stub.calls[0].query == {"chat_id": "1001", "count": "100"}
        later = since + timedelta(seconds=60)
        assert await adapter.reconcile(part, "k/0", account, later) is None
        assert await adapter.reconcile(*rendered("Ещё"), "k/0", account, since) is None
        image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
        [photo] = rendered("x", forms=image, plain="Да & нет")
        assert await adapter.reconcile(photo, "k/0", account, since) is None
        listed[0]["body"]["attachments"] = [IMAGE]
        assert await adapter.reconcile(photo, "k/0", account, since) is not None
        stub.answers = [refusal(403, "chat.denied")]
        assert await adapter.reconcile(part, "k/0", account, since) is None
        for answer in (BAD_GATEWAY, refusal(429, "too.many.requests"), Answer(fault="lose")):
            stub.answers = [answer]
            with pytest.raises(Transient):
                await adapter.reconcile(part, "k/0", account, since)
        await adapter.close()


async def test_signs_are_shown_and_one_that_max_no_longer_has_is_no_error() -> None:
    async with Stub(KIT.respond) as stub:
        adapter, account = KIT.build(stub.url), KIT.account()
        await adapter.signal("typing", "-51001", None, account)
        await adapter.signal("read", "51001", "mid.1", account)
        assert [(called.path, called.json()) for called in stub.calls] == [
            ("/chats/-51001/actions", {"action": "typing_on"}),
            ("/chats/51001/actions", {"action": "mark_seen"}),
        ]
        stub.answers = [refusal(400, "proto.payload")]
        await adapter.signal("read", "51001", None, account)
        stub.answers = [refusal(400, "proto.payload")]
        with pytest.raises(BadPayload):
            await adapter.signal("typing", "51001", None, account)
        await adapter.close()


async def test_a_file_is_fetched_by_its_address_and_a_videos_address_is_asked_for() -> None:
    status = [200]

    def respond(called: Called) -> Answer:
        if called.path == "/videos/v_1":
            urls = {"mp4_1080": f"{stub.url}/1080", "mp4_480": f"{stub.url}/480", "mp4_720": None}
            return Answer(body={"token": "v_1", "urls": urls, "width": 1, "height": 1, "duration": 1})
        return Answer(status[-1], called.path, content_type="text/plain")

    async with Stub(respond) as stub:
        account = KIT.account()
        transport = Transport(fetcher(f"127.0.0.1:{stub.port}"), max_url=stub.url, call_s=IMPATIENT_S)
        adapter = MaxAdapter(transport)

        async def fetch(ref: dict[str, str]) -> bytes:
            return b"".join([chunk async for chunk in adapter.fetch_media(MediaRef("video", ref), account)])

        assert await fetch({"url": f"{stub.url}/a.jpg"}) == b"/a.jpg"
        assert "authorization" not in stub.calls[0].headers
        assert await fetch({"url": f"{stub.url}/player", "video": "v_1"}) == b"/480"
        stub.answers = [refusal(404, "not.found")]
        assert await fetch({"url": f"{stub.url}/player", "video": "v_1"}) == b"/player"
        stub.answers = [BAD_GATEWAY]
        with pytest.raises(Transient):
            await fetch({"url": f"{stub.url}/player", "video": "v_1"})
        for code, expected in ((404, NotSent), (503, Transient)):
            status.append(code)
            with pytest.raises(NotSent) as raised:
                await fetch({"url": f"{stub.url}/a.jpg"})
            assert type(raised.value) is expected
        calls = len(stub.calls)
        with pytest.raises(NotSent) as raised:
            await fetch({"url": "http://127.0.0.1:9/inner"})
        assert raised.value.code == "media_gone" and len(stub.calls) == calls
        await transport.close()


# The webhook ------------------------------------------------------------------------------------------------


class Subscriptions:
    """What MAX remembers of a bot's webhooks."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.posts = 0

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        match called.method, called.path:
            case "GET", "/me":
                return Answer(body=user(BOT, is_bot=True) | {"username": "lavka_bot"})
            case "GET", "/subscriptions":
                shown = [
                    {name: each[name] for name in ("url", "update_types", "time")}
                    for each in self.kept.values()
                ]
                return Answer(body={"subscriptions": shown})
            case "POST", "/subscriptions":
                self.posts += 1
                asked = called.json()
                self.kept[asked["url"]] = asked | {"time": SENT_AT}
                return Answer(body={"success": True})
            case "DELETE", "/subscriptions":
                self.kept.pop(called.query["url"], None)
                return Answer(body={"success": True})
        return refusal(404, "not.found")


async def test_the_subscription_is_made_once_and_again_when_max_has_dropped_it_or_its_secret_is_another() -> (
    None
):
    webhooks, account = Subscriptions(), KIT.account()
    webhooks.kept["https://elsewhere.example.com"] = {
        "url": "https://elsewhere.example.com",
        "update_types": None,
        "time": 1,
    }
    async with Stub(webhooks.respond) as stub:
        adapter = KIT.build(stub.url)
        first = await adapter.connect(account)
        assert (first.state, first.problems, first.external_id) == ("ok", (), str(BOT))
        assert (first.settings["bot_name"], first.settings["bot_username"]) == ("Иван Петров", "lavka_bot")
        kept = webhooks.kept[URL]
        assert (kept["secret"], kept["update_types"]) == (SECRET, list(UPDATE_TYPES))
        account = replace(account, settings=first.settings)
        await adapter.connect(account)
        assert webhooks.posts == 1
        del webhooks.kept[URL]
        assert (await adapter.connect(account)).state == "ok" and webhooks.posts == 2
        webhooks.kept[URL]["update_types"] = ["message_created"]
        await adapter.connect(account)
        assert webhooks.posts == 3
        rotated = replace(account, secrets={"token": TOKEN, "webhook": ["another-one", SECRET]})
        await adapter.connect(rotated)
        assert webhooks.posts == 4 and webhooks.kept[URL]["secret"] == "another-one"
        await adapter.disconnect(account)
        await adapter.disconnect(account)
        assert list(webhooks.kept) == ["https://elsewhere.example.com"]
        assert await adapter.backfill(account, datetime.now(UTC)) == ()
        await adapter.close()


async def test_a_connection_that_cannot_be_made_says_why() -> None:
    webhooks, account = Subscriptions(), KIT.account()
    async with Stub(webhooks.respond) as stub:
        adapter = KIT.build(stub.url)

        async def told(*answers: Answer) -> tuple[str, str, str | None]:
            stub.answers = list(answers)
            health = await adapter.connect(account)
            assert TOKEN not in str(health) and SECRET not in str(health)
            return health.state, health.problems[0].code, health.problems[0].mends

        me, none = Answer(body=user(BOT, is_bot=True)), Answer(body={"subscriptions": []})
        refused = refusal(400, "proto.payload", f"url: must be https, secret {SECRET}")
        unwilling = Answer(body={"success": False, "message": f"no such host {TOKEN}"})
        assert await told(refusal(401, "verify.token")) == ("down", "unauthorized", "reauthorize")
        assert await told(me, none, refused) == ("down", "webhook_refused", "resubscribe")
        assert await told(me, none, unwilling) == ("down", "webhook_refused", "resubscribe")
        assert await told(BAD_GATEWAY) == ("degraded", "provider_unreachable", None)
        assert await told(me, refusal(429, "too.many.requests")) == ("degraded", "provider_unreachable", None)
        stub.answers = [refusal(401, "verify.token")]
        await adapter.disconnect(account)
        await adapter.close()


# MAX's own schema -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """MAX's description, in words that JSON Schema knows."""
    found = _nullable(described())
    assert isinstance(found, dict)
    return found


def described() -> dict[str, Any]:
    """MAX's description, in which each kind of a file and of a button is an alternative by its `type`."""
    read = yaml.load(spec("max_bot_api.yaml").read_text("utf-8"), yaml.CSafeLoader)
    schemas = read["components"]["schemas"]
    for name in ("AttachmentRequest", "Button"):
        # A discriminator is no part of JSON Schema.
        kinds = schemas[name].pop("discriminator")["mapping"]
        schemas[f"Any{name}"] = {
            "oneOf": [
                {"allOf": [{"$ref": ref}, {"properties": {"type": {"enum": [kind]}}}]}
                for kind, ref in kinds.items()
            ]
        }
    found = _of_any_kind(read)
    assert isinstance(found, dict)
    return found


def _of_any_kind(node: Any) -> Any:
    """Items that may be of any kind name all of them."""
    if isinstance(node, list):
        return [_of_any_kind(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {name: _of_any_kind(each) for name, each in node.items()}
    ref = found["items"].get("$ref", "") if isinstance(found.get("items"), dict) else ""
    if ref.endswith(("/AttachmentRequest", "/Button")):
        kind = ref.rpartition("/")[2]
        found["items"] = {"$ref": f"#/components/schemas/Any{kind}"}
    return found


def _nullable(node: Any) -> Any:
    if isinstance(node, list):
        return [_nullable(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {name: _nullable(each) for name, each in node.items() if name != "nullable"}
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found


def faults(schema: dict[str, Any], name: str, body: Any) -> list[str]:
    """Where a body is not as MAX describes it; a field that MAX does not know is a fault as well."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole)
    found = [error.message for error in validator.iter_errors(body)]
    known = schema["components"]["schemas"][name]["properties"]
    return found + [f"{each} is unknown" for each in body if each not in known]


def wrong_queries(schema: dict[str, Any], called: Called) -> Iterator[str]:
    """What a call's address has that MAX does not know, or lacks."""
    path = "/chats/{chatId}/actions" if called.path.startswith("/chats/") else called.path
    method = schema["paths"][path][called.method.lower()]
    rules = {each["name"]: each for each in method.get("parameters", ()) if each["in"] == "query"}
    yield from (f"{path} has no {name}" for name in called.query if name not in rules)
    yield from (
        f"{path} wants {name}" for name in rules if rules[name].get("required") and name not in called.query
    )


def test_the_checker_itself_finds_what_is_wrong(schema: dict[str, Any]) -> None:
    good = {"text": "x", "attachments": None, "link": None}
    assert faults(schema, "NewMessageBody", good) == []
    keyboard = {"type": "inline_keyboard", "payload": {"buttons": [[{"type": "callback", "text": "А"}]]}}
    for wrong in (
        {"text": "x" * 4001},
        {"format": "rtf"},
        {"surprise": 1},
        {"attachments": [{"type": "smell", "payload": {}}]},
        {"attachments": [{"type": "location", "latitude": "north", "longitude": 1}]},
        {"attachments": [keyboard]},
    ):
        assert faults(schema, "NewMessageBody", good | wrong), wrong


async def test_our_bodies_are_as_max_describes_them(schema: dict[str, Any]) -> None:
    links = [{"label": "Сайт", "url": "https://example.com/"}]
    image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    webhooks, account = Subscriptions(), KIT.account()

    def respond(called: Called) -> Answer:
        return webhooks.respond(called) if called.path in ("/me", "/subscriptions") else KIT.respond(called)

    async with Stub(respond) as stub:
        adapter = KIT.build(stub.url)
        assert isinstance(adapter, MaxAdapter)
        parts = [
            *rendered("**Здравствуйте**", buttons=[{"id": "1.a", "label": "А"}]),
            *rendered("x", forms={"links": links}, plain="Вот"),
            *rendered("x", forms=image, plain="Вот"),
            *rendered("x", forms={"location": {"lat": 55.7, "lon": 37.6}}, plain=""),
            *rendered("x", forms={"contact": {"name": "Ольга", "phone": "+79990000000"}}, plain=""),
            *rendered("я" * 9000),
        ]
        for part in parts:
            await adapter.send(part, "k/0", account)
        await adapter.signal("typing", "51001", None, account)
        await adapter.answer_press({"callback_id": "cb.1"}, account)
        await adapter.reconcile(parts[0], "k/0", account, datetime.now(UTC))
        await adapter.connect(account)
        await adapter.disconnect(account)
        await adapter.close()
        bodies = {
            "/messages": "NewMessageBody",
            "/chats/51001/actions": "ActionRequestBody",
            "/answers": "CallbackAnswer",
            "/subscriptions": "SubscriptionRequestBody",
        }
        seen = {called.path for called in stub.calls if called.method == "POST"}
        assert seen == bodies.keys()
        for called in stub.calls:
            assert list(wrong_queries(schema, called)) == []
            if called.method == "POST":
                assert faults(schema, bodies[called.path], called.json()) == [], called.json()


def test_a_new_secret_is_one_that_max_takes(schema: dict[str, Any]) -> None:
    [made] = new_secrets()["webhook"]
    assert len(made) == 64 and new_secrets()["webhook"] != [made]
    assert faults(schema, "SubscriptionRequestBody", {"url": URL, "secret": made}) == []
