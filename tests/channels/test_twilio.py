"""The Twilio adapter for SMS and for WhatsApp against the conformance suite, and what only Twilio does."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Chat,
    NotSent,
    RateLimited,
    RawRequest,
    RecipientGone,
    Templated,
    Transient,
    Unreadable,
    WindowClosed,
)
from omnisupport.channels.transport import Transport
from omnisupport.channels.twilio.calls import Calls
from omnisupport.channels.twilio.inbound import OVERRIDES, SIGNATURE_HEADER
from omnisupport.channels.twilio.render import button_data
from omnisupport.channels.twilio.templates import read_templates
from omnisupport.domain.capabilities import measure
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.price import Price
from omnisupport.domain.template import Template, fill
from tests.channels.conformance import (
    CHANNEL,
    IMPATIENT_S,
    SHARED,
    TENANT,
    TEXTS,
    Conformance,
    Kit,
    fetcher,
    is_forged,
)
from tests.channels.specs import spec
from tests.channels.stub import Answer, Called, Stub

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "9f0c3a5b7d1e4826a0c2e4f608192a3b"
SERVICE = "MG" + "00112233445566778899aabbccddeeff"
PHONE = "PN" + "00112233445566778899aabbccddeeff"
CONTENT = "HX" + "00112233445566778899aabbccddeeff"
URL = "https://support.example.com/webhooks/twilio/tok-of-this-channel"
NUMBER, CUSTOMER = "+15005550006", "+14155550123"
KEY = "00000000-0000-0000-0000-000000000002:1:0:0/0"


class TwilioKit(Kit):
    """Programmable Messaging, by SMS."""

    type: ClassVar[str] = "sms"
    provider: ClassVar[str] = "twilio"
    signed_bodies: ClassVar[bool] = True
    prefix: ClassVar[str] = ""

    def account(self, **settings: Any) -> Account:
        return Account(
            TENANT,
            CHANNEL,
            self.type,
            "twilio",
            self.prefix + NUMBER,
            {"account_sid": SID, **settings},
            {"auth_token": [TOKEN]},
            webhook_url=URL,
        )

    def transport(self, url: str) -> Transport:
        return Transport(fetcher(urlsplit(url).netloc), twilio_url=url, call_s=IMPATIENT_S)

    def chat(self) -> Chat:
        return Chat(self.prefix + CUSTOMER, last_in_at=datetime.now(UTC))

    def webhook(self, account: Account, *, number: int, text: str, chat: str = CUSTOMER) -> RawRequest:
        return posted(account, message(self, number, Body=text))

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return signed(account, replace(request, body=body))

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        told = parse_qs(request.body.decode(), keep_blank_values=True)
        unsigned = {name: value for name, value in request.headers.items() if name != SIGNATURE_HEADER}
        return {
            "unsigned": replace(request, headers=unsigned),
            "empty": with_signature(request, ""),
            "not_ascii": with_signature(request, "подпись"),
            "wrong_secret": signed(account, request, TOKEN[:-1] + "c"),
            "foreign_secret": signed(account, request, "the-token-of-another-account-000"),
            "no_secret": signed(account, request, ""),
            "http": replace(request, public_url=URL.replace("https", "http")),
            "other_channel": replace(request, public_url=URL + "x"),
            "other_query": replace(request, query="part=1"),
            "changed_field": replace(request, body=request.body.replace(b"Body=", b"Body=x")),
            "field_more": replace(request, body=request.body + b"&Extra="),
            "field_less": replace(request, body=request.body.replace(b"&FromCity=", b"")),
            "as_json": replace(
                request,
                headers={**request.headers, "content-type": "application/json"},
                body=json.dumps({name: value[0] for name, value in told.items()}).encode(),
            ),
            "too_many_fields": signed(account, replace(request, body=b"&".join([b"a=1"] * 2000))),
        }

    def statuses(self, account: Account, ref: str, part_key: str) -> dict[DeliveryStatus, RawRequest]:
        words: dict[DeliveryStatus, str] = {"sent": "sent", "delivered": "delivered", "failed": "undelivered"}
        words |= {"read": "read"} if self.prefix else {}
        about = {"MessageSid": ref, "SmsSid": ref, "To": self.prefix + CUSTOMER, "AccountSid": SID}
        about |= {"From": self.prefix + NUMBER}
        query = f"part={quote(part_key, safe='')}"
        return {
            each: posted(account, about | {"MessageStatus": word, "SmsStatus": word}, query)
            for each, word in words.items()
        }

    def respond(self, called: Called) -> Answer:
        if called.path.endswith("/Messages.json") and called.method == "POST":
            return Answer(201, {"sid": "SM" + "a" * 32, "status": "queued", "error_code": None})
        return Answer(body={})

    def sent_text(self, called: Called) -> str:
        return called.form["Body"]

    def is_send(self, called: Called) -> bool:
        return called.method == "POST" and called.path.endswith("/Messages.json")

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        wait = {"Retry-After": "7"}
        return [
            ("429", refused(20429, 429, headers=wait), RateLimited),
            ("429 of a gateway", Answer(429, "slow", wait, "text/plain"), RateLimited),
            ("429 alone", Answer(429, {}), RateLimited),
            ("21611", refused(21611), RateLimited),
            ("30001", refused(30001), RateLimited),
            ("63018", refused(63018, 429, headers=wait), RateLimited),
            ("20003", refused(20003, 401, f"Authenticate {TOKEN}"), AuthFailed),
            ("401", Answer(401, {}), AuthFailed),
            ("404", refused(20404, 404), AuthFailed),
            ("21660", refused(21660), AuthFailed),
            ("63007", refused(63007), AuthFailed),
            ("21211", refused(21211), RecipientGone),
            ("21408", refused(21408, 403), BadPayload),
            ("21610", refused(21610), RecipientGone),
            ("21612", refused(21612), RecipientGone),
            ("21614", refused(21614), RecipientGone),
            ("63003", refused(63003), RecipientGone),
            ("21617", refused(21617), BadPayload),
            ("21620", refused(21620), BadPayload),
            ("63016", refused(63016), WindowClosed),
            ("an unknown code", refused(21999, 400, f"Invalid: {URL}?part=1 {TOKEN}"), BadPayload),
            ("413", Answer(413, {}), BadPayload),
            ("403 of a gateway", Answer(403, "<html>", content_type="text/html"), Ambiguous),
            ("500", refused(20500, 500), Ambiguous),
            ("503", refused(20503, 503), Ambiguous),
            ("201 of nobody", Answer(201, "<html>", content_type="text/html"), Ambiguous),
            ("201 without an id", Answer(201, {"status": "queued"}), Ambiguous),
            ("a redirect", Answer(307, {}, {"Location": "https://example.com"}), Ambiguous),
        ]


class WhatsAppKit(TwilioKit):
    """The same, by WhatsApp."""

    type: ClassVar[str] = "whatsapp"
    prefix: ClassVar[str] = "whatsapp:"


SMS, WHATSAPP = TwilioKit(), WhatsAppKit()
BOTH = pytest.mark.parametrize("kit", [SMS, WHATSAPP], ids=["sms", "whatsapp"])


def refused(
    code: int, status: int = 400, words: str = "No.", headers: dict[str, str] | None = None
) -> Answer:
    """An error of the REST API."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": words, "more_info": more, "status": status}
    return Answer(status, body, headers or {})


