"""The VK adapter against the conformance suite and VK's published schema, and what only VK does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Chat,
    Forged,
    NotSent,
    RateLimited,
    RawRequest,
    RecipientGone,
    Transient,
    WindowClosed,
)
from omnisupport.channels.transport import Transport
from omnisupport.channels.vk import errors
from omnisupport.channels.vk.inbound import EVENTS
from omnisupport.channels.vk.outbound import VkAdapter, new_secrets, random_id
from omnisupport.channels.vk.render import button_payload
from omnisupport.domain.inbound import EventKind, InboundEvent
from omnisupport.domain.message import Native
from tests.channels.conformance import (
    CHANNEL,
    IMPATIENT_S,
    TENANT,
    Conformance,
    Kit,
    fetcher,
    is_forged,
)
from tests.channels.specs import spec
from tests.channels.stub import BAD_GATEWAY, Answer, Called, Stub

TOKEN = "vk1.a.community-token-0123456789abcdef"
SECRET = "Zq7rT1mB5xK9wL3cN8vP2dS4"
GROUP = 9001
CODE = "1a2b3c4d"
URL = "https://support.example.com/webhooks/vk/tok"
SENT_AT = 1_795_000_000
CONVERSATION = 2_000_000_000
"""What numbers of chats of several people begin with."""


class VkKit(Kit):
    """The API and the Callback API."""

    type: ClassVar[str] = "vk"
    provider: ClassVar[str] = "vk"

    def account(self, **settings: Any) -> Account:
        return Account(
            TENANT,
            CHANNEL,
            "vk",
            "vk",
            str(GROUP),
            {"confirmation": CODE, **settings},
            {"token": TOKEN, "secret": [SECRET]},
            webhook_url=URL,
        )

    def transport(self, url: str) -> Transport:
        return Transport(fetcher(), vk_url=url, call_s=IMPATIENT_S)

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        return notified("message_new", {"message": message(number, int(chat), text=text)})

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        """Nonsense of a known type, from the community and with its secret, wherever it can hold them."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return replace(request, body=body)
        signed = {
            "type": EVENTS[len(body) % len(EVENTS)],
            "group_id": GROUP,
            "secret": SECRET,
            "object": told,
        }
        return replace(request, body=json.dumps(signed).encode())

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        def told(**changes: Any) -> RawRequest:
            read = {**json.loads(request.body), **changes}
            body = {name: value for name, value in read.items() if value is not None}
            return replace(request, body=json.dumps(body).encode())

        return {
            "unsigned": told(secret=None),
            "empty": told(secret=""),
            "wrong_secret": told(secret=SECRET[:-1] + "g"),
            "foreign_secret": told(secret="the0secret0of0another000"),
            "longer": told(secret=SECRET + "x"),
            "a_list": told(secret=[SECRET]),
            "the_token": told(secret=TOKEN),
            "another_community": told(group_id=GROUP + 1),
            "no_community": told(group_id=None),
            "no_json": replace(request, body=b"secret=" + SECRET.encode()),
            "a_list_of_it": replace(request, body=b"[" + request.body + b"]"),
        }

    def respond(self, called: Called) -> Answer:
        if called.path == "/method/messages.send":
            return Answer(body={"response": [sent(called)]})
        return Answer(body={"response": 1})

    def sent_text(self, called: Called) -> str:
        return called.form["message"]

    def is_send(self, called: Called) -> bool:
        return called.path == "/method/messages.send"

    def key_of(self, called: Called) -> str | None:
        return called.form["random_id"]

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        table: dict[type[Exception], tuple[int, ...]] = {
            RateLimited: (6, 9, 29),
            Ambiguous: (1, 10),
            AuthFailed: (5, 7, 14, 15, 17, 24, 27, 28),
            RecipientGone: (18, 37, 900, 901, 902, 917, 922, 936, 945),
            WindowClosed: (943, 944, 950),
            BadPayload: (8, 100, 910, 911, 912, 913, 914),
            Transient: (43,),
        }
        found = [(str(code), refusal(code), kind) for kind, codes in table.items() for code in codes]
        one = {"peer_id": 1001, "message_id": 0, "conversation_message_id": 0}
        of_one = {**one, "error": {"code": 901, "description": "Can't send messages without permission"}}
        return [
            *found,
            ("of one recipient", Answer(body={"response": [of_one]}), RecipientGone),
            ("429", Answer(429, "slow down", {"Retry-After": "7"}, "text/plain"), RateLimited),
            ("its token in the words", refusal(100, f"invalid access_token {TOKEN}"), BadPayload),
            ("nothing sent", Answer(body={"response": []}), Ambiguous),
            ("an odd error", Answer(body={"error": "no"}), Ambiguous),
            ("no answer of the API", Answer(body={"ok": True}), Ambiguous),
            ("a page", Answer(200, "<html>", content_type="text/html"), Ambiguous),
        ]


def refusal(code: int, words: str = "") -> Answer:
    """An error of the API: VK says 200 to it."""
    told = {"error_code": code, "error_msg": words or "Something is wrong", "request_params": []}
    return Answer(body={"error": told})


def sent(called: Called) -> dict[str, Any]:
    """What VK says of a message it has made."""
    return {"peer_id": int(called.form["peer_ids"]), "message_id": 501, "conversation_message_id": 77}


