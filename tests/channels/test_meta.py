"""The adapter of Meta's Cloud API against the conformance suite, and what only WhatsApp does."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlencode

import jsonschema_rs
import pytest
import yaml
from pywa import WhatsApp
from pywa.types import CallbackButton, CallbackSelection, Message, MessageStatus, RawUpdate
from pywa.types.message import DeletedMessage, EditedMessage, OutgoingMessage
from pywa.types.system import PhoneNumberChange
from pywa.utils import webhook_updates_validator

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
    Unreadable,
    WindowClosed,
)
from omnisupport.channels.meta.inbound import SIGNATURE
from omnisupport.channels.meta.outbound import gets_token, new_secrets
from omnisupport.channels.meta.render import plainer, wire_id
from omnisupport.channels.meta.templates import read_templates, templates
from omnisupport.channels.transport import Transport
from omnisupport.domain.capabilities import capabilities
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.template import Template, fill
from tests.channels.conformance import (
    CHANNEL,
    IMPATIENT_S,
    TENANT,
    Conformance,
    Kit,
    epoch,
    fetcher,
    is_forged,
    parts_of,
)
from tests.channels.specs import spec
from tests.channels.stub import Answer, Called, Stub

TOKEN = "EAAGm0PX4ZCpsBAFakeTokenOfASystemUser"
APP_SECRET = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"
VERIFY = "verify-token-of-this-channel-0123456789"
PHONE_ID, OTHER_PHONE_ID, BUSINESS = "106540352242922", "209999999999999", "102290129340398"
USER_ID, WA_ID = "RU.13491208655302741918", "79161234567"
WAMID = "wamid.HBgLNzkxNjEyMzQ1NjcVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA="
SENT_ID = "wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww"


class MetaKit(Kit):
    """The Graph API."""

    type: ClassVar[str] = "whatsapp"
    provider: ClassVar[str] = "meta"
    signed_bodies: ClassVar[bool] = True

    def account(self, **settings: Any) -> Account:
        return Account(
            TENANT,
            CHANNEL,
            "whatsapp",
            "meta",
            PHONE_ID,
            {"business_account_id": BUSINESS, **settings},
            {"token": TOKEN, "app_secret": [APP_SECRET], "verify_token": VERIFY},
            webhook_url="https://support.example.com/webhooks/meta/tok",
        )

    def transport(self, url: str) -> Transport:
        return Transport(fetcher(), whatsapp_url=url, call_s=IMPATIENT_S)

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "79161234567") -> RawRequest:
        told = message(id=f"{WAMID}{number}", type="text", text={"body": text}) | {"from": chat}
        return signed(account, update(messages=[told], contacts=[contact(wa_id=chat)]))

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return replace(request, body=body, headers={SIGNATURE: signature(APP_SECRET, body)})

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        def with_header(value: str) -> RawRequest:
            return replace(request, headers={SIGNATURE: value})

        return {
            "unsigned": replace(request, headers={}),
            "empty": with_header(""),
            "wrong_secret": with_header(signature(APP_SECRET[:-1] + "f", request.body)),
            "foreign_secret": with_header(signature("the-secret-of-another-app", request.body)),
            "empty_secret": with_header(signature("", request.body)),
            "no_prefix": with_header(signature(APP_SECRET, request.body).removeprefix("sha256=")),
            "sha1": with_header("sha1=" + hmac.new(APP_SECRET.encode(), request.body, "sha1").hexdigest()),
            "verify_token": with_header(VERIFY),
            "not_ascii": with_header("sha256=\udcff"),
        }

    def statuses(self, account: Account, ref: str, part_key: str) -> dict[DeliveryStatus, RawRequest]:
        told: tuple[DeliveryStatus, ...] = ("sent", "delivered", "read", "failed")
        about = {"id": ref, "biz_opaque_callback_data": part_key}
        return {each: signed(account, update(statuses=[status(each, **about)])) for each in told}

    def respond(self, called: Called) -> Answer:
        if not called.path.endswith("/messages"):
            return Answer(body={"success": True})
        if "status" in called.form:
            return Answer(body={"success": True})
        whom = called.form.get("to") or called.form["recipient"]
        contacts = [{"input": whom, "wa_id": whom}]
        return Answer(
            body={"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": SENT_ID}]}
        )

    def sent_text(self, called: Called) -> str:
        return str(called.json()["text"]["body"])

    def is_send(self, called: Called) -> bool:
        return called.path.endswith("/messages") and "type" in called.form

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        html = Answer(503, "<html>Service unavailable</html>", content_type="text/html")
        return [
            ("throughput", refusal(400, 130429), RateLimited),
            ("throughput, with a hint", refusal(429, 130429, headers={"Retry-After": "7"}), RateLimited),
            ("pair", refusal(400, 131056), RateLimited),
            ("spam", refusal(400, 131048), RateLimited),
            ("calls of the app", refusal(400, 4), RateLimited),
            ("calls of the account", refusal(400, 80007), RateLimited),
            ("429 without a code", Answer(429, {"error": {"message": "slow down"}}), RateLimited),
            ("undeliverable", refusal(400, 131026), RecipientGone),
            ("not in the list of a test number", refusal(400, 131030), RecipientGone),
            ("country", refusal(400, 130497), RecipientGone),
            ("window", refusal(400, 131047), WindowClosed),
            ("kind", refusal(501, 131051), BadPayload),
            ("user id not for this", refusal(400, 131062), BadPayload),
            ("marketing cap", refusal(400, 131049), NotSent),
            ("marketing unwanted", refusal(400, 131050), NotSent),
            ("payment", refusal(400, 131042), NotSent),
            ("token", refusal(401, 190, f"Malformed access token {TOKEN}"), AuthFailed),
            ("token 0", refusal(401, 0), AuthFailed),
            ("permission", refusal(403, 10), AuthFailed),
            ("permission 200", refusal(403, 200), AuthFailed),
            ("permission 299", refusal(403, 299), AuthFailed),
            ("locked", refusal(403, 131031), AuthFailed),
            ("not registered", refusal(400, 133010), AuthFailed),
            ("no such number", refusal(400, 100, error_subcode=33), AuthFailed),
            ("401 without a code", Answer(401, {"error": {"message": "no"}}), AuthFailed),
            ("parameter", refusal(400, 100, f"Invalid parameter {TOKEN}"), BadPayload),
            ("template", refusal(404, 132001), BadPayload),
            ("template paused", refusal(400, 132015), BadPayload),
            ("maintenance", refusal(503, 131057), Transient),
            ("unknown fault", refusal(500, 131000), Ambiguous),
            ("unavailable", refusal(503, 131016), Ambiguous),
            ("unknown code of a server's fault", refusal(500, 999999), Ambiguous),
            ("a fault that passes", refusal(400, 2, is_transient=True), Ambiguous),
            ("HTML", html, Ambiguous),
            ("HTML, 403", replace(html, status=403), Ambiguous),
            ("no id", Answer(200, {"messages": []}), Ambiguous),
            ("not an object", Answer(200, ["ok"]), Ambiguous),
        ]


def refusal(
    status: int,
    code: int,
    message: str = "(#1) Said by Meta",
    *,
    details: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Answer:
    """An error of the Graph API."""
    data = {"messaging_product": "whatsapp", "details": details}
    error = {"message": message, "type": "OAuthException", "code": code, "error_data": data, **more}
    return Answer(status, {"error": error | {"fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam"}}, headers or {})


def signature(secret: str, body: bytes) -> str:
    """As Meta signs."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed(account: Account, told: dict[str, Any]) -> RawRequest:
    """A webhook as Meta posts it."""
    body = json.dumps(told, ensure_ascii=True).encode()
    headers = {SIGNATURE: signature(account.secrets["app_secret"][0], body)}
    return RawRequest("POST", account.webhook_url, headers, body)