def message(kit: TwilioKit, number: int = 1, **fields: str) -> dict[str, str]:
    """A customer's message as Twilio posts it; some fields are empty."""
    sid = f"SM{number:032x}"
    told = {"ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "FromCity": "", "SmsSid": sid}
    told |= {"SmsStatus": "received", "Body": "", "To": kit.prefix + NUMBER, "NumSegments": "1"}
    told |= {"MessageSid": sid, "AccountSid": SID, "From": kit.prefix + CUSTOMER}
    if kit.prefix:
        told |= {"WaId": CUSTOMER[1:], "ProfileName": "Иван"}
    return told | {"ApiVersion": "2010-04-01"} | fields


class Fields(dict[str, list[str]]):
    """A form as the vendor's validator reads it."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return self[name]


def with_signature(request: RawRequest, signature: str) -> RawRequest:
    """With this header."""
    return replace(request, headers={**request.headers, SIGNATURE_HEADER: signature})


def signed(account: Account, request: RawRequest, token: str | None = None) -> RawRequest:
    """Signed by the vendor's own code."""
    token = account.secrets["auth_token"][0] if token is None else token
    fields = Fields(parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    address = request.public_url + (f"?{request.query}" if request.query else "")
    return with_signature(request, RequestValidator(token).compute_signature(address, fields))


def posted(account: Account, fields: dict[str, str], query: str = "") -> RawRequest:
    """A form as Twilio posts it."""
    headers = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return signed(
        account, RawRequest("POST", account.webhook_url, headers, urlencode(fields).encode(), query)
    )


def read(kit: TwilioKit, query: str = "", **fields: str) -> list[InboundEvent]:
    """What a webhook tells of."""
    account = kit.account()
    request = posted(account, message(kit, **fields), query)
    kit.inbound.verify(request, account)
    return list(kit.inbound.parse(request, account))


def rendered(
    kit: TwilioKit, text: str, settings: dict[str, Any] | None = None, **content: Any
) -> list[Native]:
    """Parts of a bot's message."""
    return kit.render.render(kit.message(text, **content), kit.account(**(settings or {})), kit.chat())


TOLD = [
    *("MessageStatus", "SmsStatus", "To", "Body", "WaId", "ExternalUserId", "ProfileName", "OptOutType"),
    *("ErrorCode", "ListId", "MediaUrl0", "MediaContentType0", "MediaUrl1", "Latitude", "Longitude", "Label"),
]
FORMS = st.fixed_dictionaries(
    {"MessageSid": st.text(max_size=9), "From": st.sampled_from(["whatsapp:", "+", "1", CUSTOMER])},
    optional={name: st.text(max_size=9) | st.just("failed") for name in TOLD},
).map(lambda fields: urlencode(fields).encode())


class _Twilio(Conformance):
    def text_of(self, native: Native) -> str:
        return str(native.payload.get("Body", ""))

    @settings(deadline=None, suppress_health_check=SHARED)
    @given(body=FORMS)
    def test_whatever_a_form_says_it_never_breaks_the_reader(self, body: bytes) -> None:
        account = self.kit.account()
        good = self.kit.webhook(account, number=1, text="раз")
        self._harmless(self.kit.resigned(account, good, body), account)

    @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
    @given(text=TEXTS)
    def test_no_text_is_longer_than_twilio_takes(self, text: str) -> None:
        if text.strip():
            parts = [self.text_of(native) for native in self._rendered(self.kit.message(text))]
            assert all(part.strip() and measure(part, "utf16") <= 1600 for part in parts)


class TestSms(_Twilio):
    """The suite, by SMS."""

    kit: ClassVar[Kit] = SMS


class TestWhatsApp(_Twilio):
    """The suite, by WhatsApp."""

    kit: ClassVar[Kit] = WHATSAPP


# The signature ---------------------------------------------------------------------------------------------------


def test_the_vendors_validator_agrees_about_every_form() -> None:
    account = SMS.account()
    bodies = [
        b"",
        b"a=&b=",
        b"b=2&a=1&B=3",
        b"a=2&a=1&a=2",
        "Body=Где+мой+%E2%84%967&x=%00".encode(),
        b"=1&a",
        b"Body=1+%2B+1&To=%2B1500",
        b"%ff=%fe",
    ]
    for body in bodies:
        for query in ("", "part=a%3A1%2F0", "x=1&part="):
            request = signed(account, RawRequest("POST", URL, {}, body, query))
            SMS.inbound.verify(request, account)
            for changed in (replace(request, query=query + "1"), replace(request, body=body + b"&z=")):
                assert is_forged(SMS, changed, account)


@pytest.mark.parametrize("called", [URL, URL.replace(".com/", ".com:443/"), URL + OVERRIDES])
def test_the_port_and_what_stands_behind_the_address_may_be_signed_or_not(called: str) -> None:
    account = SMS.account()
    request = posted(account, message(SMS))
    fields = Fields(parse_qs(request.body.decode(), keep_blank_values=True))
    signature = RequestValidator(TOKEN).compute_signature(called, fields)
    SMS.inbound.verify(with_signature(request, signature), account)


def test_json_is_signed_by_its_digest_in_the_address() -> None:
    account, body = SMS.account(), json.dumps(message(SMS, Body="раз")).encode()
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    request = RawRequest("POST", URL, {"content-type": "application/json"}, body, query)
    signature = RequestValidator(TOKEN).compute_signature(f"{URL}?{query}", {})
    good = with_signature(request, signature)
    assert RequestValidator(TOKEN).validate(f"{URL}?{query}", body.decode(), signature)
    SMS.inbound.verify(good, account)
    [event] = SMS.inbound.parse(good, account)
    assert event.text == "раз"
    assert is_forged(SMS, replace(good, body=body + b" "), account)
    bare = RequestValidator(TOKEN).compute_signature(URL, {})
    assert is_forged(SMS, with_signature(replace(request, query=""), bare), account)


def test_a_token_that_is_empty_or_not_in_a_list_opens_nothing() -> None:
    account = SMS.account()
    request = posted(account, message(SMS))
    SMS.inbound.verify(request, replace(account, secrets={"auth_token": TOKEN}))
    for held in ({}, {"auth_token": []}, {"auth_token": [""]}, {"auth_token": ""}, {"auth_token": None}):
        shut = replace(account, secrets=held)
        assert is_forged(SMS, request, shut)
        assert is_forged(SMS, signed(account, request, ""), shut)
    # One letter of the token is no token.
    assert is_forged(SMS, signed(account, request, TOKEN[0]), replace(account, secrets={"auth_token": TOKEN}))


def test_the_answer_is_empty_twiml_because_words_would_be_sent_to_the_customer() -> None:
    reply = SMS.inbound.ack(posted(SMS.account(), message(SMS)), SMS.account())
    assert (reply.status, reply.content_type) == (200, "text/xml")
    assert reply.body.endswith("<Response/>")


# What customers send ---------------------------------------------------------------------------------------------


def test_who_writes_an_sms_is_known_by_the_number() -> None:
    [event] = read(SMS, Body="раз")
    assert (event.chat, event.dedupe_key, event.ref) == (CUSTOMER, f"SM{1:032x}", f"SM{1:032x}")
    assert event.sender.aliases == (CUSTOMER,)
    assert (event.sender.phone, event.sender.verified) == (CUSTOMER, True)
    [short] = read(SMS, Body="Code 123", From="32665")
    assert (short.sender.aliases, short.sender.phone, short.sender.verified) == (("32665",), None, False)


def test_who_writes_by_whatsapp_keeps_his_own_id_when_he_hides_his_number() -> None:
    [plain] = read(WHATSAPP, Body="раз")
    assert (plain.chat, plain.sender.aliases) == (f"whatsapp:{CUSTOMER}", (CUSTOMER[1:],))
    assert (plain.sender.name, plain.sender.phone, plain.sender.verified) == ("Иван", CUSTOMER, True)
    [known] = read(WHATSAPP, Body="раз", ExternalUserId="whatsapp:US.1A2B")
    assert known.sender.aliases == ("US.1A2B", CUSTOMER[1:])
    hidden = {"From": "whatsapp:US.1A2B", "ExternalUserId": "whatsapp:US.1A2B", "WaId": ""}
    [event] = read(WHATSAPP, Body="раз", **hidden)
    assert (event.chat, event.sender.aliases) == ("whatsapp:US.1A2B", ("US.1A2B",))
    assert (event.sender.phone, event.sender.verified) == (None, False)


@pytest.mark.parametrize(
    ("kit", "type", "kind"),
    [
        (SMS, "image/jpeg", "image"),
        (SMS, "video/3gpp", "video"),
        (SMS, "audio/ogg", "audio"),
        (SMS, "text/vcard", "file"),
        (SMS, "", "file"),
        (WHATSAPP, "audio/ogg; codecs=opus", "voice"),
        (WHATSAPP, "image/webp", "sticker"),
        (WHATSAPP, "application/pdf", "file"),
    ],
)
def test_files_stay_with_twilio(kit: TwilioKit, type: str, kind: str) -> None:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME"
    media = {"MediaUrl0": url + "0", "MediaContentType0": type, "MediaUrl1": url + "1", "NumMedia": "2"}
    [event] = read(kit, MediaContentType1="image/png", **media)
    first, second = event.media
    assert (first.kind, dict(first.ref), first.type) == (kind, {"url": url + "0"}, type or None)
    assert (second.kind, dict(second.ref)) == ("image", {"url": url + "1"})


def test_presses_places_answers_and_advertisements_are_told() -> None:
    [press] = read(
        WHATSAPP, Body="Да", ButtonText="Да", ButtonPayload="3.ask.yes", OriginalRepliedMessageSid="MM7"
    )
    assert (press.button, press.text, press.reply_to) == ("3.ask.yes", "Да", "MM7")
    [row] = read(WHATSAPP, ListId="3.ask.no", ListTitle="Нет")
    assert (row.button, row.text) == ("3.ask.no", "Нет")
    [place] = read(WHATSAPP, Latitude="55.75", Longitude="37.6", Label="Склад", Address="Тверская, 1")
    assert place.location == {"lat": 55.75, "lon": 37.6, "title": "Склад", "address": "Тверская, 1"}
    [referred] = read(WHATSAPP, Body="раз", ReferralSourceUrl="https://fb.me/1", ReferralHeadline="Скидка")
    assert referred.referral == {
        "ref": "https://fb.me/1",
        "source_url": "https://fb.me/1",
        "headline": "Скидка",
    }


@pytest.mark.parametrize("latitude", ["nan", "inf", "91", "здесь", ""])
def test_a_place_that_is_nowhere_is_left_out(latitude: str) -> None:
    assert read(WHATSAPP, Latitude=latitude, Longitude="37.6") == []


def test_a_message_without_anything_in_it_is_left_out() -> None:
    assert read(WHATSAPP, Body=" ") == []


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Unsubscribe", "cancel", "OptOut"])
def test_stop_by_sms_is_opting_out_and_a_message(word: str) -> None:
    said, gone = read(SMS, Body=word)  # in this order: a message makes its sender reachable
    assert (gone.kind, gone.reachable, gone.chat) == (EventKind.MEMBERSHIP, False, CUSTOMER)
    assert (said.kind, said.text) == (EventKind.MESSAGE, word)
    assert gone.dedupe_key != said.dedupe_key


def test_start_is_opting_in_and_other_words_are_neither() -> None:
    _, back = read(SMS, Body="start")
    assert (back.kind, back.reachable) == (EventKind.MEMBERSHIP, True)
    assert len(read(SMS, Body="stop it")) == len(read(SMS, Body="HELP")) == 1
    # WhatsApp has its own way to block a business; there a word opts out only where Twilio says so.
    assert len(read(WHATSAPP, Body="STOP")) == 1


@BOTH
def test_services_with_words_of_their_own_say_what_they_mean(kit: TwilioKit) -> None:
    _, gone = read(kit, Body="СТОП", OptOutType="STOP")
    assert gone.reachable is False
    assert len(read(kit, Body="HELP", OptOutType="HELP")) == 1


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_what_is_no_message_is_unreadable(missing: str) -> None:
    fields = message(SMS, Body="раз") | {"SmsSid": ""}
    del fields[missing]
    with pytest.raises(Unreadable):
        SMS.inbound.parse(posted(SMS.account(), fields), SMS.account())


# What became of ours ---------------------------------------------------------------------------------------------


def status(word: str, *, part: str | None = KEY, **fields: str) -> list[InboundEvent]:
    """A status callback."""
    account = SMS.account()
    told = {"SmsSid": "SM7", "SmsStatus": word, "MessageStatus": word, "To": CUSTOMER, "MessageSid": "SM7"}
    told |= {"AccountSid": SID, "From": NUMBER, "ApiVersion": "2010-04-01", **fields}
    request = posted(account, told, f"part={quote(part, safe='')}" if part else "")
    SMS.inbound.verify(request, account)
    return list(SMS.inbound.parse(request, account))


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("accepted", "sent"),
        ("queued", "sent"),
        ("sending", "sent"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_status_names_our_part_and_its_sid(word: str, told: str) -> None:
    [event] = status(word)
    assert (event.kind, event.status, event.part_key) == (EventKind.STATUS, told, KEY)
    assert (event.ref, event.chat, event.dedupe_key) == ("SM7", CUSTOMER, f"SM7:{word}")


def test_a_status_before_it_was_sent_is_of_use_only_with_a_part() -> None:
    assert status("queued", part=None) == []
    [event] = status("delivered", part=None)
    assert (event.status, event.part_key) == ("delivered", None)
    assert status("partially_delivered") == []


def test_a_failure_says_why() -> None:
    [event] = status("undelivered", ErrorCode="30006")
    assert (event.code, event.detail) == ("30006", "This is a landline, or its carrier takes no SMS.")
    [window] = status("failed", ErrorCode="63016")
    assert window.detail is not None and "24 hours" in window.detail
    [unknown] = status("failed", ErrorCode="39999", ChannelStatusMessage="Nobody knows.")
    assert (unknown.code, unknown.detail) == ("39999", "Nobody knows.")
    [silent] = status("failed", ErrorCode="²")
    assert (silent.code, silent.detail) == ("²", None)


# Rendering -------------------------------------------------------------------------------------------------------


def test_an_sms_is_plain_words_in_the_cheaper_alphabet_where_it_can_be() -> None:
    [call] = rendered(SMS, "**Hi** — it’s “open”…\n- one\n- [two](https://example.com/a)")
    assert call.payload == {
        "To": CUSTOMER,
        "Body": 'Hi - it\'s "open"...\n- one\n- two: https://example.com/a',
    }
    assert call.lossy == ("formatting_lost",)
    [cyrillic] = rendered(SMS, "Это — «да»…")
    assert (cyrillic.payload["Body"], cyrillic.lossy) == ("Это — «да»…", ())
    assert rendered(SMS, "\u200b")[0].payload["Body"] == "\u200b"  # or nothing would be left
    full = "…" * 1000  # longer than a message, once it is typed
    assert rendered(SMS, full)[0].payload["Body"] == full


def test_a_persons_own_signs_stay_as_they_are() -> None:
    own = replace(SMS.message("**It’s** — ok"), author_kind="operator")
    assert SMS.render.render(own, SMS.account(), SMS.chat())[0].payload["Body"] == "**It’s** — ok"
    own = replace(WHATSAPP.message("**так**"), author_kind="operator")
    assert WHATSAPP.render.render(own, WHATSAPP.account(), WHATSAPP.chat())[0].payload["Body"] == "**так**"


def test_files_are_links_in_an_sms() -> None:
    forms = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [call] = rendered(SMS, "x", forms=forms, plain="Вот")
    assert call.payload == {"To": CUSTOMER, "Body": "Вот\nhttps://example.com/a.jpg"}
    assert call.lossy == ("media_as_link",)


def test_whatsapp_by_twilio_takes_less_than_whatsapp_itself() -> None:
    calls = rendered(WHATSAPP, "я" * 2000)
    assert [len(call.payload["Body"]) for call in calls] == [1600, 400]
    assert [len(call.payload["Body"]) for call in rendered(WHATSAPP, "😀" * 1000)] == [800, 200]
    [bold] = rendered(WHATSAPP, "**Да** — [тут](https://example.com)")
    assert bold.payload["Body"] == "*Да* — тут: https://example.com"


def test_files_have_their_words_below_them_where_twilio_keeps_them() -> None:
    image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [call] = rendered(WHATSAPP, "x", forms=image, plain="Вот")
    assert (call.payload["Body"], call.payload["MediaUrl"]) == ("Вот", ["https://example.com/a.jpg"])
    file = {"media": {"kind": "file", "url": "https://example.com/a.pdf"}}
    first, second = rendered(WHATSAPP, "x", forms=file, plain="Вот")
    assert (first.index, first.payload) == (
        0,
        {"To": f"whatsapp:{CUSTOMER}", "MediaUrl": ["https://example.com/a.pdf"]},
    )
    assert (second.index, second.payload["Body"]) == (1, "Вот")
    [alone] = rendered(WHATSAPP, "x", forms=file, plain="")
    assert "Body" not in alone.payload


def test_places_are_pins_people_are_words_and_cards_have_their_links() -> None:
    place = {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": "Тверская | 1"}}
    pin = rendered(WHATSAPP, "x", forms=place, plain="Мы тут")[1].payload
    assert (pin["Body"], pin["PersistentAction"]) == ("Склад", ["geo:55.7,37.6|Тверская   1"])
    [bare] = rendered(WHATSAPP, "x", forms={"location": {"lat": 1.5, "lon": 2}}, plain="")
    assert (bare.payload["Body"], bare.payload["PersistentAction"]) == ("1.5,2", ["geo:1.5,2"])
    person = {"contact": {"name": "Ольга", "phone": "+79990000000"}}
    assert rendered(WHATSAPP, "x", forms=person, plain="")[0].payload["Body"] == "Ольга, +79990000000"
    card = {"title": "Чай", "image": "https://example.com/t.jpg"}
    card |= {"buttons": [{"label": "Купить", "url": "https://example.com/t"}]}
    [shown] = rendered(WHATSAPP, "x", forms={"carousel": [card]}, plain="")
    assert shown.payload["Body"] == "Чай\nКупить: https://example.com/t"
    assert shown.payload["MediaUrl"] == ["https://example.com/t.jpg"]


def test_choices_are_numbered_unless_the_account_has_a_menu_for_so_many() -> None:
    buttons = [{"id": "3.ask.yes", "label": "Да"}, {"id": "x" * 200, "label": "Нет"}]
    [numbered] = rendered(WHATSAPP, "Ну?", buttons=buttons)
    assert numbered.payload["Body"].startswith("Ну?\n\n1) Да\n2) Нет\n")
    assert numbered.lossy == ("choices_numbered",)
    menus = {"content": {"2": CONTENT}}
    [menu] = rendered(WHATSAPP, "Ну?", menus, buttons=buttons)
    assert menu.payload["ContentSid"] == CONTENT and "Body" not in menu.payload
    shown = json.loads(menu.payload["ContentVariables"])
    assert shown == {"1": "Ну?", "2": "Да", "3": "3.ask.yes", "4": "Нет", "5": button_data("x" * 200)}
    assert len(shown["5"]) <= 128 and menu.lossy == ()
    [three] = rendered(WHATSAPP, "Ну?", menus, buttons=[*buttons, {"id": "z", "label": "Ой"}])
    assert "3) Ой" in three.payload["Body"]
    [long] = rendered(WHATSAPP, "Ну?", menus, buttons=[buttons[0], {"id": "n", "label": "Нет, " * 8}])
    assert "ContentSid" not in long.payload


def test_a_menu_below_a_file_is_a_message_of_its_own() -> None:
    forms = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    buttons = [{"id": "1", "label": "Да"}]
    file, menu = rendered(
        WHATSAPP, "x", {"content": {"1": CONTENT}}, forms=forms, plain="Вот", buttons=buttons
    )
    assert ("Body" not in file.payload, "MediaUrl" not in menu.payload) == (True, True)
    assert menu.payload["ContentSid"] == CONTENT


def test_a_template_is_named_by_its_sid_or_by_the_accounts_own_name() -> None:
    form = {"template": {"name": CONTENT, "language": "ru", "params": ["Иван", "№7"]}}
    [call] = rendered(WHATSAPP, "x", forms=form, plain="")
    assert call.payload == {
        "To": f"whatsapp:{CUSTOMER}",
        "ContentSid": CONTENT,
        "ContentVariables": '{"1":"Иван","2":"№7"}',
    }
    named = {"template": {"name": "order_ready", "language": "ru", "params": []}}
    [call] = rendered(WHATSAPP, "x", {"content": {"order_ready": CONTENT}}, forms=named, plain="")
    assert (call.payload["ContentSid"], "ContentVariables" in call.payload) == (CONTENT, False)


# Templates ---------------------------------------------------------------------------------------------------------


def content(**more: Any) -> dict[str, Any]:
    """A content template as Twilio lists it, with what WhatsApp decided."""
    form = {
        "body": "Здравствуйте, {{1}}! Заказ {{2}} готов, {{1}}.",
        "actions": [{"type": "QUICK_REPLY", "title": "Спасибо", "id": "thanks"}],
    }
    approval = {"name": "order_ready", "status": "approved", "category": "UTILITY", "rejection_reason": ""}
    return {
        "sid": CONTENT,
        "account_sid": SID,
        "friendly_name": "order_ready",
        "language": "ru",
        "variables": {"1": "Иван", "2": "7"},
        "types": {"twilio/text": {"body": "Здравствуйте, {{1}}!"}, "twilio/quick-reply": form},
        "approval_requests": approval,
        **more,
    }


def test_a_content_template_has_its_text_holes_and_buttons() -> None:
    [found] = read_templates([content(), {"sid": "HX1"}, "nonsense", content(types={}), content(sid=None)])
    assert found == Template(
        name="order_ready",
        language="ru",
        status="approved",
        category="utility",
        text="Здравствуйте, {{1}}! Заказ {{2}} готов, {{1}}.",
        holes=("1", "2"),
        buttons=("Спасибо",),
        provider_id=CONTENT,
        sent_as=CONTENT,
    )
    assert found.can_be_sent


@pytest.mark.parametrize(
    "more",
    [
        {"approval_requests": {"status": "paused"}},
        {"approval_requests": None},
        {"variables": {"1": "Иван", "2": "7", "3": "https://example.com/x"}},
    ],
)
def test_a_content_template_that_wants_what_we_cannot_give_says_so(more: dict[str, Any]) -> None:
    [found] = read_templates([content(**more)])
    assert not found.can_be_sent


def test_holes_with_names_of_their_own_are_filled_by_them() -> None:
    form = {"twilio/text": {"body": "Заказ {{order}} готов"}}
    [found] = read_templates([content(types=form, variables={"order": "7"})])
    part = fill(found, ["№7"])
    [call] = rendered(WHATSAPP, part["text"], forms={"template": part["template"]}, plain="")
    assert (call.payload["ContentSid"], call.payload["ContentVariables"]) == (CONTENT, '{"order":"№7"}')


async def test_content_templates_are_listed_page_by_page_and_nowhere_but_at_twilio() -> None:
    def respond(called: Called) -> Answer:
        if called.query.get("PageToken") == "DN7":
            return Answer(
                body={"contents": [content(friendly_name="second")], "meta": {"next_page_url": None}}
            )
        following = "https://evil.example/v1/ContentAndApprovals?PageSize=100&Page=1&PageToken=DN7"
        return Answer(body={"contents": [content()], "meta": {"next_page_url": following}})

    async with Stub(respond) as stub:
        adapter = WHATSAPP.build(stub.url)
        assert isinstance(adapter, Templated)
        found = await adapter.templates(WHATSAPP.account())
        assert [each.name for each in found] == ["order_ready", "second"]
        assert {called.path for called in stub.calls} == {"/v1/ContentAndApprovals"}
        assert await adapter.templates(SMS.account()) == ()
        stub.answers = [Answer(body={"meta": {}})]
        with pytest.raises(Ambiguous):
            await adapter.templates(WHATSAPP.account())


# Sending ---------------------------------------------------------------------------------------------------------

Respond = Callable[[Called], Answer]


async def sent(kit: TwilioKit, part: Native, account: Account | None = None, *answers: Answer) -> Called:
    """A part as Twilio got it."""
    async with Stub(kit.respond) as stub:
        stub.answers = list(answers)
        await kit.build(stub.url).send(part, KEY, account or kit.account())
        [called] = stub.calls
        return called


@BOTH
async def test_a_send_says_who_sends_and_where_statuses_go(kit: TwilioKit) -> None:
    called = await sent(kit, rendered(kit, "Hi")[0])
    assert called.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert called.headers["authorization"] == "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode()
    callback = f"{URL}?part=00000000-0000-0000-0000-000000000002%3A1%3A0%3A0%2F0#rc=5&rp=all"
    assert called.form == {
        "To": kit.prefix + CUSTOMER,
        "Body": "Hi",
        "From": kit.prefix + NUMBER,
        "ValidityPeriod": "14400",
        "StatusCallback": callback,
    }


async def test_a_status_comes_back_to_the_part_that_was_sent() -> None:
    called = await sent(SMS, rendered(SMS, "Hi")[0])
    query = urlsplit(called.form["StatusCallback"]).query
    account = SMS.account()
    told = {"MessageSid": "SM7", "MessageStatus": "queued", "To": CUSTOMER, "From": NUMBER}
    [event] = SMS.inbound.parse(posted(account, told, query), account)
    assert (event.part_key, event.ref) == (KEY, "SM7")


async def test_a_service_or_a_key_of_the_account_takes_the_place_of_number_and_token() -> None:
    account = SMS.account(messaging_service_sid=SERVICE, api_key_sid="SK1", validity_s=600)
    account = replace(account, secrets={**account.secrets, "api_key_secret": "s3cret-of-the-key"})
    called = await sent(SMS, rendered(SMS, "Hi")[0], account)
    assert (called.form["MessagingServiceSid"], called.form["ValidityPeriod"]) == (SERVICE, "600")
    assert "From" not in called.form
    assert called.headers["authorization"] == "Basic " + b64encode(b"SK1:s3cret-of-the-key").decode()


async def test_an_account_without_credentials_sends_nothing() -> None:
    async with Stub(SMS.respond) as stub:
        for broken in (replace(SMS.account(), secrets={}), SMS.account(account_sid="")):
            with pytest.raises(AuthFailed):
                await SMS.build(stub.url).send(rendered(SMS, "Hi")[0], KEY, broken)
        assert stub.calls == []


async def test_a_template_that_is_none_of_twilio_is_not_sent() -> None:
    form = {"template": {"name": "order_ready", "language": "ru", "params": []}}
    [part] = rendered(WHATSAPP, "x", forms=form, plain="")
    async with Stub(WHATSAPP.respond) as stub:
        with pytest.raises(BadPayload):
            await WHATSAPP.build(stub.url).send(part, KEY, WHATSAPP.account())
        assert stub.calls == []


async def test_a_file_that_twilio_does_not_take_goes_once_more_as_a_link() -> None:
    forms = {"media": {"kind": "image", "url": "https://example.com/a.tiff"}}
    [part] = rendered(WHATSAPP, "x", forms=forms, plain="Вот")
    with pytest.raises(BadPayload) as raised:
        await sent(WHATSAPP, part, None, refused(21620))
    fallback = raised.value.fallback
    assert fallback is not None and "MediaUrl" not in fallback.payload
    assert fallback.payload["Body"] == "Вот\nhttps://example.com/a.tiff"
    assert fallback.lossy == ("media_as_link",)
    with pytest.raises(BadPayload) as raised:
        await sent(WHATSAPP, part, None, refused(21617))
    assert raised.value.fallback is None


async def test_what_twilio_says_is_told_without_our_address_and_token() -> None:
    words = f"Invalid StatusCallback {URL}?part=1, token {TOKEN}"
    with pytest.raises(BadPayload) as raised:
        await sent(SMS, rendered(SMS, "Hi")[0], None, refused(21609, 400, words))
    assert raised.value.detail == "Twilio refuses the message: Invalid StatusCallback … token …"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refused(20429, 429), 1.0),
        (refused(21611), 60.0),
        (refused(30001, 429), 60.0),
        (refused(21611, 429, headers={"Retry-After": "5"}), 5.0),
        (refused(20429, 429, headers={"Retry-After": "soon"}), 1.0),
        (refused(20429, 429, headers={"Retry-After": "nan"}), 1.0),
        (refused(20429, 429, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}), 0.0),
    ],
)
async def test_how_long_to_wait_is_told_or_known(answer: Answer, wait: float) -> None:
    with pytest.raises(RateLimited) as raised:
        await sent(SMS, rendered(SMS, "Hi")[0], None, answer)
    assert (raised.value.retry_after, raised.value.scope) == (wait, "account")