def message(number: int, user: int = 1001, **content: Any) -> dict[str, Any]:
    """A message as notifications have it."""
    told = {"id": 400 + number, "conversation_message_id": number, "date": SENT_AT, "out": 0, "version": 10}
    return told | {"peer_id": user, "from_id": user, "text": "", "attachments": []} | content


def notified(type: str, object: Any, event_id: str | None = "ev-1") -> RawRequest:
    """A notification as VK posts it."""
    told = {"type": type, "group_id": GROUP, "v": "5.199", "secret": SECRET, "object": object}
    told |= {"event_id": event_id} if event_id else {}
    return RawRequest("POST", URL, {"content-type": "application/json"}, json.dumps(told).encode())


class TestVk(Conformance):
    """The suite."""

    kit: ClassVar[Kit] = VkKit()

    def text_of(self, native: Native) -> str:
        return str(native.payload["message"])


KIT = VkKit()


def read(type: str, object: Any, event_id: str | None = "ev-1") -> list[InboundEvent]:
    """What a notification tells of."""
    request = notified(type, object, event_id)
    KIT.inbound.verify(request, KIT.account())
    return list(KIT.inbound.parse(request, KIT.account()))


def new(number: int = 5, user: int = 1001, **content: Any) -> InboundEvent:
    """A customer's message."""
    [event] = read(
        "message_new", {"message": message(number, user, **content), "client_info": {"lang_id": 3}}
    )
    return event


# The way in -------------------------------------------------------------------------------------------------


def test_the_question_of_confirmation_is_answered_with_the_code_alone_and_needs_no_secret() -> None:
    account = KIT.account()
    asked = {"type": "confirmation", "group_id": GROUP}
    request = RawRequest("POST", URL, {}, json.dumps(asked).encode())
    KIT.inbound.verify(request, account)
    assert KIT.inbound.parse(request, account) == []
    reply = KIT.inbound.ack(request, account)
    assert (reply.status, reply.body, reply.content_type) == (200, CODE, "text/plain")
    of_another = replace(request, body=json.dumps({**asked, "group_id": GROUP + 1}).encode())
    assert is_forged(KIT, of_another, account)
    assert KIT.inbound.ack(request, replace(account, settings={})).status == 503


def test_everything_else_is_answered_with_exactly_ok() -> None:
    reply = KIT.inbound.ack(notified("message_new", {"message": message(1, text="раз")}), KIT.account())
    assert (reply.status, reply.body, reply.content_type) == (200, "ok", "text/plain")


def test_a_message_is_named_by_its_conversation_and_its_number_there() -> None:
    event = new(text="раз")
    assert (event.chat, event.ref, event.dedupe_key) == ("1001", "1001:5", "m1001:5")
    assert (event.sender.aliases, event.sender.locale) == (("1001",), "en")
    assert event.at == datetime.fromtimestamp(SENT_AT, UTC)


def test_in_a_chat_of_several_people_the_number_counts_though_the_id_is_0() -> None:
    event = new(9, peer_id=CONVERSATION + 4, id=0, text="раз")
    assert (event.chat, event.ref, event.sender.aliases) == ("2000000004", "2000000004:9", ())
    assert not event.automatic
    assert new(9, peer_id=CONVERSATION + 4, from_id=-77, text="раз").automatic


def test_a_press_has_the_id_of_its_button_and_nothing_else_that_a_customer_may_have_written() -> None:
    assert new(text="Да", payload='{"b": "3.ask.yes"}').button == "3.ask.yes"
    for payload in ('{"command": "start"}', '{"b": 7}', '{"b": ""}', '["b"]', '"b"', "not json", ""):
        event = new(text="Да", payload=payload)
        assert (event.button, event.text) == (None, "Да"), payload


def test_a_callback_button_has_what_is_needed_to_answer_it() -> None:
    pressed = {"user_id": 1001, "peer_id": 1001, "event_id": "abc", "conversation_message_id": 4}
    [event] = read("message_event", {**pressed, "payload": {"b": "1.a"}}, "ev-9")
    assert (event.kind, event.button, event.reply_to) == (EventKind.MESSAGE, "1.a", "1001:4")
    assert (event.dedupe_key, event.ref) == ("eev-9", None)
    assert event.extra == {"event_id": "abc", "user_id": 1001, "peer_id": 1001}
    assert read("message_event", {**pressed, "payload": {"x": 1}}) == []


PHOTO = {
    "type": "photo",
    "photo": {
        "id": 1,
        "owner_id": 1001,
        "sizes": [
            {"type": "s", "width": 75, "height": 75, "url": "https://sun1.userapi.com/s.jpg"},
            {"type": "w", "width": 2560, "height": 1707, "url": "https://sun1.userapi.com/w.jpg"},
            {"type": "x", "width": 604, "height": 403, "url": "https://sun1.userapi.com/x.jpg"},
        ],
    },
}
DOC = {"id": 2, "owner_id": 1001, "title": "счёт.pdf", "size": 1234, "ext": "pdf", "type": 1}
VOICE = {"id": 3, "owner_id": 1001, "duration": 2, "waveform": [1]}
LINKS = {"link_ogg": "https://psv4.userapi.com/v.ogg", "link_mp3": "https://psv4.userapi.com/v.mp3"}
IMAGES = [{"url": "https://vk.com/s/64.png", "width": 64}, {"url": "https://vk.com/s/512.png", "width": 512}]


