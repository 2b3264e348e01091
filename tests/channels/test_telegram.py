"""The Telegram adapter against the conformance suite, and what only Telegram does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Chat,
    Moved,
    NotSent,
    RateLimited,
    RawRequest,
    RecipientGone,
    Transient,
)
from omnisupport.channels.telegram.inbound import AUTH_HEADER
from omnisupport.channels.telegram.render import button_data
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import EventKind, InboundEvent
from omnisupport.domain.message import Native
from tests.channels.conformance import (
    CHANNEL,
    IMPATIENT_S,
    TENANT,
    Conformance,
    Kit,
    epoch,
    fetcher,
    parts_of,
    with_other_secrets,
)
from tests.channels.stub import Answer, Called, Stub

TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "s3cret-of-this-bot_0123456789abcdef"


class TelegramKit(Kit):
    """The Bot API."""

    type: ClassVar[str] = "telegram"
    provider: ClassVar[str] = "telegram"

    def account(self, **settings: Any) -> Account:
        return Account(
            TENANT,
            CHANNEL,
            "telegram",
            "telegram",
            "123456",
            settings,
            {"token": TOKEN, "webhook": [SECRET]},
            webhook_url="https://support.example.com/webhooks/telegram/tok",
        )

    def transport(self, url: str) -> Transport:
        return Transport(fetcher(), telegram_url=url, call_s=IMPATIENT_S)

    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        update = {"update_id": 5000 + number, "message": message(number, int(chat), text=text)}
        return signed(account, update)

    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        return replace(request, body=body)

    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        return with_other_secrets(request, AUTH_HEADER, SECRET, TOKEN)

    def respond(self, called: Called) -> Answer:
        method = called.path.rpartition("/")[2]
        if method == "getMe":
            me = {"id": 123456, "is_bot": True, "first_name": "Лавка", "username": "lavka_bot"}
            return Answer(body={"ok": True, "result": me})
        if method in ("setWebhook", "deleteWebhook", "sendChatAction"):
            return Answer(body={"ok": True, "result": True})
        chat = int(called.form.get("chat_id", "0") or 0)
        sent = {"message_id": 77, "date": epoch(), "chat": {"id": chat, "type": "private"}, "text": "x"}
        return Answer(body={"ok": True, "result": sent})

    def sent_text(self, called: Called) -> str:
        return called.form["text"]

    def is_send(self, called: Called) -> bool:
        return called.path.rpartition("/")[2].startswith("send")

    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        return [
            ("429", refusal(429, "Too Many Requests: retry after 7", {"retry_after": 7}), RateLimited),
            ("429 without a hint", refusal(429, "Too Many Requests"), RateLimited),
            ("403 blocked", refusal(403, "Forbidden: bot was blocked by the user"), RecipientGone),
            ("400 no chat", refusal(400, "Bad Request: chat not found"), RecipientGone),
            ("400", refusal(400, "Bad Request: message text is empty"), BadPayload),
            ("401", refusal(401, "Unauthorized"), AuthFailed),
            ("404", refusal(404, "Not Found"), AuthFailed),
            ("409", refusal(409, "Conflict: terminated by other getUpdates request"), AuthFailed),
            ("413", refusal(413, "Request Entity Too Large"), BadPayload),
            ("500", refusal(500, "Internal Server Error"), Ambiguous),
            ("restart", refusal(500, "Internal Server Error: restart"), Transient),
            (
                "moved",
                refusal(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}),
                Moved,
            ),
        ]


def refusal(status: int, description: str, parameters: dict[str, Any] | None = None) -> Answer:
    """An error of the Bot API."""
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    hint = (parameters or {}).get("retry_after")
    return Answer(status, body, {"Retry-After": str(hint)} if hint else {})


def message(number: int, chat: int = 1001, **content: Any) -> dict[str, Any]:
    """A message as updates have it."""
    name = {"first_name": "Иван", "last_name": "Петров", "username": "ivan", "language_code": "ru"}
    told = {"message_id": number, "date": 1_795_000_000, "chat": {"id": chat, "type": "private"}}
    return told | {"from": {"id": chat, "is_bot": False, **name}} | content


def signed(account: Account, update: dict[str, Any]) -> RawRequest:
    """An update as Telegram posts it."""
    return RawRequest(
        "POST",
        account.webhook_url,
        {AUTH_HEADER: account.secrets["webhook"][0], "content-type": "application/json"},
        json.dumps(update).encode(),
    )


class TestTelegram(Conformance):
    """The suite."""

    kit: ClassVar[Kit] = TelegramKit()


KIT = TelegramKit()


def read(update: dict[str, Any]) -> list[InboundEvent]:
    """What an update tells of."""
    account = KIT.account()
    return list(KIT.inbound.parse(signed(account, update), account))


def test_who_wrote_is_known_by_an_id_that_stays() -> None:
    [event] = read({"update_id": 1, "message": message(5, text="раз")})
    assert event.sender.aliases == ("1001",)
    assert (event.sender.name, event.sender.username, event.sender.locale) == ("Иван Петров", "ivan", "ru")
    assert (event.chat, event.ref) == ("1001", "1001:5")


def test_a_group_is_known_by_itself_whoever_of_it_writes() -> None:
    said = message(5, text="раз") | {"chat": {"id": -7, "type": "supergroup", "title": "Наши"}}
    [event] = read({"update_id": 1, "message": said})
    assert (event.chat, event.sender.aliases, event.sender.name) == ("-7", (), "Наши")


def test_a_press_has_its_button_and_is_answered_in_the_same_breath() -> None:
    press = {"id": "77", "from": message(1)["from"], "message": message(5), "data": "3.ask.yes"}
    update = {"update_id": 2, "callback_query": press}
    [event] = read(update)
    assert (event.kind, event.button, event.text) == (EventKind.MESSAGE, "3.ask.yes", "")
    told = KIT.inbound.ack(signed(KIT.account(), update), KIT.account())
    assert json.loads(told.body) == {"method": "answerCallbackQuery", "callback_query_id": "77"}


@pytest.mark.parametrize(
    ("content", "kind", "file_id", "name"),
    [
        (
            {"photo": [{"file_id": "s", "width": 90}, {"file_id": "l", "width": 1280}]},
            "image",
            "l",
            None,
        ),
        (
            {"document": {"file_id": "d", "file_name": "счёт.pdf"}},
            "file",
            "d",
            "счёт.pdf",
        ),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, "voice", "v", None),
        ({"video": {"file_id": "m", "mime_type": "video/mp4"}}, "video", "m", None),
        ({"sticker": {"file_id": "st"}}, "sticker", "st", None),
        ({"animation": {"file_id": "g"}, "document": {"file_id": "g"}}, "video", "g", None),
    ],
)
def test_files_are_named_and_stay_there(
    content: dict[str, Any], kind: str, file_id: str, name: str | None
) -> None:
    [event] = read({"update_id": 3, "message": message(5, caption="вот", **content)})
    [media] = event.media
    assert (media.kind, dict(media.ref), media.name, event.text) == (kind, {"file_id": file_id}, name, "вот")


def test_an_album_is_several_messages_of_one_group() -> None:
    events = [
        read({"update_id": n, "message": message(n, media_group_id="g1", photo=[{"file_id": str(n)}])})[0]
        for n in (1, 2)
    ]
    assert {event.album for event in events} == {"g1"} and len({event.dedupe_key for event in events}) == 2


def test_an_edit_a_block_and_a_move_are_told_as_such() -> None:
    [edit] = read({"update_id": 4, "edited_message": message(5, text="два", edit_date=1_795_000_060)})
    assert (edit.kind, edit.ref, edit.text) == (EventKind.EDIT, "1001:5", "два")
    member = {
        "chat": {"id": 1001},
        "from": message(1)["from"],
        "date": 1,
        "new_chat_member": {"status": "kicked"},
    }
    [gone] = read({"update_id": 5, "my_chat_member": member})
    assert (gone.kind, gone.reachable) == (EventKind.MEMBERSHIP, False)
    [moved] = read({"update_id": 6, "message": message(7, chat=-5, migrate_to_chat_id=-1005)})
    assert (moved.kind, moved.chat, moved.moved_to) == (EventKind.MOVED, "-5", "-1005")


def test_what_is_of_no_interest_is_left_out() -> None:
    assert read({"update_id": 8, "message": message(5, pinned_message={"message_id": 1})}) == []
    assert read({"update_id": 9, "poll": {"id": "1"}}) == []


def test_the_owner_of_a_business_account_is_no_customer() -> None:
    own = message(5, text="это я") | {"business_connection_id": "b", "chat": {"id": 42, "type": "private"}}
    [event] = read({"update_id": 10, "business_message": own})
    assert event.kind is EventKind.ECHO


def rendered(text: str, **content: Any) -> list[Native]:
    """Calls for a message."""
    return KIT.render.render(KIT.message(text, **content), KIT.account(), Chat("1001"))


def test_a_bots_markdown_is_html_and_what_a_customer_might_have_typed_is_escaped() -> None:
    [call] = rendered("**Да** <b>нет</b> [тут](https://example.com/?a=1&b=2)")
    assert call.payload["parse_mode"] == "HTML"
    assert call.payload["text"] == (
        '<b>Да</b> &lt;b&gt;нет&lt;/b&gt; <a href="https://example.com/?a=1&amp;b=2">тут</a>'
    )


def test_an_operators_text_is_no_markup() -> None:
    [call] = KIT.render.render(
        replace(KIT.message("2 * 3 < 7 **так**"), author_kind="operator"), KIT.account(), Chat("1001")
    )
    assert call.payload["text"] == "2 * 3 < 7 **так**" and "parse_mode" not in call.payload


def test_buttons_stand_under_the_last_part_and_their_ids_fit() -> None:
    calls = rendered("я" * 5000, buttons=[{"id": "1.a", "label": "А"}, {"id": "я" * 60, "label": "Б"}])
    assert parts_of(calls) == ["sendMessage", "sendMessage"]
    assert "reply_markup" not in calls[0].payload
    keys = [row[0]["callback_data"] for row in calls[1].payload["reply_markup"]["inline_keyboard"]]
    assert keys == ["1.a", button_data("я" * 60)] and all(len(key.encode()) <= 64 for key in keys)


def test_files_places_and_people_have_their_own_calls() -> None:
    forms = {"media": {"kind": "image", "url": "https://example.com/a.jpg"}}
    [photo] = rendered("x", forms=forms, plain="Вот схема")
    assert (photo.method, photo.payload["photo"], photo.payload["caption"]) == (
        "sendPhoto",
        "https://example.com/a.jpg",
        "Вот схема",
    )
    long = rendered("x", forms=forms, plain="я" * 1500)
    assert parts_of(long) == ["sendPhoto", "sendMessage"]
    place = {"location": {"lat": 55.7, "lon": 37.6, "title": "Склад", "address": "Тверская, 1"}}
    assert parts_of(rendered("x", forms=place, plain="Мы тут")) == ["sendMessage", "sendVenue"]
    person = {"contact": {"name": "Ольга", "phone": "+79990000000"}}
    assert parts_of(rendered("x", forms=person, plain="")) == ["sendContact"]


async def test_html_that_telegram_cannot_read_goes_once_more_as_plain_words() -> None:
    async with Stub(KIT.respond) as stub:
        stub.answers = [refusal(400, "Bad Request: can't parse entities: unexpected end tag")]
        [part] = rendered("**Да** & нет")
        adapter = KIT.build(stub.url)
        with pytest.raises(BadPayload) as raised:
            await adapter.send(part, "k/0", KIT.account())
        await adapter.close()
        fallback = raised.value.fallback
        assert fallback is not None
        assert (fallback.payload["text"], fallback.lossy) == ("Да & нет", ("formatting_lost",))
        assert "parse_mode" not in fallback.payload


async def test_a_file_is_fetched_and_its_address_with_the_token_is_told_to_nobody() -> None:
    def respond(called: Called) -> Answer:
        if called.path.endswith("/getFile"):
            return Answer(
                body={
                    "ok": True,
                    "result": {"file_id": "d", "file_unique_id": "u", "file_path": "documents/a.pdf"},
                }
            )
        return Answer(body="%PDF", content_type="application/pdf")

    [event] = read({"update_id": 3, "message": message(5, document={"file_id": "d"})})
    async with Stub(respond) as stub:
        adapter = KIT.build(stub.url)
        found = b"".join([chunk async for chunk in adapter.fetch_media(event.media[0], KIT.account())])
        assert found == b"%PDF"
        stub.answers = [respond(Called("POST", "/x/getFile", {}, {}, b"", {})), Answer(500, "no")]
        with pytest.raises(Transient) as raised:
            [chunk async for chunk in adapter.fetch_media(event.media[0], KIT.account())]
        assert TOKEN not in f"{raised.value!r}{raised.value.__cause__!r}"
        stub.answers = [refusal(400, "Bad Request: file is too big")]
        with pytest.raises(NotSent):
            [chunk async for chunk in adapter.fetch_media(event.media[0], KIT.account())]
        await adapter.close()


class Webhook:
    """What the Bot API remembers of a webhook."""

    def __init__(self) -> None:
        self.url = ""
        self.updates: list[str] = []
        self.error: tuple[int, str] | None = None
        self.sets = 0

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        method = called.path.rpartition("/")[2]
        if method == "setWebhook":
            self.sets += 1
            self.url, self.updates = called.form["url"], json.loads(called.form["allowed_updates"])
            return Answer(body={"ok": True, "result": True})
        if method == "getWebhookInfo":
            info: dict[str, Any] = {
                "url": self.url,
                "has_custom_certificate": False,
                "pending_update_count": 0,
            }
            info["allowed_updates"] = self.updates
            if self.error:
                info |= {"last_error_date": self.error[0], "last_error_message": self.error[1]}
            return Answer(body={"ok": True, "result": info})
        return KIT.respond(called)


async def test_the_webhook_is_made_once_and_mended_when_it_is_gone_or_its_secret_is_another() -> None:
    webhook, account = Webhook(), KIT.account()
    async with Stub(webhook.respond) as stub:
        adapter = KIT.build(stub.url)
        first = await adapter.connect(account)
        assert (first.state, first.external_id, first.settings["bot_username"]) == (
            "ok",
            "123456",
            "lavka_bot",
        )
        account = replace(account, settings=first.settings)
        await adapter.connect(account)
        assert webhook.sets == 1
        webhook.url = "https://elsewhere.example.com"
        await adapter.connect(account)
        assert (webhook.sets, webhook.url) == (2, account.webhook_url)
        await adapter.connect(replace(account, secrets={**account.secrets, "webhook": ["new", SECRET]}))
        assert webhook.sets == 3
        webhook.error = (epoch() - 5, "Wrong response from the webhook: 502 Bad Gateway")
        degraded = await adapter.connect(account)
        assert (degraded.state, degraded.problems[0].code) == ("degraded", "webhook_failing")
        webhook.error = (epoch() - 4000, "long ago")
        assert (await adapter.connect(account)).state == "ok"
        stub.answers = [refusal(401, "Unauthorized")]
        down = await adapter.connect(account)
        assert (down.state, down.problems[0].mends) == ("down", "reauthorize")
        stub.answers = [refusal(500, "Internal Server Error")]
        assert (await adapter.connect(account)).state == "degraded"
        await adapter.close()


def test_a_reaction_is_all_signs_that_are_left_and_none_is_one_taken_back() -> None:
    account = KIT.account()
    told = {"chat": {"id": 1001, "type": "private"}, "message_id": 77, "date": 1_795_000_000}
    told |= {"user": {"id": 1001, "first_name": "Иван"}, "old_reaction": []}

    def read(*signs: dict[str, str]) -> InboundEvent:
        update = {"update_id": 1, "message_reaction": {**told, "new_reaction": list(signs)}}
        [event] = KIT.inbound.parse(signed(account, update), account)
        return event

    liked = read({"type": "emoji", "emoji": "👍"}, {"type": "custom_emoji", "custom_emoji_id": "5"})
    assert (liked.kind, liked.text, liked.ref, liked.chat) == (EventKind.REACTION, "👍⭐", "1001:77", "1001")
    assert liked.sender.aliases == ("1001",)
    assert read().text == ""