def test_rates_are_of_the_sender() -> None:
    adapter = SMS.build("http://127.0.0.1:9")
    assert adapter.rates(SMS.account()).account == 1
    assert adapter.rates(SMS.account(mps=30)).account == 30
    assert {adapter.rates(SMS.account(mps=wrong)).account for wrong in (0, -1, "many", None)} == {1}
    assert adapter.rates(WHATSAPP.account()).account == 80


async def test_every_field_of_a_send_is_in_the_vendors_schema() -> None:
    document = json.loads(spec("twilio_api_v2010.json").read_text("utf-8"))
    path = document["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
    body = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    check = jsonschema_rs.validator_for(
        {**body, "additionalProperties": False, "components": document["components"]}
    )
    form = {"template": {"name": CONTENT, "language": "ru", "params": ["1"]}}
    image = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    place = {"location": {"lat": 55.7, "lon": 37.6}}
    service = {"messaging_service_sid": SERVICE}
    parts = [*rendered(SMS, "Hi"), *rendered(WHATSAPP, "x", forms=form, plain="")]
    parts += [
        *rendered(WHATSAPP, "x", forms=image, plain="a"),
        *rendered(WHATSAPP, "x", forms=place, plain=""),
    ]
    for part in parts:
        for account in (SMS.account(), SMS.account(**service)):
            called = await sent(SMS, part, account)
            told = parse_qs(called.body.decode(), keep_blank_values=True)
            found: dict[str, Any] = {}
            for name, values in told.items():
                kind = body["properties"].get(name, {}).get("type")
                single: Any = int(values[0]) if kind == "integer" else values[0]
                found[name] = values if kind == "array" else single
            check.validate(found)
    with pytest.raises(jsonschema_rs.ValidationError):
        check.validate({"Body": "x"})  # the schema can say no


# What may have arrived -------------------------------------------------------------------------------------------

SINCE = datetime(2026, 11, 20, 10, 0, 0, 400_000, tzinfo=UTC)


def listed(number: int = 1, *, after_s: float = 1, **fields: Any) -> dict[str, Any]:
    """A message as the list of messages has it."""
    at = format_datetime((SINCE + timedelta(seconds=after_s)).replace(microsecond=0))
    told = {"sid": f"SM{number:032x}", "direction": "outbound-api", "body": "Hi", "num_media": "0"}
    told |= {"date_created": at, "date_sent": None, "from": NUMBER, "to": CUSTOMER, "status": "queued"}
    return told | fields


async def reconciled(*messages: dict[str, Any], part: Native | None = None, **settings: Any) -> str | None:
    """The SID that a part of unknown outcome turns out to have."""
    account = SMS.account(**settings)
    async with Stub(lambda called: Answer(body={"messages": list(messages)})) as stub:
        found = await SMS.build(stub.url).reconcile(part or rendered(SMS, "Hi")[0], KEY, account, SINCE)
        asked = [called.query for called in stub.calls]
        whose = {} if "messaging_service_sid" in settings else {"From": NUMBER}
        assert asked == [{"To": CUSTOMER, "PageSize": "1000", **whose}]
    return found.provider_message_id if found else None


async def test_a_send_of_unknown_outcome_is_found_by_its_words() -> None:
    others = [
        listed(2, body="Other"),
        listed(3, after_s=-60),
        listed(4, direction="inbound"),
        listed(5, direction="outbound-reply"),
        listed(6, num_media="1"),
        {"direction": "outbound-api"},
    ]
    assert await reconciled(*others) is None
    assert await reconciled(*others, listed(1, after_s=-0.4)) == f"SM{1:032x}"  # whole seconds
    assert await reconciled(listed(1, body=" Hi\r\n")) == f"SM{1:032x}"


async def test_of_several_that_are_alike_none_is_taken() -> None:
    assert await reconciled(listed(1), listed(2)) is None


async def test_a_services_message_is_found_whatever_number_it_left_from() -> None:
    ours = listed(1, messaging_service_sid=SERVICE, **{"from": None})
    theirs = listed(2, messaging_service_sid="MG2")
    assert await reconciled(theirs, ours, messaging_service_sid=SERVICE) == f"SM{1:032x}"


async def test_a_file_is_found_by_its_words_and_number_of_files() -> None:
    part = Native(0, "Messages", {"To": CUSTOMER, "Body": "Hi", "MediaUrl": ["https://example.com/a.jpg"]})
    assert await reconciled(listed(1), listed(2, num_media="1"), part=part) == f"SM{2:032x}"


async def test_a_template_is_never_found_and_not_looked_for() -> None:
    async with Stub(WHATSAPP.respond) as stub:
        part = Native(0, "Messages", {"To": CUSTOMER, "ContentSid": CONTENT})
        assert await WHATSAPP.build(stub.url).reconcile(part, KEY, WHATSAPP.account(), SINCE) is None
        assert stub.calls == []


@pytest.mark.parametrize("answer", [refused(20500, 500), refused(20003, 401), Answer(fault="lose")])
async def test_a_list_that_cannot_be_had_is_asked_for_later(answer: Answer) -> None:
    async with Stub(SMS.respond) as stub:
        stub.answers = [answer]
        with pytest.raises(Transient):
            await SMS.build(stub.url).reconcile(rendered(SMS, "Hi")[0], KEY, SMS.account(), SINCE)


# What no webhook brought -----------------------------------------------------------------------------------------


async def test_messages_that_no_webhook_brought_have_the_keys_that_it_would_have_given_them() -> None:
    theirs = {"direction": "inbound", "from": f"whatsapp:{CUSTOMER}", "to": f"whatsapp:{NUMBER}"}
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    pages = {
        None: [
            listed(2, after_s=9, body="два", **theirs),
            listed(3),
            listed(4, body="old", after_s=-90, **theirs),
        ],
        "1": [listed(1, after_s=2, body="", num_media="1", **theirs)],
    }
    file = {"uri": f"/2010-04-01/Accounts/{SID}/Messages/SM1/Media/ME1.json", "content_type": "image/png"}

    def respond(called: Called) -> Answer:
        if called.path.endswith("/Media.json"):
            return Answer(body={"media_list": [file]})
        page = called.query.get("Page")
        following = None if page else f"{path}?To=x&Page=1"
        return Answer(body={"messages": pages[page], "next_page_uri": following})

    account = WHATSAPP.account()
    async with Stub(respond) as stub:
        first, second = await WHATSAPP.build(stub.url).backfill(account, SINCE)
        asked, url = stub.calls[0], stub.url
    assert asked.path == path
    wanted = {"To": f"whatsapp:{NUMBER}", "DateSent>": "2026-11-20T09:59:55Z", "PageSize": "1000"}
    assert asked.query == wanted
    [hooked] = read(WHATSAPP, number=2, Body="два")  # type: ignore[arg-type]
    assert (second.dedupe_key, second.chat, second.text) == (hooked.dedupe_key, hooked.chat, hooked.text)
    assert second.sender.aliases == hooked.sender.aliases
    assert second.at == SINCE.replace(microsecond=0) + timedelta(seconds=9)
    [media] = first.media
    assert (media.kind, dict(media.ref)) == ("image", {"url": url + file["uri"].removesuffix(".json")})


async def test_pages_elsewhere_are_not_followed_and_files_that_are_gone_do_not_hide_words() -> None:
    theirs = {"direction": "inbound", "num_media": "1"}

    def respond(called: Called) -> Answer:
        if called.path.endswith("/Media.json"):
            return refused(20404, 404)
        return Answer(body={"messages": [listed(1, **theirs)], "next_page_uri": "/elsewhere?Page=1"})

    async with Stub(respond) as stub:
        [event] = await SMS.build(stub.url).backfill(SMS.account(), SINCE)
        assert (event.text, event.media) == ("Hi", ())
        assert len(stub.calls) == 2
        stub.answers = [respond(stub.calls[0]), refused(20429, 429)]
        with pytest.raises(RateLimited):  # or the message would be kept without its file
            await SMS.build(stub.url).backfill(SMS.account(), SINCE)


async def test_a_list_in_another_form_holds_nothing() -> None:
    for body in ({}, {"messages": None}, {"messages": [1, {}, {"direction": "inbound"}]}):
        async with Stub(lambda called, body=body: Answer(body=body)) as stub:  # type: ignore[misc]
            assert await SMS.build(stub.url).backfill(SMS.account(), SINCE) == []


async def test_prices_are_read_where_twilio_knows_them_and_nonsense_is_none() -> None:
    told = [
        {"sid": "SM1", "price": "-0.01580", "price_unit": "usd", "num_segments": "2"},
        {"sid": "SM2", "price": None, "price_unit": "USD", "num_segments": "1"},
        {"sid": "SM3", "price": "0.00500", "price_unit": "EUR", "num_segments": "many"},
        {"sid": "SM4", "price": "NaN", "price_unit": "USD"},
        {"sid": "SM5", "price": "-1e99", "price_unit": "USD"},
        {"sid": "SM6", "price": "-0.1", "price_unit": "dollars"},
        {"price": "-0.1", "price_unit": "USD"},
    ]
    async with Stub(lambda called: Answer(body={"messages": told})) as stub:
        prices = await SMS.build(stub.url).prices(SMS.account(), SINCE)  # type: ignore[attr-defined]
        service = SMS.account(messaging_service_sid=SERVICE)
        await SMS.build(stub.url).prices(service, SINCE)  # type: ignore[attr-defined]
        own, any_number = stub.calls
    assert prices == [Price("SM1", Decimal("0.0158"), "USD", 2), Price("SM3", Decimal("0.005"), "EUR", None)]
    assert own.query == {"From": NUMBER, "DateSent>": "2026-11-20T09:59:55Z", "PageSize": "1000"}
    assert "From" not in any_number.query


# Files -----------------------------------------------------------------------------------------------------------


async def fetched(kit: TwilioKit, respond: Respond, path: str = "/Media/ME1") -> tuple[bytes, list[Called]]:
    """The bytes of a file, and the requests for it."""
    async with Stub(respond) as stub:
        ref = MediaRef("image", {"url": stub.url + path})
        found = b"".join([chunk async for chunk in kit.build(stub.url).fetch_media(ref, kit.account())])
        return found, stub.calls


async def test_a_file_is_fetched_and_the_store_it_lies_in_gets_no_credentials() -> None:
    def respond(called: Called) -> Answer:
        if called.path == "/Media/ME1":
            return Answer(307, "", {"Location": "/store/1?signature=x"})
        return Answer(body="PNG", content_type="image/png")

    found, calls = await fetched(SMS, respond)
    assert found == b"PNG"
    assert calls[0].headers["authorization"] == "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode()
    assert "authorization" not in calls[1].headers and calls[1].path == "/store/1"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a.jpg",
        "http://api.twilio.com/a.jpg",
        "https://api.twilio.com.evil.example/a",
        "https://evil-twilio.com/a",
        "https://user@api.twilio.com/a",
        "https://api.twilio.com:8443/a",
        "https://api.twilio.com@evil.example/a",
        "http://127.0.0.1:1/a",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_a_file_that_is_not_at_twilio_is_asked_for_nowhere(address: str) -> None:
    ref = MediaRef("image", {"url": address})
    async with Stub(SMS.respond) as stub:
        adapter = SMS.build(stub.url)
        with pytest.raises(NotSent) as raised:
            [chunk async for chunk in adapter.fetch_media(ref, SMS.account())]
        assert (raised.value.code, raised.value.retryable) == ("media_gone", False)
        assert stub.calls == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (Answer(404, {}), NotSent, "media_gone"),
        (Answer(500, "no"), Transient, "provider_unavailable"),
        (Answer(429, "no"), Transient, "provider_unavailable"),
        (Answer(401, {}), AuthFailed, "channel_unauthorized"),
        (Answer(fault="lose"), Transient, "provider_unavailable"),
        (Answer(302, "", {"Location": "http://127.0.0.1:1/private"}), NotSent, "media_gone"),
        (Answer(302, "", {"Location": "ftp://example.com/x"}), NotSent, "media_gone"),
        (Answer(302, "", {"Location": "/Media/again"}), NotSent, "media_gone"),
    ],
)
async def test_why_a_file_is_not_there_is_told(answer: Answer, kind: type[NotSent], code: str) -> None:
    with pytest.raises(kind) as raised:
        await fetched(SMS, lambda called: answer)
    assert raised.value.code == code
    assert TOKEN not in f"{raised.value!r}{raised.value.__cause__!r}"