@pytest.mark.parametrize(
    ("attachment", "kind", "address", "name"),
    [
        (PHOTO, "image", "https://sun1.userapi.com/w.jpg", None),
        (
            {"type": "photo", "photo": {"orig_photo": {"url": "https://a/o.jpg"}}},
            "image",
            "https://a/o.jpg",
            None,
        ),
        ({"type": "doc", "doc": {**DOC, "url": "https://a/d"}}, "file", "https://a/d", "счёт.pdf"),
        (
            {"type": "doc", "doc": {**DOC, "ext": "PNG", "url": "https://a/d"}},
            "image",
            "https://a/d",
            "счёт.pdf",
        ),
        ({"type": "audio_message", "audio_message": {**VOICE, **LINKS}}, "voice", LINKS["link_ogg"], None),
        (
            {"type": "audio_message", "audio_message": {"link_mp3": "https://a/3"}},
            "voice",
            "https://a/3",
            None,
        ),
        ({"type": "sticker", "sticker": {"images": IMAGES}}, "sticker", "https://vk.com/s/512.png", None),
        ({"type": "graffiti", "graffiti": {"url": "https://a/g"}}, "image", "https://a/g", None),
        (
            {"type": "audio", "audio": {"artist": "Кино", "title": "Звезда", "url": "https://a/m"}},
            "audio",
            "https://a/m",
            "Кино — Звезда",
        ),
    ],
)
def test_files_are_named_and_stay_there(attachment: Any, kind: str, address: str, name: str | None) -> None:
    event = new(text="вот", attachments=[attachment])
    [media] = event.media
    assert (media.kind, dict(media.ref), media.name) == (kind, {"url": address}, name)
    assert event.text == "вот"
    assert media.size == (1234 if attachment["type"] == "doc" else None)


@pytest.mark.parametrize(
    ("attachment", "line"),
    [
        (
            {"type": "video", "video": {"owner_id": -5, "id": 7, "title": "Обзор"}},
            "Обзор: https://vk.com/video-5_7",
        ),
        ({"type": "wall", "wall": {"to_id": -5, "id": 8}}, "https://vk.com/wall-5_8"),
        (
            {"type": "link", "link": {"url": "https://shop.example/1", "title": "Стол"}},
            "Стол: https://shop.example/1",
        ),
        ({"type": "audio", "audio": {"artist": "Кино", "title": "Звезда", "url": ""}}, "Кино — Звезда"),
        ({"type": "gift", "gift": {"id": 1}}, "[gift]"),
        ({"type": "photo", "photo": {"sizes": [{"type": "s"}]}}, "[photo]"),
    ],
)
def test_what_is_no_file_is_told_in_words(attachment: Any, line: str) -> None:
    assert new(attachments=[attachment]).text == line
    assert new(text="вот", attachments=[attachment]).text == f"вот\n{line}"


def test_a_card_of_a_link_that_stands_in_the_text_is_not_told_twice() -> None:
    card = {"type": "link", "link": {"url": "https://shop.example/1", "title": "Стол"}}
    assert new(text="Смотрите https://shop.example/1", attachments=[card]).text.count("shop.example") == 1


def test_a_place_an_answer_and_a_way_by_which_one_came_are_told() -> None:
    geo = {
        "type": "point",
        "coordinates": {"latitude": 55.75, "longitude": 37.62},
        "place": {"title": "Москва"},
    }
    answered = {"conversation_message_id": 3, "date": 1, "from_id": -GROUP, "text": "x", "id": 400}
    event = new(geo=geo, reply_message=answered, ref="lead-7", ref_source="ads")
    assert event.location == {"lat": 55.75, "lon": 37.62, "title": "Москва"}
    assert event.reply_to == "1001:3"
    assert event.referral == {"ref": "lead-7", "source": "ads"}


def test_forwarded_messages_are_quoted_and_their_files_kept() -> None:
    forwarded = {
        "from_id": 5,
        "date": 1,
        "conversation_message_id": 1,
        "text": "раз\nдва",
        "attachments": [PHOTO],
    }
    event = new(text="см.", fwd_messages=[forwarded])
    assert event.text == "см.\n> раз\n> два" and [media.kind for media in event.media] == ["image"]


def test_the_same_edit_has_the_same_key_and_the_next_one_another() -> None:
    edited = message(5, text="два", update_time=SENT_AT + 60)
    [edit] = read("message_edit", edited, "ev-2")
    assert (edit.kind, edit.ref, edit.text) == (EventKind.EDIT, "1001:5", "два")
    assert edit.at == datetime.fromtimestamp(SENT_AT + 60, UTC)
    assert read("message_edit", edited, "ev-2")[0].dedupe_key == edit.dedupe_key
    assert read("message_edit", edited, "ev-3")[0].dedupe_key != edit.dedupe_key
    assert read("message_edit", message(5, from_id=-GROUP, out=1, text="наше")) == []


async def test_our_own_message_comes_back_with_the_number_by_which_its_send_is_known() -> None:
    async with Stub(KIT.respond) as stub:
        result = await send(stub, *rendered("Здравствуйте"))
        given = int(stub.calls[0].form["random_id"])
    own = message(77, from_id=-GROUP, out=1, text="Здравствуйте", random_id=given, admin_author_id=8)
    [echo] = read("message_reply", own)
    assert (echo.kind, echo.chat, echo.ref) == (EventKind.ECHO, "1001", result)
    assert echo.extra == {"random_id": random_id(f"{KIT.message().key}/0"), "admin_author_id": 8}
    assert echo.dedupe_key != new(77, text="Здравствуйте").dedupe_key