def update(*, field: str = "messages", number: str = PHONE_ID, **value: Any) -> dict[str, Any]:
    """A webhook with one change."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number}
    told = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": BUSINESS, "changes": [{"value": told, "field": field}]}],
    }


def contact(**more: Any) -> dict[str, Any]:
    """A customer as webhooks have him."""
    return {"profile": {"name": "Иван Петров"}, "wa_id": WA_ID, "user_id": USER_ID, **more}


def message(**content: Any) -> dict[str, Any]:
    """A customer's message as webhooks have it."""
    told = {"from": WA_ID, "from_user_id": USER_ID, "id": WAMID, "timestamp": "1795000000"}
    return told | content


def read(told: dict[str, Any], **settings: Any) -> list[InboundEvent]:
    """What a webhook tells of."""
    account = KIT.account(**settings)
    return list(KIT.inbound.parse(signed(account, told), account))


def read_message(**content: Any) -> InboundEvent:
    """What one message of the customer tells of."""
    [event] = read(update(messages=[message(**content)], contacts=[contact()]))
    return event


class TestMeta(Conformance):
    """The suite."""

    kit: ClassVar[Kit] = MetaKit()

    def text_of(self, native: Native) -> str:
        """The text of a body."""
        return str(native.payload["text"]["body"])


KIT = MetaKit()


# The way in ------------------------------------------------------------------------------------------------------


def greeting(**query: str) -> RawRequest:
    """The handshake of a webhook."""
    return RawRequest("GET", KIT.account().webhook_url, {}, b"", urlencode(query))


HELLO = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY}


def test_a_handshake_gets_its_challenge_back_and_tells_of_nothing() -> None:
    account, request = KIT.account(), greeting(**HELLO)
    KIT.inbound.verify(request, account)
    assert KIT.inbound.parse(request, account) == []
    told = KIT.inbound.ack(request, account)
    assert (told.status, told.body, told.content_type) == (200, "1158201444", "text/plain")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.verify_token": VERIFY + "x"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "\udcff"},
        {"hub.mode": "unsubscribe"},
    ],
)
def test_a_handshake_of_somebody_else_is_refused(wrong: dict[str, str]) -> None:
    query = {name: value.encode("utf-8", "surrogateescape") for name, value in (HELLO | wrong).items()}
    request = replace(greeting(), query=urlencode(query))
    assert is_forged(KIT, request, KIT.account())


def test_without_a_token_of_ours_no_handshake_is_good() -> None:
    for held in (None, "", []):
        account = KIT.account()
        account = replace(account, secrets={**account.secrets, "verify_token": held})
        for token in ("", "None"):
            with pytest.raises(Forged):
                KIT.inbound.verify(greeting(**HELLO | {"hub.verify_token": token}), account)


def test_signatures_are_those_that_another_library_checks() -> None:
    account = KIT.account()
    request = KIT.webhook(account, number=1, text="Где мой заказ? 😀")
    header = request.headers[SIGNATURE]
    assert webhook_updates_validator(APP_SECRET, request.body, header)
    assert not webhook_updates_validator(APP_SECRET, request.body + b" ", header)


def test_who_wrote_is_known_by_his_user_id_first_and_by_his_number() -> None:
    event = read_message(type="text", text={"body": "раз"})
    assert event.sender.aliases == (USER_ID, WA_ID)
    assert (event.sender.name, event.sender.phone, event.sender.verified) == (
        "Иван Петров",
        f"+{WA_ID}",
        True,
    )
    assert (event.chat, event.ref, event.account) == (WA_ID, WAMID, PHONE_ID)
    assert event.at == datetime.fromtimestamp(1_795_000_000, UTC)


def test_where_number_and_whatsapp_id_differ_answers_go_to_the_id() -> None:
    told = message(type="text", text={"body": "um"}) | {"from": "5511987654321"}
    [event] = read(update(messages=[told], contacts=[contact(wa_id="551187654321")]))
    assert (event.chat, event.sender.phone) == ("551187654321", "+551187654321")


def test_one_who_hides_his_number_is_known_by_his_user_id() -> None:
    told = message(type="text", text={"body": "раз"}) | {"from": "", "from_parent_user_id": "RU.ENT.77"}
    who = {
        "profile": {"name": "Иван", "username": "@ivan"},
        "user_id": USER_ID,
        "parent_user_id": "RU.ENT.77",
    }
    [event] = read(update(messages=[told], contacts=[who]))
    assert event.chat == USER_ID and event.sender.aliases == (USER_ID, "RU.ENT.77")
    assert (event.sender.username, event.sender.phone, event.sender.verified) == ("ivan", None, False)


def test_one_request_tells_of_several_numbers_and_customers() -> None:
    other = message(id="wamid.2", type="text", text={"body": "два"}) | {"from": "4915112345678"}
    other["from_user_id"] = "DE.5"
    both = update(
        messages=[message(type="text", text={"body": "раз"}), other],
        contacts=[contact(), contact(wa_id="4915112345678", user_id="DE.5", profile={"name": "Anna"})],
    )
    foreign = update(
        number=OTHER_PHONE_ID,
        messages=[message(id="wamid.3", type="text", text={"body": "три"})],
        contacts=[contact()],
    )
    told = {**both, "entry": both["entry"] + foreign["entry"]}
    events = read(told)
    assert [(event.text, event.account, event.sender.name) for event in events] == [
        ("раз", PHONE_ID, "Иван Петров"),
        ("два", PHONE_ID, "Anna"),
        ("три", OTHER_PHONE_ID, "Иван Петров"),
    ]


@pytest.mark.parametrize(
    ("kind", "content", "shown", "name", "type", "words"),
    [
        ("image", {"mime_type": "image/jpeg", "caption": "вот"}, "image", None, "image/jpeg", "вот"),
        ("video", {"mime_type": "video/mp4", "caption": "вот"}, "video", None, "video/mp4", "вот"),
        ("audio", {"mime_type": "audio/mpeg", "voice": False}, "audio", None, "audio/mpeg", ""),
        ("audio", {"mime_type": "audio/ogg; codecs=opus", "voice": True}, "voice", None, "audio/ogg", ""),
        ("sticker", {"mime_type": "image/webp", "animated": False}, "sticker", None, "image/webp", ""),
        (
            "document",
            {"mime_type": "application/pdf", "filename": "счёт.pdf", "caption": "счёт"},
            "file",
            "счёт.pdf",
            "application/pdf",
            "счёт",
        ),
    ],
)
def test_files_are_named_and_stay_there(
    kind: str, content: dict[str, Any], shown: str, name: str | None, type: str, words: str
) -> None:
    told = {"sha256": "x", "id": "1003383421387256", "url": "https://lookaside.fbsbx.com/x", **content}
    event = read_message(**{"type": kind, kind: told})
    [media] = event.media
    assert (media.kind, media.name, media.type, event.text) == (shown, name, type, words)
    assert dict(media.ref) == {"media_id": "1003383421387256"}


def test_places_and_people_are_read() -> None:
    place = {"latitude": 55.7558, "longitude": 37.6173, "name": "Склад", "address": "Тверская, 1"}
    event = read_message(type="location", location=place)
    assert event.location == {"lat": 55.7558, "lon": 37.6173, "title": "Склад", "address": "Тверская, 1"}
    people = [
        {
            "name": {"formatted_name": "Ольга", "first_name": "Ольга"},
            "phones": [{"phone": "+7 (999) 000-00-00", "wa_id": "79990000000", "type": "WORK"}],
        },
        {
            "name": {"formatted_name": "Пётр"},
            "phones": [{"phone": "8 800 200"}],
            "emails": [{"email": "p@e.ru"}],
        },
    ]
    event = read_message(type="contacts", contacts=people)
    assert event.contact == {"name": "Ольга", "phone": "+79990000000"}
    assert event.text == "Пётр, 8 800 200, p@e.ru"
    shared = [{"phones": [{"phone": "+7 916 123-45-67"}]}]
    event = read_message(type="contacts", origin="contact_request", contacts=shared)
    assert event.contact == {"name": "+79161234567", "phone": "+79161234567"}
    assert event.extra == {"origin": "contact_request"}