# Signs -----------------------------------------------------------------------------------------------------------


async def test_typing_is_shown_below_the_customers_message_on_whatsapp_only() -> None:
    async with Stub(lambda called: Answer(body={"success": True})) as stub:
        adapter = WHATSAPP.build(stub.url)
        await adapter.signal("typing", "whatsapp:+1", "SM1", WHATSAPP.account())
        [called] = stub.calls
        assert (called.method, called.path) == ("POST", "/v2/Indicators/Typing.json")
        assert called.form == {"messageId": "SM1", "channel": "whatsapp"}
        await adapter.signal("typing", "whatsapp:+1", None, WHATSAPP.account())
        await adapter.signal("read", "whatsapp:+1", "SM1", WHATSAPP.account())
        await adapter.signal("typing", "+1", "SM1", SMS.account())
        assert len(stub.calls) == 1


def test_typing_has_a_host_of_its_own_at_twilio_only() -> None:
    assert Calls(Transport(fetcher())).messaging == "https://messaging.twilio.com"
    assert Calls(Transport(fetcher(), twilio_url="https://stub")).messaging == "https://stub"


# Connecting ------------------------------------------------------------------------------------------------------


class Console:
    """What Twilio remembers of an account, its number, its sender and its service."""

    def __init__(self) -> None:
        self.status = "active"
        self.number: dict[str, Any] = {
            "sid": PHONE,
            "phone_number": NUMBER,
            "sms_url": "",
            "sms_method": "GET",
        }
        self.sender: dict[str, Any] = {"sid": "XE1", "sender_id": f"whatsapp:{NUMBER}", "webhook": {}}
        self.service: dict[str, Any] = {"sid": SERVICE, "inbound_request_url": None}
        self.sets: list[dict[str, Any]] = []
        self.users: dict[str, str] = {}

    def respond(self, called: Called) -> Answer:
        """Its resources."""
        self.users[called.path] = called.headers["authorization"]
        path = called.path.removeprefix(f"/2010-04-01/Accounts/{SID}")
        if called.path.endswith(f"{SID}.json"):
            return Answer(body={"status": self.status, "friendly_name": "Лавка", "auth_token": TOKEN})
        if path == "/IncomingPhoneNumbers.json":
            known = [self.number] if called.query["PhoneNumber"] == self.number["phone_number"] else []
            return Answer(body={"incoming_phone_numbers": known})
        if path == f"/IncomingPhoneNumbers/{PHONE}.json":
            self.sets.append(dict(called.form))
            names = {
                "SmsUrl": "sms_url",
                "SmsMethod": "sms_method",
                "SmsApplicationSid": "sms_application_sid",
            }
            self.number |= {names[name]: value for name, value in called.form.items()}
            return Answer(body=self.number)
        if path == "/v2/Channels/Senders":
            brief = {name: value for name, value in self.sender.items() if name != "webhook"}
            return Answer(body={"senders": [brief]})
        if path == "/v2/Channels/Senders/XE1":
            if called.method == "POST":
                self.sets.append(called.json())
                self.sender["webhook"] = called.json()["webhook"]
            return Answer(body=self.sender)
        assert path == f"/v1/Services/{SERVICE}", path
        return Answer(body=self.service)