def test_the_other_notifications_are_told_as_such() -> None:
    [allowed] = read("message_allow", {"user_id": 1001, "key": ""})
    [denied] = read("message_deny", {"user_id": 1001})
    assert [(each.kind, each.chat, each.reachable) for each in (allowed, denied)] == [
        (EventKind.MEMBERSHIP, "1001", True),
        (EventKind.MEMBERSHIP, "1001", False),
    ]
    seen = {"from_id": 1001, "peer_id": 1001, "read_message_id": 412, "conversation_message_id": 12}
    [receipt] = read("message_read", seen)
    assert (receipt.kind, receipt.ref) == (EventKind.READ, "1001:12")
    typing = {"state": "typing", "from_id": 1001, "to_id": -GROUP}
    [busy] = read("message_typing_state", typing)
    assert (busy.kind, busy.chat) == (EventKind.TYPING, "1001")
    reaction = {"reacted_id": 1001, "peer_id": 1001, "cmid": 12, "reaction_id": 4}
    [liked] = read("message_reaction_event", reaction)
    assert (liked.kind, liked.ref, liked.extra) == (EventKind.REACTION, "1001:12", {"reaction_id": 4})
    signs = [
        read("message_reaction_event", reaction | {"reaction_id": id})[0].text for id in (4, 16, 99, None)
    ]
    assert signs == ["👍", "🎉", "⭐", ""]
    assert read("message_reaction_event", reaction | {"reacted_id": -GROUP}) == []
    assert read("message_typing_state", typing | {"from_id": -GROUP}) == []
    assert read("message_read", seen | {"from_id": -GROUP}) == []


def test_without_an_id_of_its_own_a_notification_is_known_by_what_it_tells() -> None:
    keys = [read("message_deny", {"user_id": user}, None)[0].dedupe_key for user in (1, 1, 2)]
    assert keys[0] == keys[1] != keys[2]


def test_what_is_of_no_interest_is_left_out() -> None:
    assert read("message_new", {"message": message(5, text="x", action={"type": "chat_invite_user"})}) == []
    assert read("message_new", {"message": message(5)}) == []
    assert read("wall_post_new", {"id": 1}) == []


# Rendering --------------------------------------------------------------------------------------------------


def rendered(text: str, **content: Any) -> list[Native]:
    """Calls for a message."""
    return KIT.render.render(KIT.message(text, **content), KIT.account(), KIT.chat())


def keys_of(part: Native) -> list[list[dict[str, Any]]]:
    """The actions of a keyboard."""
    keyboard = part.payload["keyboard"]
    assert keyboard["inline"] is True
    return [[key["action"] for key in row] for row in keyboard["buttons"]]


def test_a_bots_markdown_becomes_words_and_an_operators_text_stays_as_it_is() -> None:
    [call] = rendered("**Да** [тут](https://example.com/a)")
    assert (call.payload["message"], call.lossy) == ("Да тут: https://example.com/a", ("formatting_lost",))
    operators = replace(KIT.message("2 **3** < 7"), author_kind="operator")
    [call] = KIT.render.render(operators, KIT.account(), KIT.chat())
    assert (call.payload["message"], call.lossy) == ("2 **3** < 7", ())


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (6, 6), (7, 4), (10, 5)])
def test_a_keyboard_has_six_rows_at_most(count: int, rows: int) -> None:
    [call] = rendered("Что?", buttons=[{"id": f"1.{n}", "label": f"Б{n}"} for n in range(count)])
    found = keys_of(call)
    assert len(found) == rows and sum(map(len, found)) == count
    assert found[0][0] == {"type": "text", "label": "Б0", "payload": '{"b":"1.0"}'}


def test_a_buttons_payload_fits_and_a_long_id_is_found_by_its_digest() -> None:
    assert json.loads(button_payload("я" * 247)) == {"b": "я" * 247}
    long = json.loads(button_payload("я" * 248))["b"]
    assert long.startswith("~") and len(long) == 33
    assert len(button_payload('"' * 200)) <= 255


def test_links_are_keys_of_their_own_and_lines_where_choices_leave_no_room() -> None:
    links = [{"label": "Сайт", "url": "https://example.com/"}]
    few = [{"id": str(n), "label": f"Б{n}"} for n in range(3)]
    [call] = rendered("x", forms={"links": links}, plain="Что?", buttons=few)
    assert keys_of(call)[-1] == [{"type": "open_link", "label": "Сайт", "link": "https://example.com/"}]
    many = [{"id": str(n), "label": f"Б{n}"} for n in range(10)]
    [call] = rendered("x", forms={"links": links}, plain="Что?", buttons=many)
    assert call.payload["message"] == "Что?\nСайт: https://example.com/"
    assert call.lossy == ("form_as_text",) and sum(map(len, keys_of(call))) == 10