@pytest.mark.parametrize(
    ("content", "button", "words"),
    [
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "3.ask.yes", "title": "Да"}},
            },
            "3.ask.yes",
            "Да",
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "list_reply",
                    "list_reply": {"id": "3.ask.7", "title": "Седьмой", "description": "…"},
                },
            },
            "3.ask.7",
            "Седьмой",
        ),
        ({"type": "button", "button": {"text": "Отписаться", "payload": "stop"}}, "stop", "Отписаться"),
    ],
)
def test_a_press_has_its_button_and_what_it_answers(content: dict[str, Any], button: str, words: str) -> None:
    event = read_message(context={"from": "15550783881", "id": SENT_ID}, **content)
    assert (event.kind, event.button, event.text) == (EventKind.MESSAGE, button, words)
    assert event.reply_to == SENT_ID


def test_a_filled_form_keeps_its_answers() -> None:
    reply = {"name": "flow", "body": "Отправлено", "response_json": '{"flow_token": "t", "city": "Пермь"}'}
    event = read_message(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
    assert event.text == "Отправлено" and event.extra == {"form": {"flow_token": "t", "city": "Пермь"}}
    for broken in ("", "[1]", "{", '{"a": "\\u0000"}'):
        told = {"type": "nfm_reply", "nfm_reply": reply | {"response_json": broken}}
        unread = read_message(type="interactive", interactive=told)
        assert unread.extra == {"unsupported": "nfm_reply"} and "nfm_reply" in unread.text


def test_a_reply_and_the_advertisement_it_came_by_are_kept() -> None:
    ad = {
        "source_url": "https://fb.me/3cr4Wqqkv",
        "source_id": "120226305854810726",
        "source_type": "ad",
        "headline": "Скидки",
        "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e",
        "image_url": "https://scontent.xx.fbcdn.net/v/t45",
    }
    context = {"from": "15550783881", "id": SENT_ID, "forwarded": True}
    event = read_message(type="text", text={"body": "раз"}, context=context, referral=ad)
    assert event.referral is not None
    assert (event.referral["ref"], event.referral["headline"]) == ("120226305854810726", "Скидки")
    assert event.reply_to == SENT_ID and event.extra == {"forwarded": True}
    plain = read_message(type="text", text={"body": "раз"})
    assert (plain.referral, plain.reply_to, dict(plain.extra)) == (None, None, {})


def test_a_reaction_is_about_another_message_and_may_be_taken_back() -> None:
    event = read_message(id="wamid.r1", type="reaction", reaction={"message_id": SENT_ID, "emoji": "👍"})
    assert (event.kind, event.ref, event.text, event.dedupe_key) == (
        EventKind.REACTION,
        SENT_ID,
        "👍",
        "wamid.r1",
    )
    assert read_message(type="reaction", reaction={"message_id": SENT_ID}).text == ""


def test_an_edit_and_a_withdrawal_name_the_message_they_change() -> None:
    changed = {"context": {"id": "M0"}, "type": "text", "text": {"body": "два"}}
    edit = {"original_message_id": WAMID, "message": changed}
    event = read_message(id="wamid.e1", type="edit", edit=edit)
    assert (event.kind, event.ref, event.text, event.dedupe_key) == (
        EventKind.EDIT,
        WAMID,
        "два",
        "wamid.e1",
    )
    event = read_message(id="wamid.d1", type="revoke", revoke={"original_message_id": WAMID})
    assert (event.kind, event.ref, event.dedupe_key) == (EventKind.DELETE, WAMID, "wamid.d1")


def test_an_order_and_what_nobody_can_read_become_words() -> None:
    items = [
        {"product_retailer_id": "sku-7", "quantity": 2, "item_price": 30, "currency": "RUB"},
        {"product_retailer_id": "sku-8", "quantity": 1, "item_price": 7.99, "currency": "RUB"},
    ]
    order = {"catalog_id": "194836987003835", "text": "Хочу это", "product_items": items}
    event = read_message(type="order", order=order)
    assert event.text == "Хочу это\nЗаказ из каталога:\n2 × sku-7 — 30 RUB\n1 × sku-8 — 7.99 RUB"
    assert event.extra["order"]["items"][0]["product_retailer_id"] == "sku-7"
    faults = [{"code": 131051, "title": "Message type unknown"}]
    event = read_message(type="unsupported", unsupported={"type": "poll_creation"}, errors=faults)
    assert event.kind is EventKind.MESSAGE and "poll_creation" in event.text
    assert event.extra == {"unsupported": "poll_creation"}
    account = replace(KIT.account(), locale="en")
    told = update(messages=[message(type="hologram", hologram={})], contacts=[contact()])
    [event] = KIT.inbound.parse(signed(account, told), account)
    assert "does not pass its content on" in event.text and "hologram" in event.text


def test_a_customer_who_only_opened_the_chat_has_said_nothing() -> None:
    assert read(update(messages=[message(type="request_welcome")], contacts=[contact()])) == []


def status(told: str, **more: Any) -> dict[str, Any]:
    """How far a message of ours got, as webhooks tell it."""
    found = {"id": SENT_ID, "status": told, "timestamp": "1795000100", "recipient_id": WA_ID}
    return found | {"recipient_user_id": USER_ID, **more}


@pytest.mark.parametrize(
    ("told", "expected"), [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read")]
)
def test_a_status_has_the_key_of_our_part(told: str, expected: str) -> None:
    part = status(told, biz_opaque_callback_data="c:1:0:0/1")
    [event] = read(update(statuses=[part], contacts=[contact()]))
    assert (event.kind, event.status, event.ref, event.part_key) == (
        EventKind.STATUS,
        expected,
        SENT_ID,
        "c:1:0:0/1",
    )
    assert (event.chat, event.account, event.code) == (WA_ID, PHONE_ID, None)


def test_each_status_of_a_message_has_a_key_of_its_own_and_a_repeat_has_the_same() -> None:
    kinds = ("sent", "delivered", "read", "failed", "sent")
    keys = [read(update(statuses=[status(kind)]))[0].dedupe_key for kind in kinds]
    assert keys[0] == keys[4] and len(set(keys)) == 4


def test_a_failure_has_its_code_and_words() -> None:
    data = {"details": "Message failed to send because more than 24 hours have passed."}
    fault = {"code": 131047, "title": "Re-engagement message", "message": "x", "error_data": data}
    [event] = read(update(statuses=[status("failed", errors=[fault])]))
    assert (event.status, event.code, event.detail) == ("failed", "131047", "Re-engagement message")
    assert event.extra == {"details": data["details"]}


def test_a_status_for_one_who_hides_his_number_is_of_his_user_id() -> None:
    told = status("delivered") | {"recipient_id": None}
    [event] = read(update(statuses=[told]))
    assert event.chat == USER_ID
    group = status("delivered", recipient_type="group", recipient_participant_id=WA_ID)
    [event] = read(update(statuses=[group | {"recipient_id": "Y2FwaV9ncm91cDox"}]))
    assert event.chat == "Y2FwaV9ncm91cDox" and WA_ID in event.sender.aliases


def test_a_changed_number_or_user_id_is_a_move() -> None:
    system = {
        "type": "user_changed_number",
        "body": "User Иван changed from 79161234567 to 79990000000",
        "wa_id": "79990000000",
        "user_id": "RU.2",
        "previous_user_id": USER_ID,
    }
    told = {"from": WA_ID, "id": WAMID, "timestamp": "1795000000", "type": "system", "system": system}
    events = read(update(messages=[told]))
    moves = [(event.kind, event.chat, event.moved_to) for event in events]
    assert moves == [
        (EventKind.MOVED, WA_ID, "79990000000"),
        (EventKind.MOVED, USER_ID, "RU.2"),
    ]
    assert len({event.dedupe_key for event in events}) == 2
    assert events[0].sender.aliases[:2] == ("RU.2", "79990000000")
    hidden = {"type": "user_changed_user_id", "body": "x", "user_id": "RU.2", "previous_user_id": USER_ID}
    [event] = read(update(messages=[{"id": WAMID, "type": "system", "system": hidden, "timestamp": "1"}]))
    assert (event.chat, event.moved_to) == (USER_ID, "RU.2")
    changes = [{"user_id": {"previous": USER_ID, "current": "RU.2"}, "timestamp": "1795000000"}]
    [event] = read(update(field="user_id_update", user_id_update=changes))
    assert (event.kind, event.chat, event.moved_to) == (EventKind.MOVED, USER_ID, "RU.2")
    identity = {"type": "customer_identity_changed", "body": "x"}
    assert read(update(messages=[{**told, "system": identity}])) == []


def test_what_the_business_writes_in_whatsapp_itself_is_an_echo() -> None:
    own = {"from": "15550783881", "to": WA_ID, "id": WAMID, "timestamp": "1795000000", "type": "text"}
    field = "smb_message_echoes"
    [event] = read(update(field=field, message_echoes=[own | {"text": {"body": "это я"}}]))
    assert (event.kind, event.chat, event.text, event.ref) == (EventKind.ECHO, WA_ID, "это я", WAMID)
    gone = own | {"type": "revoke", "revoke": {"original_message_id": "wamid.0"}}
    assert read(update(field=field, message_echoes=[gone])) == []


def test_one_odd_message_does_not_keep_the_others_back() -> None:
    odd: list[Any] = [None, 5, {"type": "text"}, {"id": "x", "type": ["text"]}, message(type="text", text=7)]
    told = update(messages=[*odd, message(id="wamid.ok", type="text", text={"body": "цело"})])
    assert [event.text for event in read(told) if event.ref == "wamid.ok"] == ["цело"]


JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    1e300,
    "",
    "\x00",
    "x" * 300,
    [],
    [[]],
    [None],
    {},
    {"id": {}},
)


def with_junk(node: Any) -> Iterator[Any]:
    """Everything that comes of a payload when one place in it is something else."""
    yield from JUNK
    if isinstance(node, dict):
        for name, value in node.items():
            yield {key: each for key, each in node.items() if key != name}
            yield from ({**node, name: other} for other in with_junk(value))
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from ([*node[:index], other, *node[index + 1 :]] for other in with_junk(value))


def test_whatever_stands_in_any_one_place_the_rest_is_read_or_refused_in_words() -> None:
    account = KIT.account()
    kinds: list[dict[str, Any]] = [
        {"type": "text", "text": {"body": "раз"}, "context": {"id": SENT_ID}, "referral": {"headline": "x"}},
        {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "x"}},
        {"type": "location", "location": {"latitude": 55.7, "longitude": 37.6, "name": "x"}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "x"}, "phones": [{"phone": "+7"}]}]},
        {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "7"}}},
        {"type": "button", "button": {"text": "x", "payload": "y"}},
        {"type": "order", "order": {"product_items": [{"quantity": 1, "item_price": 2}]}},
        {"type": "reaction", "reaction": {"message_id": SENT_ID, "emoji": "x"}},
        {"type": "edit", "edit": {"original_message_id": WAMID, "message": {"type": "text"}}},
        {"type": "system", "system": {"type": "user_changed_number", "wa_id": "79990000000"}},
        {"type": "unsupported", "unsupported": {"type": "poll"}},
    ]
    values = [{"messages": [message(**kind)], "contacts": [contact()]} for kind in kinds]
    values.append({"statuses": [status("failed", errors=[{"code": 1, "error_data": {"details": "x"}}])]})
    values.append({"user_id_update": [{"user_id": {"previous": "RU.1", "current": "RU.2"}}]})
    for value in values:
        for told in with_junk(update(**value)):
            try:
                events = KIT.inbound.parse(signed(account, told), account)
            except Unreadable:
                continue
            assert all(event.chat and event.dedupe_key and event.at.tzinfo for event in events)