@contextmanager
def unchanged(console: Console) -> Iterator[None]:
    """Nothing is set in between."""
    before = len(console.sets)
    yield
    assert len(console.sets) == before


async def test_a_numbers_address_is_set_once_and_mended_when_it_is_another() -> None:
    console, account = Console(), SMS.account()
    async with Stub(console.respond) as stub:
        adapter = SMS.build(stub.url)
        first = await adapter.connect(account)
        assert (first.state, first.problems, first.external_id) == ("ok", (), NUMBER)
        assert first.settings == {"friendly_name": "Лавка"}
        assert console.sets == [{"SmsUrl": URL + OVERRIDES, "SmsMethod": "POST"}]
        with unchanged(console):
            assert (await adapter.connect(account)).state == "ok"
        console.number["sms_method"] = "GET"
        await adapter.connect(account)
        console.number["sms_url"] = URL  # nothing behind it: one try, and a message would be lost
        await adapter.connect(account)
        console.number["sms_application_sid"] = "AP1"
        await adapter.connect(account)
        assert console.sets[-1]["SmsApplicationSid"] == "" and len(console.sets) == 4
        console.number["sms_url"] = "https://elsewhere.example.com"
        with unchanged(console):
            await adapter.disconnect(account)
        console.number["sms_url"] = URL  # by hand, without what stands behind it
        await adapter.disconnect(account)
        assert console.sets[-1] == {"SmsUrl": ""}