def test_a_place_has_its_own_fields_and_a_file_is_handed_over_with_its_words() -> None:
    place = {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": "Тверская, 1"}}
    words, spot = rendered("x", forms=place, plain="Мы тут")
    assert words.payload == {"peer_ids": "1001", "message": "Мы тут"}
    assert spot.payload == {"peer_ids": "1001", "message": "Склад, Тверская, 1", "lat": 55.7, "long": 37.6}
    [photo] = rendered(
        "x", forms={"media": {"kind": "image", "url": "https://example.com/a.jpg"}}, plain="Вот"
    )
    assert photo.payload["attachment"] == {"kind": "image", "url": "https://example.com/a.jpg"}
    assert photo.payload["message"] == "Вот" and photo.lossy == ()


# The way out ------------------------------------------------------------------------------------------------


async def send(stub: Stub, part: Native) -> str:
    """One send, as a worker does it."""
    adapter = KIT.build(stub.url)
    try:
        result = await adapter.send(part, f"{KIT.message().key}/{part.index}", KIT.account())
        return result.provider_message_id
    finally:
        await adapter.close()


async def test_the_key_is_in_the_form_and_a_repeat_has_the_same_random_id() -> None:
    async with Stub(KIT.respond) as stub:
        [part] = rendered("Здравствуйте", buttons=[{"id": "1.a", "label": "А"}])
        stub.answers = [Answer(fault="lose")]
        with pytest.raises(Ambiguous):
            await send(stub, part)
        assert await send(stub, part) == "1001:77"
        first, second = stub.calls
        assert first.form == second.form and 0 < int(first.form["random_id"]) < 2**31
        assert first.form["access_token"] == TOKEN and first.form["v"] == "5.199"
        assert TOKEN not in first.path + json.dumps(first.query) + json.dumps(first.headers)
        assert json.loads(first.form["keyboard"]) == part.payload["keyboard"]


def test_a_random_id_is_never_0_and_differs_by_key() -> None:
    found = [random_id(f"k/{number}") for number in range(500)]
    assert len(set(found)) == 500 and all(0 < each < 2**31 for each in found)


@pytest.mark.parametrize("code", [911, 912])
async def test_a_refused_keyboard_goes_once_more_in_words(code: int) -> None:
    async with Stub(KIT.respond) as stub:
        stub.answers = [refusal(code), refusal(code)]
        links = [{"label": "Сайт", "url": "https://example.com/"}]
        buttons = [{"id": "1.a", "label": "Да"}, {"id": "1.b", "label": "Нет"}]
        [part] = rendered("x", forms={"links": links}, plain="Берёте?", buttons=buttons)
        with pytest.raises(BadPayload) as raised:
            await send(stub, part)
        fallback = raised.value.fallback
        assert fallback is not None and fallback.lossy == ("choices_numbered", "form_as_text")
        assert fallback.payload == {
            "peer_ids": "1001",
            "message": "Берёте?\n\nСайт: https://example.com/\n\n1) Да\n2) Нет\nОтветьте номером.",
        }
        with pytest.raises(BadPayload) as raised:
            await send(stub, *rendered("Без кнопок"))
        assert raised.value.fallback is None


async def test_how_long_to_wait_depends_on_what_was_too_much() -> None:
    async with Stub(KIT.respond) as stub:
        found = []
        for code in (6, 9, 29):
            stub.answers = [refusal(code)]
            with pytest.raises(RateLimited) as raised:
                await send(stub, *rendered("x"))
            found.append((raised.value.scope, raised.value.retry_after))
        assert found == [("account", 0.1), ("chat", 60.0), ("account", 3600.0)]


def test_our_codes_are_those_of_the_schema() -> None:
    known = json.loads(spec("vk/errors.json").read_text("utf-8"))["errors"]
    names = {each["code"]: name.removeprefix("api_error_") for name, each in known.items()}
    tables = (errors.UNCLEAR, errors.KEY_REFUSED, errors.PERSON_WANTED, errors.GONE, errors.OUT_OF_TIME)
    assert set().union(*tables, errors.NO_KEYBOARD, errors.WAITS_S, {errors.SECTION_CLOSED}) <= names.keys()
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert names[errors.FLOOD] == "flood" and names[errors.QUOTA] == "rate_limit"
    assert names[901] == "messages_deny_send" and names[911] == "messages_keyboard_invalid"


class Storage:
    """Files at an address of their own."""

    def __init__(self) -> None:
        self.status = 200

    def respond(self, called: Called) -> Answer:
        """A picture, or what its status says."""
        return Answer(self.status, "JPEG", content_type="image/jpeg")


async def test_a_file_is_fetched_by_its_address_and_only_where_that_is_allowed() -> None:
    storage = Storage()
    async with Stub(storage.respond) as stub:
        photo = {"type": "photo", "photo": {"sizes": [{"url": f"{stub.url}/a.jpg", "width": 9}]}}
        [media] = new(attachments=[photo]).media
        adapter = VkAdapter(Transport(fetcher(f"127.0.0.1:{stub.port}")))
        assert [chunk async for chunk in adapter.fetch_media(media, KIT.account())] == [b"JPEG"]
        assert "access_token" not in stub.calls[0].form and TOKEN not in str(stub.calls[0].headers)
        for storage.status, expected in ((404, NotSent), (410, NotSent), (503, Transient), (429, Transient)):
            with pytest.raises(NotSent) as raised:
                [chunk async for chunk in adapter.fetch_media(media, KIT.account())]
            assert type(raised.value) is expected
        calls = len(stub.calls)
        with pytest.raises(NotSent) as raised:
            [chunk async for chunk in KIT.build(stub.url).fetch_media(media, KIT.account())]
        assert raised.value.code == "media_gone" and len(stub.calls) == calls
    with pytest.raises(Transient):
        [chunk async for chunk in adapter.fetch_media(media, KIT.account())]


def unread(*messages: dict[str, Any]) -> Answer:
    """Conversations that nobody has read, with their last messages."""
    last = [(each["conversation_message_id"], each) for each in messages]
    items = [
        {
            "conversation": {
                "peer": {"id": each["peer_id"], "type": "user", "local_id": each["peer_id"]},
                "last_message_id": each["id"],
                "last_conversation_message_id": number,
                "in_read": 1,
                "out_read": 1,
                "unread_count": 1,
                "version": 1,
            },
            "last_message": each,
        }
        for number, each in last
    ]
    return Answer(body={"response": {"count": len(items), "unread_count": len(items), "items": items}})


async def test_what_was_missed_has_the_key_that_its_notification_would_have_had() -> None:
    answer = unread(
        message(5, 1001, text="позже"),
        message(6, 1002, text="раньше", date=SENT_AT - 60),
        message(7, 1003, text="давно", date=SENT_AT - 9000),
        message(8, 1004, text="наше", out=1, from_id=-GROUP),
    )
    async with Stub(lambda called: answer) as stub:
        adapter = KIT.build(stub.url)
        found = await adapter.backfill(KIT.account(), datetime.fromtimestamp(SENT_AT - 600, UTC))
        await adapter.close()
    assert [each.text for each in found] == ["раньше", "позже"]
    assert found[1].dedupe_key == new(5, text="позже").dedupe_key


# The webhook ------------------------------------------------------------------------------------------------


class Community:
    """What VK remembers of a community's servers; like VK it asks an address that is added or edited."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.code = CODE
        self.servers: list[dict[str, Any]] = []
        self.events: dict[str, str] = {}
        self.calls: list[str] = []
        self.reachable = True

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        method = called.path.rpartition("/")[2]
        self.calls.append(method)
        form = dict(called.form)
        match method:
            case "groups.getById":
                return _response({"groups": [{"id": GROUP, "name": "Лавка"}], "profiles": []})
            case "groups.getCallbackConfirmationCode":
                return _response({"code": self.code})
            case "groups.getCallbackServers":
                return _response({"count": len(self.servers), "items": self.servers})
            case "groups.addCallbackServer":
                self.servers.append({"id": 40 + len(self.servers), "creator_id": 1})
                self._written(self.servers[-1], form)
                return _response({"server_id": self.servers[-1]["id"]})
            case "groups.editCallbackServer":
                [server] = [each for each in self.servers if str(each["id"]) == form["server_id"]]
                self._written(server, form)
                return _response(1)
            case "groups.deleteCallbackServer":
                self.servers = [each for each in self.servers if str(each["id"]) != form["server_id"]]
                return _response(1)
            case "groups.getCallbackSettings":
                events = {name: int(self.events.get(name, 0)) for name in (*EVENTS, "wall_post_new")}
                return _response({"api_version": self.events.get("api_version", "5.131"), "events": events})
            case "groups.setCallbackSettings":
                self.events = {name: form[name] for name in form.keys() - {"access_token", "v", "group_id"}}
                return _response(1)
        return refusal(3)

    def _written(self, server: dict[str, Any], form: dict[str, str]) -> None:
        assert len(form["title"]) <= 14 and form["secret_key"].isalnum() and len(form["secret_key"]) <= 50
        server |= {name: form[name] for name in ("url", "title", "secret_key")}
        asked = RawRequest("POST", URL, {}, json.dumps({"type": "confirmation", "group_id": GROUP}).encode())
        try:
            KIT.inbound.verify(asked, self.account)
            told = KIT.inbound.ack(asked, self.account).body if self.reachable else ""
        except Forged:
            told = ""
        server["status"] = "ok" if told == self.code else "failed"

    def changes(self) -> list[str]:
        """What was changed since last asked."""
        changed = [each for each in self.calls if not each.startswith("groups.get")]
        self.calls.clear()
        return changed


def _response(value: Any) -> Answer:
    return Answer(body={"response": value})


async def test_the_code_is_learned_first_and_the_server_made_when_it_can_be_answered() -> None:
    account = replace(KIT.account(), external_id="", settings={})
    community = Community(account)
    other = {
        "id": 7,
        "url": "https://elsewhere.example.com",
        "status": "ok",
        "secret_key": "x",
        "title": "CRM",
    }
    community.servers.append(other)
    async with Stub(community.respond) as stub:
        adapter = KIT.build(stub.url)
        first = await adapter.connect(account)
        assert (first.state, first.problems[0].code, first.external_id) == (
            "degraded",
            "confirming",
            str(GROUP),
        )
        assert first.settings == {"confirmation": CODE, "group_name": "Лавка"} and community.changes() == []
        account = community.account = replace(account, external_id=str(GROUP), settings=first.settings)
        second = await adapter.connect(account)
        assert (second.state, second.problems, second.settings["server_id"]) == ("ok", (), 41)
        assert community.changes() == ["groups.addCallbackServer", "groups.setCallbackSettings"]
        assert (community.servers[1]["url"], community.servers[1]["secret_key"]) == (URL, SECRET)
        assert community.events == {**dict.fromkeys(EVENTS, "1"), "api_version": "5.199", "server_id": "41"}
        assert (await adapter.connect(account)).state == "ok" and community.changes() == []
        community.events["api_version"] = "5.131"
        await adapter.connect(account)
        community.events["message_reply"] = "0"
        await adapter.connect(account)
        assert community.changes() == ["groups.setCallbackSettings"] * 2
        assert (community.events["api_version"], community.events["message_reply"]) == ("5.199", "1")
        await adapter.disconnect(account)
        assert community.servers == [other]
        await adapter.disconnect(account)
        await adapter.close()


async def test_a_server_that_vk_gave_up_or_that_has_another_secret_is_mended() -> None:
    account = KIT.account()
    community = Community(account)
    async with Stub(community.respond) as stub:
        adapter = KIT.build(stub.url)
        await adapter.connect(account)
        community.changes()
        community.servers[0]["status"], community.reachable = "failed", False
        failing = await adapter.connect(account)
        [problem] = failing.problems
        assert (failing.state, problem.code, problem.mends) == ("degraded", "webhook_failing", "resubscribe")
        community.reachable = True
        assert (await adapter.connect(account)).state == "ok"
        assert community.changes() == ["groups.editCallbackServer"] * 2
        rotated = community.account = replace(account, secrets={"token": TOKEN, "secret": ["New1", SECRET]})
        assert (await adapter.connect(rotated)).state == "ok"
        assert community.servers[0]["secret_key"] == "New1"
        community.changes()
        community.code = "another"
        told = await adapter.connect(rotated)  # nothing to mend, but the next question will want it
        assert (told.state, told.settings["confirmation"], community.changes()) == ("ok", "another", [])
        community.servers[0]["status"] = "failed"
        assert (await adapter.connect(rotated)).problems[0].code == "confirming"
        assert community.changes() == []
        community.servers[0]["status"] = "wait"
        assert (await adapter.connect(rotated)).problems[0].code == "confirming"
        await adapter.close()


async def test_a_connection_that_cannot_be_made_says_why() -> None:
    account = KIT.account()
    community = Community(account)
    async with Stub(community.respond) as stub:
        adapter = KIT.build(stub.url)

        async def told(*answers: Answer) -> tuple[str, str, str | None]:
            stub.answers = list(answers)
            health = await adapter.connect(account)
            return health.state, health.problems[0].code, health.problems[0].mends

        group = community.respond(Called("POST", "/method/groups.getById", {}, {}, b"", {}))
        code = _response({"code": CODE})
        none = _response({"count": 0, "items": []})
        assert await told(refusal(5)) == ("down", "unauthorized", "reauthorize")
        assert await told(refusal(100)) == ("down", "unauthorized", "reauthorize")
        assert await told(group, refusal(15)) == ("down", "unauthorized", "reauthorize")
        assert await told(group, code, none, refusal(2000)) == ("down", "webhook_refused", "resubscribe")
        assert await told(BAD_GATEWAY) == ("degraded", "provider_unreachable", None)
        assert await told(refusal(6)) == ("degraded", "provider_unreachable", None)
        assert await told(group, _response({})) == ("degraded", "provider_unreachable", None)
        assert await told(group, code, none, _response(1), none) == ("degraded", "provider_unreachable", None)
        stub.answers = [refusal(5)]
        await adapter.disconnect(account)
        await adapter.close()


def test_a_new_secret_is_one_that_vk_takes() -> None:
    [made] = new_secrets()["secret"]
    assert made.isalnum() and made.isascii() and len(made) == 24
    assert new_secrets()["secret"] != [made]


# VK's own schema --------------------------------------------------------------------------------------------

OWN = "../messages/objects.json#/definitions/"


def definitions(file: str) -> dict[str, Any]:
    """The definitions of one of VK's files."""
    found = json.loads(spec(f"vk/{file}.json").read_text("utf-8"))["definitions"]
    assert isinstance(found, dict)
    return found


def faults(value: Any, schema: dict[str, Any], objects: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not as VK describes it; what stands in files that we do not have may be anything."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(OWN)
        if name in objects:
            yield from faults(value, objects[name], objects, at)
        return
    if "discriminator" in schema:
        name = schema["discriminator"]["mapping"][value["type"]].removeprefix(OWN)
        yield from faults(value, objects[name], objects, at)
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    kinds = {
        "object": dict,
        "array": list,
        "integer": int,
        "string": str,
        "number": (int, float),
        "boolean": bool,
    }
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        yield f"{at}: {value!r} is no {schema['type']}"
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from faults(each, schema["items"], objects, f"{at}[{index}]")
    elif isinstance(value, dict):
        known = dict(_properties(schema, objects))
        yield from (
            f"{at}.{name} is missing"
            for name, each in known.items()
            if each.get("required") and name not in value
        )
        for name, each in value.items():
            if name in known:
                yield from faults(each, known[name], objects, f"{at}.{name}")
            elif name != value.get("type"):  # an attachment's body, named after its type
                yield f"{at}.{name} is unknown"


def _properties(schema: dict[str, Any], objects: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in schema.get("allOf", ()):
        yield from _properties(objects[each["$ref"].removeprefix(OWN)] if "$ref" in each else each, objects)
    yield from schema.get("properties", {}).items()


def wrong_fields(called: Called) -> Iterator[str]:
    """What a call has that the method does not take, or lacks."""
    methods = json.loads(spec("vk/messages_methods.json").read_text("utf-8"))["methods"]
    name = called.path.removeprefix("/method/")
    [method] = [each for each in methods if each["name"] == name]
    known = {each["name"]: each for each in method["parameters"]}
    yield from (
        f"{name} wants {each}" for each in known if known[each].get("required") and each not in called.form
    )
    for field, value in called.form.items():
        if field in ("access_token", "v"):
            continue
        if field not in known:
            yield f"{name} has no {field}"
            continue
        rule = known[field]
        is_number = value.lstrip("-").isdecimal()
        if rule["type"] == "integer" and not is_number:
            yield f"{field} of {name} is no integer: {value}"
        if rule["type"] == "boolean" and value not in ("0", "1"):
            yield f"{field} of {name} is no boolean: {value}"
        if len(value) > rule.get("maxLength", len(value)) or value not in rule.get("enum", [value]):
            yield f"{field} of {name} is {value}"


def test_the_checker_itself_finds_what_is_wrong() -> None:
    objects = definitions("messages_objects")
    schema = objects["messages_message"]
    assert list(faults(message(1, text="x"), schema, objects)) == []
    wrong = message(1, text=5, surprise=1)
    del wrong["peer_id"]
    assert len(list(faults(wrong, schema, objects))) == 3
    call = Called("POST", "/method/messages.setActivity", {}, {}, b"", {"type": "singing", "chat": "1"})
    assert len(list(wrong_fields(call))) == 2


@pytest.mark.parametrize(
    "content",
    [
        {"text": "раз", "payload": '{"b": "1.a"}', "ref": "x", "ref_source": "y"},
        {
            "attachments": [
                PHOTO,
                {"type": "doc", "doc": DOC},
                {"type": "audio_message", "audio_message": VOICE | LINKS},
            ]
        },
        {
            "attachments": [
                {"type": "wall", "wall": {}},
                {"type": "video", "video": {}},
                {"type": "gift", "gift": {}},
            ]
        },
        {
            "fwd_messages": [
                {"from_id": 5, "date": 1, "conversation_message_id": 1, "text": "раз", "attachments": []}
            ]
        },
        {"reply_message": {"conversation_message_id": 3, "date": 1, "from_id": 5, "text": "x", "id": 400}},
        {"out": 1, "random_id": 5, "admin_author_id": 8, "update_time": 3, "geo": {}},
    ],
)
def test_our_messages_are_as_vk_describes_them(content: dict[str, Any]) -> None:
    objects = definitions("messages_objects")
    assert list(faults(message(1, **content), objects["messages_message"], objects)) == []


def test_our_answers_are_as_vk_describes_them() -> None:
    objects, responses = definitions("messages_objects"), definitions("messages_responses")
    called = Called("POST", "/method/messages.send", {}, {}, b"", {"peer_ids": "1001"})
    answered = [
        ("messages_send_user_ids_response", KIT.respond(called)),
        ("messages_getConversations_response", unread(message(5, text="раз"))),
    ]
    for name, answer in answered:
        assert list(faults(answer.body, responses[name], objects)) == [], name


async def test_our_calls_have_the_fields_that_vk_knows() -> None:
    place = {"location": {"lat": 55.7, "lon": 37.6}}
    links = [{"label": "Сайт", "url": "https://example.com/"}]
    account = KIT.account()

    def respond(called: Called) -> Answer:
        return unread() if called.path.endswith("getConversations") else KIT.respond(called)

    async with Stub(respond) as stub:
        adapter = KIT.build(stub.url)
        parts = [
            *rendered("Здравствуйте", buttons=[{"id": "1.a", "label": "А"}]),
            *rendered("x", forms={"links": links}, plain="Вот"),
            *rendered("x", forms=place, plain=""),
        ]
        for part in parts:
            await adapter.send(part, "k/0", account)
        await adapter.signal("typing", "1001", None, account)
        await adapter.signal("read", "1001", "1001:12", account)
        await adapter.signal("read", "1001", None, account)
        assert isinstance(adapter, VkAdapter)
        pressed = {"user_id": 1001, "peer_id": 1001, "event_id": "abc"}
        await adapter.answer_press(pressed, account)
        await adapter.backfill(account, datetime.now(UTC))
        await adapter.close()
        assert [fault for called in stub.calls for fault in wrong_fields(called)] == []
        read_up_to, read_all = stub.calls[-4].form, stub.calls[-3].form
        assert (read_up_to["up_to_cmid"], read_all["mark_conversation_as_read"]) == ("12", "1")
        objects = definitions("messages_objects")
        keyboards = [
            json.loads(called.form["keyboard"]) for called in stub.calls if "keyboard" in called.form
        ]
        assert len(keyboards) == 2
        for keyboard in keyboards:
            assert list(faults(keyboard, objects["messages_keyboard"], objects)) == []


async def test_nothing_is_looked_for_where_a_repeat_is_safe() -> None:
    adapter = KIT.build("http://127.0.0.1:9")
    assert adapter.idempotent and not adapter.reconcilable
    [part] = KIT.render.render(KIT.message("x"), KIT.account(), Chat("1001"))
    assert await adapter.reconcile(part, "k/0", KIT.account(), datetime.now(UTC)) is None