@pytest.mark.parametrize(
    "told", [{"object": "page", "entry": []}, {"object": "whatsapp_business_account"}, {"entry": []}]
)
def test_what_is_no_webhook_of_a_whatsapp_account_is_unreadable(told: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(told)


def test_a_change_without_messages_tells_of_nothing() -> None:
    assert read(update(field="message_template_status_update", event="APPROVED")) == []
    assert read(update(errors=[{"code": 130429, "title": "Rate limit hit"}])) == []


# Fixtures as another library reads them --------------------------------------------------------------------------


def raw(told: dict[str, Any]) -> RawUpdate:
    """A webhook for pywa."""
    return RawUpdate(json.dumps(told).encode(), hmac_header=None, update_hash="x")


def test_our_fixtures_look_to_another_library_like_the_real_thing() -> None:
    client = WhatsApp(phone_id=PHONE_ID, token=TOKEN)
    people = [contact()]

    def told(**content: Any) -> RawUpdate:
        context = {"from": "15550783881", "id": SENT_ID}
        return raw(update(messages=[message(context=context, **content)], contacts=people))

    text = Message.from_update(client, told(type="text", text={"body": "раз"}))
    assert (text.text, text.from_user.bsuid, text.from_user.wa_id) == ("раз", USER_ID, WA_ID)
    file = {"id": "1", "mime_type": "application/pdf", "sha256": "x", "filename": "счёт.pdf"}
    assert Message.from_update(client, told(type="document", document=file)).document is not None
    reply = {"type": "button_reply", "button_reply": {"id": "3.ask.yes", "title": "Да"}}
    assert CallbackButton.from_update(client, told(type="interactive", interactive=reply)).data == "3.ask.yes"
    row = {"type": "list_reply", "list_reply": {"id": "7", "title": "Седьмой", "description": "…"}}
    assert CallbackSelection.from_update(client, told(type="interactive", interactive=row)).data == "7"
    edit = {"original_message_id": WAMID, "message": {"id": "m", "type": "text", "text": {"body": "два"}}}
    assert EditedMessage.from_update(client, told(type="edit", edit=edit)).message.text == "два"
    revoke = {"original_message_id": WAMID}
    assert DeletedMessage.from_update(client, told(type="revoke", revoke=revoke)).original_message_id == WAMID
    part = status("read", biz_opaque_callback_data="c:1:0:0/1")
    found = MessageStatus.from_update(client, raw(update(statuses=[part], contacts=people)))
    assert (found.status.value, found.tracker) == ("read", "c:1:0:0/1")
    system = {"type": "user_changed_number", "body": "x", "wa_id": "79990000000", "user_id": "RU.2"}
    moved = PhoneNumberChange.from_update(client, told(type="system", system=system))
    assert (moved.old_wa_id, moved.new_wa_id, moved.new_user_id) == (WA_ID, "79990000000", "RU.2")
    own = {"from": "15550783881", "to": WA_ID, "id": WAMID, "timestamp": "1", "type": "text"}
    echo = update(
        field="smb_message_echoes", message_echoes=[own | {"text": {"body": "это я"}}], contacts=people
    )
    assert OutgoingMessage.from_update(client, raw(echo)).text == "это я"


# Rendering -------------------------------------------------------------------------------------------------------


def rendered(text: str, chat: Chat | None = None, **content: Any) -> list[Native]:
    """Bodies for a message."""
    return KIT.render.render(KIT.message(text, **content), KIT.account(), chat or KIT.chat())


def choices(count: int) -> list[dict[str, str]]:
    """So many buttons."""
    return [{"id": f"3.ask.{number}", "label": f"Выбор {number}"} for number in range(1, count + 1)]


def test_three_choices_are_buttons_and_ten_are_rows_of_a_list() -> None:
    [few] = rendered("Что?", buttons=choices(3))
    interactive = few.payload["interactive"]
    assert (interactive["type"], interactive["body"]) == ("button", {"text": "Что?"})
    assert interactive["action"]["buttons"][0] == {
        "type": "reply",
        "reply": {"id": "3.ask.1", "title": "Выбор 1"},
    }
    [many] = rendered("Что?", buttons=choices(10))
    action = many.payload["interactive"]["action"]
    assert (action["button"], len(action["sections"]), len(action["sections"][0]["rows"])) == (
        "Выбрать",
        1,
        10,
    )
    english = replace(KIT.message("What?", buttons=choices(5)), locale="en")
    [native] = KIT.render.render(english, KIT.account(), KIT.chat())
    assert native.payload["interactive"]["action"]["button"] == "Choose"


def test_the_id_of_a_button_fits_and_is_found_again_by_its_digest() -> None:
    assert wire_id("x" * 256) == "x" * 256 and wire_id("x" * 257).startswith("~")
    assert wire_id("я" * 201, 200) == "~" + hashlib.sha256(("я" * 201).encode()).hexdigest()[:32]
    assert wire_id(" да ").startswith("~")  # Meta takes no blanks at its ends
    long = [{"id": "x" * 230, "label": f"Выбор {number}"} for number in range(4)]
    [native] = rendered("Что?", buttons=long)
    rows = native.payload["interactive"]["action"]["sections"][0]["rows"]
    assert all(len(row["id"]) <= 200 for row in rows)


def test_a_long_text_with_choices_ends_in_a_short_body() -> None:
    natives = rendered("слово " * 1500, buttons=choices(2))
    assert parts_of(natives)[-1] == "interactive" and set(parts_of(natives)[:-1]) == {"text"}
    assert len(natives[-1].payload["interactive"]["body"]["text"]) <= 1024
    assert all(len(native.payload["text"]["body"]) <= 4096 for native in natives[:-1])


def test_one_link_is_a_button_and_several_are_words() -> None:
    link = {"label": "Открыть", "url": "https://example.com/a"}
    [one] = rendered("x", forms={"links": [link]}, plain="Смотрите")
    action = one.payload["interactive"]["action"]
    assert action == {
        "name": "cta_url",
        "parameters": {"display_text": "Открыть", "url": "https://example.com/a"},
    }
    [two] = rendered("x", forms={"links": [link, link | {"url": "https://example.com/b"}]}, plain="Смотрите")
    assert two.method == "text" and "https://example.com/b" in two.payload["text"]["body"]


def test_a_bots_bold_has_single_stars_and_a_persons_text_stays_as_it_is() -> None:
    [native] = rendered("**Да** [тут](https://example.com/a)")
    assert native.payload["text"]["body"] == "*Да* тут: https://example.com/a"
    own = replace(KIT.message("2 * 3 **так**"), author_kind="operator")
    [native] = KIT.render.render(own, KIT.account(), KIT.chat())
    assert native.payload["text"]["body"] == "2 * 3 **так**"


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("image", None, {"image": {"link": "https://example.com/a", "caption": "Вот"}}),
        ("video", None, {"video": {"link": "https://example.com/a", "caption": "Вот"}}),
        (
            "file",
            "счёт.pdf",
            {"document": {"link": "https://example.com/a", "filename": "счёт.pdf", "caption": "Вот"}},
        ),
    ],
)
def test_files_go_by_their_address_with_a_caption(
    kind: str, name: str | None, expected: dict[str, Any]
) -> None:
    media = {"kind": kind, "url": "https://example.com/a", "name": name}
    [native] = rendered("x", forms={"media": media}, plain="Вот")
    assert native.payload["type"] == next(iter(expected))
    assert expected.items() <= native.payload.items()