async def test_what_is_wrong_with_an_account_is_told() -> None:
    console, account = Console(), SMS.account()
    async with Stub(console.respond) as stub:
        adapter = SMS.build(stub.url)
        console.number["phone_number"] = "+15005550001"
        missing = await adapter.connect(account)
        assert (missing.state, missing.problems[0].code) == ("down", "number_missing")
        console.number["phone_number"] = NUMBER
        stub.answers = [console.respond(stub.calls[0]), console.respond(stub.calls[1]), refused(20403, 403)]
        assert (await adapter.connect(account)).problems[0].code == "webhook_refused"
        console.status = "suspended"
        suspended = await adapter.connect(account)
        assert (suspended.state, suspended.problems[0].code) == ("down", "account_inactive")
        stub.answers = [refused(20003, 401)]
        down = await adapter.connect(account)
        assert (down.state, down.problems[0].mends) == ("down", "reauthorize")
        for away in (refused(20500, 500), refused(20429, 429)):
            stub.answers = [away]
            health = await adapter.connect(account)
            assert (health.state, health.problems[0].code) == ("degraded", "provider_unreachable")
        stub.answers = [refused(20003, 401)]
        await adapter.disconnect(account)  # nothing is ours any more


async def test_an_account_without_an_address_sets_none() -> None:
    console = Console()
    async with Stub(console.respond) as stub:
        health = await SMS.build(stub.url).connect(replace(SMS.account(), webhook_url=""))
    assert (health.problems[0].code, console.sets) == ("webhook_missing", [])


async def test_a_short_number_is_set_by_hand() -> None:
    async with Stub(Console().respond) as stub:
        health = await SMS.build(stub.url).connect(replace(SMS.account(), external_id="12345"))
    assert (health.state, health.problems[0].code) == ("degraded", "webhook_by_hand")


async def test_a_senders_address_is_set_and_what_is_beside_it_stays() -> None:
    console, account = Console(), WHATSAPP.account()
    console.sender["webhook"] = {
        "callback_url": "https://old.example.com",
        "fallback_url": "https://f.example.com",
    }
    async with Stub(console.respond) as stub:
        adapter = WHATSAPP.build(stub.url)
        assert (await adapter.connect(account)).state == "ok"
        hook = {
            "callback_url": URL + OVERRIDES,
            "callback_method": "POST",
            "fallback_url": "https://f.example.com",
        }
        assert console.sets == [{"webhook": hook}]
        with unchanged(console):
            assert (await adapter.connect(account)).state == "ok"
        await adapter.disconnect(account)
        assert console.sets[-1]["webhook"]["callback_url"] == ""
        with unchanged(console):
            await adapter.disconnect(account)


async def test_a_sender_that_cannot_be_set_is_told_with_the_address_to_set() -> None:
    console, account = Console(), WHATSAPP.account()
    async with Stub(console.respond) as stub:
        adapter = WHATSAPP.build(stub.url)
        console.sender["sender_id"] = "whatsapp:+1"  # as with the sandbox
        health = await adapter.connect(account)
        assert (health.state, health.problems[0].code) == ("degraded", "webhook_by_hand")
        assert URL + OVERRIDES in health.problems[0].detail
        for answer in (refused(20403, 403), refused(20404, 404), refused(20500, 500)):
            stub.answers = [console.respond(stub.calls[0]), answer]
            assert (await adapter.connect(account)).problems[0].code == "webhook_by_hand"
        stub.answers = [console.respond(stub.calls[0]), refused(20429, 429)]
        assert (await adapter.connect(account)).problems[0].code == "provider_unreachable"