def test_a_sound_has_no_caption_and_a_picture_may_stand_above_buttons() -> None:
    sound = {"media": {"kind": "audio", "url": "https://example.com/a.mp3"}}
    assert parts_of(rendered("x", forms=sound, plain="Вот")) == ["audio", "text"]
    picture = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [native] = rendered("x", forms=picture, plain="Что?", buttons=choices(2))
    assert native.payload["interactive"]["header"] == {
        "type": "image",
        "image": {"link": "https://example.com/a.jpg"},
    }


def test_places_people_and_templates_have_their_own_bodies() -> None:
    place = {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": None}}
    [native] = rendered("x", forms=place, plain="")
    assert native.payload["location"] == {"latitude": "55.7", "longitude": "37.6", "name": "Склад"}
    person = {"contact": {"name": "Ольга", "phone": "+79990000000", "email": None}}
    [native] = rendered("x", forms=person, plain="")
    [card] = native.payload["contacts"]
    assert card["name"]["formatted_name"] == "Ольга" and card["phones"] == [{"phone": "+79990000000"}]
    template = {"name": "order_ready", "language": "ru", "params": ["№7\nготов", ""]}
    [native] = rendered("x", forms={"template": template}, plain="")
    assert native.payload["template"]["language"]["code"] == "ru"
    [body] = native.payload["template"]["components"]
    assert [each["text"] for each in body["parameters"]] == ["№7 готов", "-"]
    [native] = rendered("x", forms={"template": template | {"params": []}}, plain="")
    assert "components" not in native.payload["template"]


def test_a_card_with_too_much_for_one_message_becomes_several() -> None:
    link = {"label": "Купить", "url": "https://example.com/a"}
    card = {"title": "Чайник", "text": "т" * 1500, "image": "https://example.com/a.jpg", "buttons": [link]}
    natives = rendered("x", forms={"carousel": [card]}, plain="")
    assert parts_of(natives) == ["image", "text", "interactive"]
    assert len(natives[2].payload["interactive"]["body"]["text"]) <= 1024
    small = {"title": "Чайник", "image": "https://example.com/a.jpg", "buttons": [link, link]}
    [native] = rendered("x", forms={"carousel": [small]}, plain="")
    assert native.payload["image"]["caption"].count("https://example.com/a") == 2
    assert "form_as_text" in native.lossy


def test_a_recipient_is_a_number_a_user_id_or_a_group() -> None:
    def whom(address: str) -> dict[str, Any]:
        [native] = rendered("раз", Chat(address))
        return {name: native.payload.get(name) for name in ("recipient_type", "to", "recipient")}

    assert whom("+79161234567") == {"recipient_type": "individual", "to": WA_ID, "recipient": None}
    assert whom(USER_ID) == {"recipient_type": "individual", "to": None, "recipient": USER_ID}
    assert whom("RU.ENT.118")["recipient"] == "RU.ENT.118"
    assert whom("Y2FwaV9ncm91cDox")["recipient_type"] == "group"


@pytest.mark.parametrize("last", [None, datetime.now(UTC) - timedelta(days=3)])
def test_outside_of_the_window_everything_is_rendered_all_the_same(last: datetime | None) -> None:
    assert parts_of(rendered("раз", Chat(WA_ID, last_in_at=last))) == ["text"]


def test_what_is_refused_has_a_plainer_form() -> None:
    [buttons] = rendered("Что?", buttons=choices(2))
    plain = plainer(buttons, "ru")
    assert plain is not None and plain.payload["to"] == "1001"
    assert plain.payload["text"]["body"] == "Что?\n1) Выбор 1\n2) Выбор 2\nОтветьте номером."
    assert plain.lossy == ("choices_numbered",)
    [rows] = rendered("Что?", buttons=choices(5))
    listed = plainer(rows, "en")
    assert listed is not None and "5) Выбор 5\nReply with the number." in listed.payload["text"]["body"]
    media = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [picture] = rendered("x", forms=media, plain="Вот")
    linked = plainer(picture, "ru")
    assert linked is not None and linked.payload["text"]["body"] == "Вот\nhttps://example.com/a.jpg"
    [text] = rendered("раз")
    assert plainer(text, "ru") is None


# Bodies against Meta's own schema --------------------------------------------------------------------------------


@cache
def schemas() -> dict[str, Any]:
    """The schemas of Meta's published description."""
    written = spec("whatsapp_business_messaging_v23.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.CSafeLoader(written).get_single_data()["components"]["schemas"]
    return found


def flat(node: Any) -> Any:
    """A schema with its references and parts in one; as published no body fits both halves of an `allOf`."""
    if isinstance(node, list):
        return [flat(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return flat(schemas()[node["$ref"].rpartition("/")[2]])
    if "allOf" in node:
        merged: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
        for part in flat(node["allOf"]):
            merged["properties"] |= part.get("properties", {})
            merged["required"] += part.get("required", [])
        return merged | {"additionalProperties": False}
    return {name: flat(value) for name, value in node.items() if name not in ("discriminator", "format")}


@cache
def body_of(kind: str) -> dict[str, Any]:
    """The schema of bodies of one kind. The published file does not know the key, nor buttons with a link."""
    mapping = schemas()["Message"]["discriminator"]["mapping"]
    schema = flat({"$ref": mapping[kind]})
    schema["properties"]["biz_opaque_callback_data"] = {"type": "string", "maxLength": 512}
    if kind == "interactive":
        content = schema["properties"]["interactive"]
        content["properties"]["type"]["enum"].append("cta_url")
        link = {"type": "object", "required": ["display_text", "url"], "additionalProperties": False}
        link["properties"] = {"display_text": {"type": "string", "maxLength": 20}, "url": {"type": "string"}}
        action = {"required": ["name", "parameters"], "properties": {"parameters": link}}
        action["properties"]["name"] = {"enum": ["cta_url"]}
        content["properties"]["action"]["oneOf"].append(action)
    return dict(schema)


@cache
def taken_as(kind: str) -> jsonschema_rs.Draft202012Validator:
    """A validator for bodies of one kind."""
    return jsonschema_rs.Draft202012Validator(body_of(kind))


FORMS: dict[str, dict[str, Any]] = {
    "text": {},
    "buttons": {"buttons": choices(3)},
    "list": {"buttons": choices(10)},
    "quick": {"quick_replies": [{"label": "Да"}, {"label": "Нет"}]},
    "link": {"forms": {"links": [{"label": "Открыть", "url": "https://example.com/a"}]}, "plain": "Что?"},
    "image": {"forms": {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}, "plain": "Вот"},
    "video": {"forms": {"media": {"kind": "video", "url": "https://example.com/a.mp4"}}, "plain": "Вот"},
    "audio": {"forms": {"media": {"kind": "audio", "url": "https://example.com/a.mp3"}}, "plain": ""},
    "file": {
        "forms": {"media": {"kind": "file", "url": "https://example.com/a.pdf", "name": "a.pdf"}},
        "plain": "",
    },
    "above buttons": {
        "forms": {"media": {"kind": "image", "url": "https://example.com/a.jpg"}},
        "plain": "Вот",
        "buttons": choices(2),
    },
    "place": {"forms": {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад"}}, "plain": ""},
    "person": {
        "forms": {"contact": {"name": "Ольга", "phone": "+79990000000", "email": "o@e.ru"}},
        "plain": "",
    },
    "template": {
        "forms": {"template": {"name": "order_ready", "language": "ru", "params": ["7"]}},
        "plain": "",
    },
}


@pytest.mark.parametrize("name", FORMS)
async def test_what_arrives_fits_metas_own_schema(name: str) -> None:
    account = KIT.account()
    async with Stub(KIT.respond) as stub:
        adapter = KIT.build(stub.url)
        for part in rendered("Что?", **FORMS[name]):
            await adapter.send(part, "c:1:0:0/0", account)
        await adapter.close()
        assert stub.done
        for called in stub.done:
            body = called.json()
            taken_as(body["type"]).validate(body)


def test_metas_schema_would_find_a_mistake() -> None:
    [native] = rendered("Что?", buttons=choices(3))
    body = json.loads(json.dumps(native.payload))
    validator = taken_as("interactive")
    assert validator.is_valid(body)
    nameless = {name: value for name, value in body.items() if name != "to"}
    fourth = json.loads(json.dumps(body))
    fourth["interactive"]["action"]["buttons"] *= 2
    long = json.loads(json.dumps(body))
    long["interactive"]["body"]["text"] = "т" * 1025
    for wrong in (nameless, fourth, long, body | {"unheard_of": 1}):
        assert not validator.is_valid(wrong)


# The way out -----------------------------------------------------------------------------------------------------


async def send(stub: Stub, part: Native | None = None, **settings: Any) -> Any:
    """One send."""
    adapter = KIT.build(stub.url)
    try:
        return await adapter.send(part or rendered("раз")[0], "c:1:0:0/0", KIT.account(**settings))
    finally:
        await adapter.close()


async def test_a_send_goes_to_the_number_with_its_token_version_and_key() -> None:
    async with Stub(KIT.respond) as stub:
        assert (await send(stub)).provider_message_id == SENT_ID
        await send(stub, api_version="v25.0")
        first, second = stub.calls
        assert (first.method, first.path) == ("POST", f"/v23.0/{PHONE_ID}/messages")
        assert first.headers["authorization"] == f"Bearer {TOKEN}"
        assert first.json()["biz_opaque_callback_data"] == "c:1:0:0/0"
        assert second.path == f"/v25.0/{PHONE_ID}/messages"


async def test_each_limit_is_of_the_account_or_of_the_chat_and_has_its_wait() -> None:
    usage = {BUSINESS: [{"type": "whatsapp", "call_count": 100, "estimated_time_to_regain_access": 19}]}
    busy = {"X-Business-Use-Case-Usage": json.dumps(usage)}
    table = [
        (refusal(400, 131056), "chat", 6.0),
        (refusal(400, 130429), "account", 1.0),
        (refusal(400, 131048), "account", 600.0),
        (refusal(400, 80007, headers=busy), "account", 1140.0),
        (refusal(400, 80007, headers={"X-Business-Use-Case-Usage": "nonsense"}), "account", 60.0),
        (refusal(400, 131056, headers={"Retry-After": "9"}), "chat", 9.0),
    ]
    async with Stub(KIT.respond) as stub:
        for answer, scope, wait in table:
            stub.answers = [answer]
            with pytest.raises(RateLimited) as raised:
                await send(stub)
            assert (raised.value.scope, raised.value.retry_after) == (scope, wait)


async def test_a_refusal_is_told_in_metas_words_without_addresses_and_has_a_plainer_form() -> None:
    details = "Param interactive is wrong, see https://example.com/?sig=secret for more"
    async with Stub(KIT.respond) as stub:
        stub.answers = [refusal(400, 131009, details=details)]
        [part] = rendered("Что?", buttons=choices(2))
        with pytest.raises(BadPayload) as raised:
            await send(stub, part)
    assert "Param interactive is wrong" in raised.value.detail and "sig=secret" not in raised.value.detail
    assert raised.value.fallback is not None and raised.value.fallback.payload["type"] == "text"


def test_rates_are_those_of_the_number_and_of_a_pair() -> None:
    adapter = KIT.build("http://127.0.0.1:9")
    rates = adapter.rates(KIT.account())
    assert (rates.account, rates.chat_burst) == (80, 45) and rates.chat == pytest.approx(1 / 6)
    assert adapter.rates(KIT.account(throughput=1000)).account == 1000
    assert adapter.rates(KIT.account(throughput="much")).account == 80


async def test_reading_and_typing_are_told_by_the_message_they_answer() -> None:
    async with Stub(KIT.respond) as stub:
        adapter, account = KIT.build(stub.url), KIT.account()
        await adapter.signal("read", WA_ID, WAMID, account)
        await adapter.signal("typing", WA_ID, WAMID, account)
        await adapter.signal("typing", WA_ID, None, account)
        await adapter.close()
        read_up_to, typing = (called.json() for called in stub.calls)
        assert read_up_to == {"messaging_product": "whatsapp", "status": "read", "message_id": WAMID}
        assert typing == read_up_to | {"typing_indicator": {"type": "text"}}


# Files -----------------------------------------------------------------------------------------------------------

FILE = MediaRef("file", {"media_id": "1003383421387256"})


async def fetched(url: str, transport: Transport | None = None) -> bytes:
    """The bytes of a file."""
    adapter = KIT.build(url)
    if transport is not None:
        adapter = type(adapter)(transport)  # type: ignore[call-arg]
    chunks = [chunk async for chunk in adapter.fetch_media(FILE, KIT.account())]
    await adapter.close()
    return b"".join(chunks)


async def test_a_file_is_asked_for_by_its_id_and_fetched_with_the_token() -> None:
    def respond(called: Called) -> Answer:
        if called.path == "/v23.0/1003383421387256":
            return Answer(body={"url": f"{stub.url}/attachments?mid=1", "file_size": "4"})
        return Answer(body="%PDF" * 40_000, content_type="application/pdf")

    async with Stub(respond) as stub:
        assert await fetched(stub.url) == b"%PDF" * 40_000
        assert [called.headers["authorization"] for called in stub.calls] == [f"Bearer {TOKEN}"] * 2


async def test_nobody_but_meta_is_shown_the_token() -> None:
    elsewhere = Stub(lambda called: Answer(body="bytes", content_type="image/png"))

    def respond(called: Called) -> Answer:
        return Answer(body={"url": f"{elsewhere.url}/a?x=https://lookaside.fbsbx.com/", "file_size": 4})

    async with Stub(respond) as stub, elsewhere:
        with pytest.raises(NotSent) as raised:
            await fetched(stub.url)
        assert elsewhere.calls == [] and elsewhere.url not in raised.value.detail
        allowed = Transport(fetcher(f"127.0.0.1:{elsewhere.port}"), whatsapp_url=stub.url, call_s=IMPATIENT_S)
        assert await fetched(stub.url, allowed) == b"bytes"
        assert "authorization" not in elsewhere.calls[0].headers


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://mmg.whatsapp.net/a", True),
        ("https://scontent.facebook.com:443/a", True),
        ("http://gateway.internal:8080/attachments", True),
        ("http://lookaside.fbsbx.com/a", False),
        ("https://lookaside.fbsbx.com:8443/a", False),
        ("https://lookaside.fbsbx.com.example.com/a", False),
        ("https://lookaside.fbsbx.com@example.com/a", False),
        ("https://example.com/lookaside.fbsbx.com", False),
        ("https://evilfbsbx.com/a", False),
        ("http://gateway.internal:8081/attachments", False),
        ("https://gateway.internal:8080/attachments", False),
        ("", False),
        ("//[", False),
    ],
)
def test_the_token_goes_to_meta_and_to_where_the_deployment_has_its_api(address: str, goes: bool) -> None:
    assert gets_token(address, "http://gateway.internal:8080") is goes


async def test_a_file_that_is_gone_is_told_apart_from_one_that_cannot_be_had_now() -> None:
    def respond(called: Called) -> Answer:
        return Answer(body={"url": f"{stub.url}/attachments", "file_size": size})

    size = 4
    gone = (refusal(400, 100, error_subcode=33), refusal(404, 131052))
    async with Stub(respond) as stub:
        for answer in gone:
            stub.answers = [answer]
            with pytest.raises(NotSent) as raised:
                await fetched(stub.url)
            assert raised.value.code == "media_gone" and not raised.value.retryable
        stub.answers = [refusal(401, 190)]
        with pytest.raises(AuthFailed):
            await fetched(stub.url)
        for at_first, then in ((refusal(500, 131000), None), (respond(stub.calls[0]), Answer(404, "no"))):
            stub.answers = [at_first] + ([then] if then else [])
            with pytest.raises(Transient):
                await fetched(stub.url)
        stub.answers = [Answer(fault="lose")]
        with pytest.raises(Transient):
            await fetched(stub.url)
        size = 101 * 2**20
        with pytest.raises(NotSent) as raised:
            await fetched(stub.url)
        assert raised.value.code == "media_too_large"


# The connection --------------------------------------------------------------------------------------------------


class Business:
    """What Meta knows of a number and its account."""

    def __init__(self) -> None:
        self.number: dict[str, Any] = {
            "id": PHONE_ID,
            "verified_name": "Лавка",
            "display_phone_number": "+1 555-078-3881",
            "quality_rating": "GREEN",
            "status": "CONNECTED",
            "throughput": {"level": "STANDARD"},
        }
        self.routes: dict[str, str] | None = {"application": "https://elsewhere.example.com/"}
        self.apps: list[str] = []
        self.token: dict[str, Any] = {"app_id": "670843887433847", "is_valid": True, "expires_at": 0}
        self.done: list[tuple[str, str, Any]] = []

    def respond(self, called: Called) -> Answer:
        """Its part of the Graph API."""
        path = called.path.removeprefix("/v23.0/")
        if called.method == "GET":
            return self._shown(path, called)
        self.done.append((called.method, path, called.json() if called.body else None))
        if path == PHONE_ID:
            ours = called.json()["webhook_configuration"]
            routes = {**(self.routes or {}), "phone_number": ours["override_callback_uri"]}
            self.routes = {name: url for name, url in routes.items() if url}
        elif called.method == "POST":
            self.apps.append(self.token["app_id"])
        else:
            self.apps.remove(self.token["app_id"])
        return Answer(body={"success": True})

    def _shown(self, path: str, called: Called) -> Answer:
        if path == PHONE_ID:
            config = {"webhook_configuration": self.routes} if self.routes is not None else {}
            return Answer(body=self.number | config)
        if path == f"{BUSINESS}/subscribed_apps":
            apps = [{"whatsapp_business_api_data": {"id": id, "name": "x"}} for id in self.apps]
            return Answer(body={"data": apps})
        assert path == "debug_token" and called.query == {"input_token": TOKEN}
        return Answer(body={"data": self.token})


async def test_a_number_is_subscribed_and_its_webhooks_are_led_here_once() -> None:
    business, account = Business(), KIT.account()
    business.apps = ["another-app"]
    async with Stub(business.respond) as stub:
        adapter = KIT.build(stub.url)
        first = await adapter.connect(account)
        assert (first.state, first.external_id, first.problems) == ("ok", PHONE_ID, ())
        assert first.settings["verified_name"] == "Лавка" and first.settings["throughput"] == 80
        ours = {"override_callback_uri": account.webhook_url, "verify_token": VERIFY}
        assert business.done == [
            ("POST", f"{BUSINESS}/subscribed_apps", None),
            ("POST", PHONE_ID, {"webhook_configuration": ours}),
        ]
        account = replace(account, settings={**account.settings, **first.settings})
        await adapter.connect(account)
        assert len(business.done) == 2
        assert account.webhook_url not in json.dumps(dict(first.settings))
        business.routes = {"phone_number": "https://elsewhere.example.com/"}
        await adapter.connect(account)
        assert business.routes == {"phone_number": account.webhook_url}
        await adapter.close()


async def test_where_meta_does_not_tell_the_address_it_is_set_once() -> None:
    business, account = Business(), KIT.account()
    business.apps = [business.token["app_id"]]

    def respond(called: Called) -> Answer:
        business.routes = None
        return business.respond(called)

    async with Stub(respond) as stub:
        adapter = KIT.build(stub.url)
        first = await adapter.connect(account)
        assert len(business.done) == 1
        await adapter.connect(replace(account, settings={**account.settings, **first.settings}))
        assert len(business.done) == 1
        await adapter.close()


async def test_problems_of_a_number_are_told() -> None:
    business, account = Business(), KIT.account()
    business.apps, business.routes = ["670843887433847"], {"application": account.webhook_url}
    async with Stub(business.respond) as stub:
        adapter = KIT.build(stub.url)

        async def found(account: Account = account) -> tuple[str, list[tuple[str, str | None]]]:
            health = await adapter.connect(account)
            return health.state, [(each.code, each.mends) for each in health.problems]

        assert await found() == ("ok", [])
        business.number["quality_rating"] = "RED"
        assert await found() == ("degraded", [("quality_low", None)])
        business.number |= {"quality_rating": "GREEN", "status": "FLAGGED"}
        assert await found() == ("degraded", [("number_limited", None)])
        business.number["status"] = "DISCONNECTED"
        assert await found() == ("down", [("number_not_connected", None)])
        business.number |= {"status": "CONNECTED", "is_on_biz_app": True}
        assert (await adapter.connect(account)).settings["throughput"] == 20
        business.token["expires_at"] = 1_800_000_000
        expires = (await adapter.connect(account)).expires_at
        assert expires == datetime.fromtimestamp(1_800_000_000, UTC)
        nowhere = replace(account, settings={})
        assert await found(nowhere) == ("degraded", [("business_account_missing", None)])
        stub.answers = [refusal(401, 190, f"Malformed access token {TOKEN}")]
        down = await adapter.connect(account)
        assert (down.state, down.problems[0].code, down.problems[0].mends) == (
            "down",
            "unauthorized",
            "reauthorize",
        )
        assert TOKEN not in down.problems[0].detail
        stub.answers = [refusal(500, 1)]
        assert await found() == ("degraded", [("provider_unreachable", None)])
        await adapter.close()


async def test_a_webhook_that_meta_cannot_reach_is_told_and_so_is_a_permission_that_is_missing() -> None:
    business = Business()
    business.apps = [business.token["app_id"]]
    refused = refusal(400, 100, "(#2200) Callback verification failed with the following errors: HTTP 404")

    def respond(called: Called) -> Answer:
        return answer if called.method == "POST" else business.respond(called)

    async with Stub(respond) as stub:
        adapter, answer = KIT.build(stub.url), refused
        health = await adapter.connect(KIT.account())
        assert (health.state, health.problems[0].code) == ("down", "webhook_refused")
        assert "HTTP 404" in health.problems[0].detail and "webhook_mark" not in health.settings
        answer = refusal(403, 200)
        health = await adapter.connect(KIT.account())
        assert (health.state, health.problems[0].mends) == ("degraded", "reauthorize")
        await adapter.close()


async def test_without_news_of_the_token_any_subscribed_app_is_taken_for_ours() -> None:
    business = Business()
    business.apps, business.token = ["670843887433847"], {}
    async with Stub(business.respond) as stub:
        adapter = KIT.build(stub.url)
        assert (await adapter.connect(KIT.account())).state == "ok"
        assert [path for _, path, _ in business.done] == [PHONE_ID]
        await adapter.close()


async def test_a_webhook_is_taken_back_and_one_that_is_gone_is_no_error() -> None:
    business, account = Business(), KIT.account()
    business.apps = [business.token["app_id"]]
    business.routes = {"phone_number": account.webhook_url}
    async with Stub(business.respond) as stub:
        adapter = KIT.build(stub.url)
        await adapter.disconnect(account)
        assert (business.apps, business.routes) == ([], {})
        for gone in (refusal(401, 190), refusal(400, 100)):
            stub.answers = [gone]
            await adapter.disconnect(account)
        assert await adapter.backfill(account, datetime.now(UTC)) == ()
        await adapter.close()


def test_our_own_part_of_the_secrets_is_long_and_new_each_time() -> None:
    first, second = new_secrets(), new_secrets()
    assert first.keys() == {"verify_token"} and len(first["verify_token"]) >= 32 and first != second


# Templates -------------------------------------------------------------------------------------------------------


def template(**more: Any) -> dict[str, Any]:
    """A template as Meta lists it."""
    parts = [
        {"type": "HEADER", "format": "TEXT", "text": "Заказ"},
        {"type": "BODY", "text": "Здравствуйте, {{1}}! Заказ {{2}} готов, {{1}}."},
        {"type": "FOOTER", "text": "Лавка"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Спасибо"}]},
    ]
    told = {"name": "order_ready", "language": "ru", "status": "APPROVED", "category": "UTILITY"}
    return told | {"id": "5", "components": parts, **more}


def test_a_template_has_its_text_holes_header_and_buttons() -> None:
    [found] = read_templates([template(), {"name": "empty"}, {}])
    assert found == Template(
        name="order_ready",
        language="ru",
        status="approved",
        category="utility",
        text="Здравствуйте, {{1}}! Заказ {{2}} готов, {{1}}.",
        holes=("1", "2"),
        header="text",
        header_text="Заказ",
        footer="Лавка",
        buttons=("Спасибо",),
        provider_id="5",
        sent_as="order_ready",
    )
    assert found.can_be_sent


def test_a_template_with_words_for_holes_is_sent_with_their_names() -> None:
    parts = [{"type": "BODY", "text": "Здравствуйте, {{name}}! Заказ {{order}} готов."}]
    [found] = read_templates([template(parameter_format="NAMED", components=parts)])
    assert found.named and found.can_be_sent
    part = fill(found, ["Анна", "7"])
    [native] = rendered(part["text"], forms={"template": part["template"]}, plain="")
    [body] = native.payload["template"]["components"]
    assert [(each["parameter_name"], each["text"]) for each in body["parameters"]] == [
        ("name", "Анна"),
        ("order", "7"),
    ]
    assert part["text"] == "Здравствуйте, Анна! Заказ 7 готов."


@pytest.mark.parametrize(
    "more",
    [
        {"status": "PAUSED"},
        {"components": [{"type": "BODY", "text": "x"}, {"type": "HEADER", "format": "IMAGE"}]},
        {
            "components": [
                {"type": "BODY", "text": "x"},
                {"type": "HEADER", "format": "TEXT", "text": "{{1}}"},
            ]
        },
        {
            "components": [
                {"type": "BODY", "text": "x"},
                {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "y", "url": "https://e.com/{{1}}"}]},
            ]
        },
    ],
)
def test_a_template_that_wants_what_we_cannot_give_says_so(more: dict[str, Any]) -> None:
    [found] = read_templates([template(**more)])
    assert not found.can_be_sent


async def test_templates_are_listed_page_by_page_and_never_by_an_address_with_the_token() -> None:
    def respond(called: Called) -> Answer:
        if called.query.get("after") == "QVFI":
            return Answer(body={"data": [template(name="second")], "paging": {"cursors": {"after": "ZZ"}}})
        paging = {"cursors": {"after": "QVFI"}, "next": f"{stub.url}/v23.0/x?access_token={TOKEN}"}
        return Answer(body={"data": [template(name="first")], "paging": paging})

    async with Stub(respond) as stub:
        transport = KIT.transport(stub.url)
        found = await templates(KIT.account(), transport)
        assert [each.name for each in found] == ["first", "second"]
        assert {called.path for called in stub.calls} == {f"/v23.0/{BUSINESS}/message_templates"}
        stub.answers = [refusal(500, 1)]
        with pytest.raises(Transient):
            await templates(KIT.account(), transport)
        with pytest.raises(NotSent) as raised:
            await templates(replace(KIT.account(), settings={}), transport)
        assert raised.value.code == "business_account_missing"
        await transport.close()


def test_a_file_of_any_kind_that_the_channel_takes_has_a_body() -> None:
    for kind in capabilities("whatsapp").media:
        [native] = rendered("x", forms={"media": {"kind": kind, "url": "https://example.com/a"}}, plain="")
        assert native.payload[native.payload["type"]]["link"] == "https://example.com/a"


def test_a_moment_that_cannot_be_read_is_now() -> None:
    for odd in ("", "soon", "-5", "9" * 30, None, True):
        event = read_message(type="text", text={"body": "раз"}, timestamp=odd)
        assert abs(event.at.timestamp() - epoch()) < 60