@BOTH
async def test_a_service_speaks_for_all_its_numbers_so_a_person_sets_it(kit: TwilioKit) -> None:
    console, account = Console(), kit.account(messaging_service_sid=SERVICE)
    async with Stub(console.respond) as stub:
        adapter = kit.build(stub.url)
        with unchanged(console):
            assert (await adapter.connect(account)).problems[0].code == "webhook_by_hand"
            console.service["inbound_request_url"] = URL + OVERRIDES
            assert (await adapter.connect(account)).state == "ok"
        console.service |= {"inbound_request_url": None, "use_inbound_webhook_on_number": True}
        assert (await adapter.connect(account)).state == "ok" and len(console.sets) == 1


async def test_the_account_itself_is_asked_for_by_token_because_a_key_may_not() -> None:
    console = Console()
    account = SMS.account(api_key_sid="SK1")
    account = replace(account, secrets={**account.secrets, "api_key_secret": "s3cret-of-the-key"})
    async with Stub(console.respond) as stub:
        assert (await SMS.build(stub.url).connect(account)).state == "ok"
    own, key = (b64encode(each).decode() for each in (f"{SID}:{TOKEN}".encode(), b"SK1:s3cret-of-the-key"))
    by_path = {path.removeprefix("/2010-04-01/Accounts/"): user for path, user in console.users.items()}
    assert by_path[f"{SID}.json"] == f"Basic {own}"
    assert by_path[f"{SID}/IncomingPhoneNumbers/{PHONE}.json"] == f"Basic {key}"


def test_our_fixtures_have_the_names_of_the_vendors_schema() -> None:
    document = json.loads(spec("twilio_api_v2010.json").read_text("utf-8"))
    schemas, paths = document["components"]["schemas"], document["paths"]
    number = schemas["api.v2010.account.incoming_phone_number"]["properties"]
    assert {*Console().number, "sms_application_sid"} <= number.keys()
    assert listed().keys() <= schemas["api.v2010.account.message"]["properties"].keys()
    assert {"uri", "content_type"} <= schemas["api.v2010.account.message.media"]["properties"].keys()
    root = "/2010-04-01/Accounts/{AccountSid}"
    asked = {each["name"] for each in paths[f"{root}/Messages.json"]["get"]["parameters"]}
    assert {"To", "From", "DateSent>", "PageSize"} <= asked
    form = paths[f"{root}/IncomingPhoneNumbers/{{Sid}}.json"]["post"]["requestBody"]["content"]
    settable = form["application/x-www-form-urlencoded"]["schema"]["properties"]
    assert {"SmsUrl", "SmsMethod", "SmsApplicationSid"} <= settable.keys()
