"""The doubles of providers, spoken to by the product's own adapters: whoever uses them tests what he means to test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from omnisupport.api import channel_accounts as read
from omnisupport.api.schemas import channels as schemas
from omnisupport.channels.base import Account, Adapter, Ambiguous, Chat, NotSent, RateLimited, RawRequest
from omnisupport.channels.registry import folder_of, inbound_of, outbound_of, render_of
from omnisupport.channels.transport import Transport
from omnisupport.devstack.simulator.addresses import ADDRESSES
from omnisupport.devstack.simulator.api import ApiDouble
from omnisupport.devstack.simulator.double import Called, Double, Heard, Hook, NotConnected
from omnisupport.devstack.simulator.server import Simulator
from omnisupport.domain.inbound import EventKind, InboundEvent
from omnisupport.domain.message import Outbound
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.access.webhooks import new_secret
from tests.channels.shelf import PAPER, PDF, PHOTO, Shelf, media
from tests.support.simulated import simulated

PERSON = "79161234567"
BUTTONS = [{"id": "3.more.human", "label": "Позвать оператора"}, {"id": "3.more.nothing", "label": "Спасибо"}]
REAL = ("telegram", "meta", "twilio", "sms", "vk", "max")
CHANNELS = (*REAL, "api")


def told(name: str, simulator: Simulator) -> tuple[Double, Connected]:
    """A double and an account of it."""
    double = simulator.doubles["twilio" if name == "sms" else name]
    made = double.new_account("whatsapp" if name in ("meta", "twilio") else name)
    readers: dict[str, Any] = {
        "telegram": lambda: read.telegram(schemas.TelegramAccount(**made)),
        "meta": lambda: read.whatsapp(schemas.MetaAccount(**made)),
        "twilio": lambda: read.whatsapp(schemas.TwilioWhatsApp(**made)),
        "sms": lambda: read.sms(schemas.TwilioSms(**made)),
        "vk": lambda: read.vk(schemas.VkAccount(**made)),
        "max": lambda: read.max_bot(schemas.MaxAccount(**made)),
        "api": lambda: read.api(schemas.ApiAccount(**made)),
    }
    account = readers[name]()
    if name == "api":
        secret = account.secrets["signing"][0]
        double.connected(made, {"webhook_url": "http://support.example/webhooks/api/token", "secret": secret})
    return double, account


class Talk:
    """An account, its adapter, its double and one customer."""

    def __init__(self, name: str, simulator: Simulator) -> None:
        self.simulator = simulator
        self.double, made = told(name, simulator)
        self.account = Account(
            UUID(int=7),
            UUID(int=8),
            made.type,
            made.provider,
            made.external_id or "",
            dict(made.settings),
            dict(made.secrets),
            webhook_url=f"http://support.example/webhooks/{made.provider}/token",
        )
        environment = simulator.environment()
        urls = {key.lower().replace("_api_", "_"): url for key, url in environment.items()}
        fetcher = Fetcher(EgressPolicy.parse(simulator.url.removeprefix("http://")))
        self.transport = Transport(fetcher, call_s=1.0, **urls)
        folder = folder_of(made.type, made.provider)
        assert folder is not None
        self.folder = folder
        self.adapter: Adapter = outbound_of(folder, self.transport)
        self.events: list[InboundEvent] = []
        self.double.call = self._take

    async def _take(self, hook: Hook) -> Heard:
        inbound = inbound_of(self.folder)
        url, _, query = hook.url.partition("?")
        assert url == self.account.webhook_url
        raw = RawRequest(hook.method, url, hook.headers, hook.body, query)
        inbound.verify(raw, self.account)
        self.events += inbound.parse(raw, self.account)
        reply = inbound.ack(raw, self.account)
        return Heard(reply.status, reply.body)

    async def connect(self) -> None:
        """As the connection's workflow does: look, keep what was learned, look again."""
        for _ in range(3):
            health = await self.adapter.connect(self.account)
            settings = {**self.account.settings, **health.settings}
            known = health.external_id or self.account.external_id or next(iter(self.double.lines))
            self.account = replace(self.account, settings=settings, external_id=known)
        assert (health.state, health.problems) == ("ok", ())

    async def say(self, text: str, key: str = "k/0", **content: Any) -> str:
        """Send a message of the bot; its id."""
        chat = self.double.chat_of(self.account.external_id, PERSON)
        message = Outbound(
            id=str(UUID(int=1)),
            conversation_id=str(UUID(int=2)),
            key="k",
            locale="ru",
            channel_type=self.account.type,
            recipient=chat,
            text=text,
            content=content,
            channel_id=str(UUID(int=8)),
            author_kind="scenario",
        )
        shown = render_of(self.folder).render(message, self.account, Chat(chat, datetime.now(UTC)))
        self.part = shown[-1]
        return (await self.adapter.send(self.part, key, self.account)).provider_message_id

    def seen(self) -> list[str]:
        """What the customer got."""
        return [each.text for each in self.double.seen(self.account.external_id, PERSON) if not each.own]


@pytest.mark.parametrize("name", REAL)
async def test_a_real_account_is_told_that_this_is_the_simulator(name: str) -> None:
    real = {
        "token": "7123456789:" + "AAHdq-cvCH1" * 3 + "aw",  # of the shape of Telegram's own
        "auth_token": "0123456789abcdef0123456789abcdef",
    }
    async with simulated() as simulator:
        found = Talk(name, simulator)
        secrets = {key: real.get(key, value) for key, value in found.account.secrets.items()}
        secrets |= {"auth_tokens": [real["auth_token"]]} if "auth_tokens" in secrets else {}
        settings = found.account.settings | {"account_sid": f"AC{real['auth_token']}"}
        health = await found.adapter.connect(replace(found.account, secrets=secrets, settings=settings))
        [problem] = health.problems
        assert (health.state, problem.code, problem.mends) == ("down", "unauthorized", "reauthorize")
        setting = next(key for key, double in ADDRESSES.items() if double == found.double.provider)
        assert "This is the simulator: for the real" in problem.detail
        assert problem.detail.rstrip(")").endswith(f"Это симулятор: для настоящего запустите с {setting} .")
        await found.adapter.close()


@pytest.fixture(params=CHANNELS)
async def talk(request: pytest.FixtureRequest) -> Any:
    """One of each channel, connected."""
    async with simulated() as simulator:
        found = Talk(request.param, simulator)
        await found.connect()
        yield found
        await found.adapter.close()
        await found.transport.close()


async def test_a_customer_writes_is_answered_and_presses(talk: Talk) -> None:
    heard = await talk.double.write(talk.account.external_id, PERSON, "Где мой заказ?")
    assert heard.status == 200
    [event] = talk.events
    assert (event.kind, event.text) == (EventKind.MESSAGE, "Где мой заказ?")
    assert event.chat == talk.double.chat_of(talk.account.external_id, PERSON)
    await talk.say("**Помочь** ещё?", buttons=BUTTONS)
    [shown] = [each for each in talk.double.seen(talk.account.external_id, PERSON) if not each.own]
    if talk.folder == "twilio":  # it has no buttons without templates
        assert "1) Позвать оператора" in shown.text and shown.buttons == ()
        return
    assert shown.text in ("Помочь ещё?", "*Помочь* ещё?", "**Помочь** ещё?")
    assert [each.label for each in shown.buttons] == ["Позвать оператора", "Спасибо"]
    await talk.double.press(shown.id, "Спасибо", PERSON)
    assert talk.events[-1].button == "3.more.nothing"


async def test_a_file_of_a_customer_is_fetched(talk: Talk) -> None:
    file = talk.double.keep("счёт.pdf", "application/pdf", b"%PDF-1.7 something")
    await talk.double.write(talk.account.external_id, PERSON, "вот", file)
    [media] = talk.events[-1].media
    fetched = b"".join([chunk async for chunk in talk.adapter.fetch_media(media, talk.account)])
    assert (fetched, talk.events[-1].text) == (b"%PDF-1.7 something", "вот")


@pytest.mark.parametrize("name", ["telegram", "meta", "vk", "max"])
@pytest.mark.parametrize("file_id", [PHOTO, PAPER], ids=["photo", "paper"])
async def test_a_file_of_ours_arrives_as_a_file(name: str, file_id: UUID) -> None:
    async with simulated() as simulator:
        talk = Talk(name, simulator)
        shelf = Shelf()
        talk.transport.files = shelf
        await talk.connect()
        await talk.say("Вот", files=[media(file_id)])
        [shown] = [each for each in talk.double.seen(talk.account.external_id, PERSON) if not each.own]
        assert shown.text == "Вот"
        assert [talk.double.files[each] for each in shown.files] == [shelf.files[file_id]]
        if name == "max":
            film = media(PAPER, kind="video", mime="video/mp4", name="a.mp4")
            await talk.say("Фильм", "k/1", files=[film])
            last = talk.double.seen(talk.account.external_id, PERSON)[-1]
            assert [talk.double.files[each][2] for each in last.files] == [PDF]
        await talk.adapter.close()
        await talk.transport.close()


async def test_what_goes_wrong_goes_wrong_as_the_provider_says_it(talk: Talk) -> None:
    faults = talk.simulator.faults
    faults[talk.double.provider] = "busy"
    with pytest.raises(RateLimited):
        await talk.say("раз")
    faults[talk.double.provider] = "blocked"
    with pytest.raises(NotSent) as refused:
        await talk.say("два")
    assert refused.value.code == "recipient_gone"
    faults[talk.double.provider] = "silent"
    with pytest.raises(Ambiguous):
        await talk.say("три")
    assert talk.seen() == ["три"]
    del faults[talk.double.provider]
    if talk.adapter.reconcilable:
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert await talk.adapter.reconcile(talk.part, "k/0", talk.account, since)
    if talk.adapter.idempotent:
        await talk.say("три")
        assert talk.seen() == ["три"]


async def test_receipts_come_back_under_our_key(talk: Talk) -> None:
    key = "k7/0" if talk.folder == "api" else "ключ/0"  # a header there
    await talk.say("раз", key=key)
    [shown] = talk.double.seen(talk.account.external_id, PERSON)
    await talk.double.tell(shown.id, "delivered")
    if talk.double.receipts:
        status = talk.events[-1]
        assert (status.kind, status.status) == (EventKind.STATUS, "delivered")
        if talk.folder == "api":  # it names the message by its own id
            assert status.ref == shown.id
        else:
            assert status.part_key == "ключ/0"
    else:
        assert talk.events == []


async def test_an_app_knows_its_secret_after_a_restart_and_nobody_without_it(tmp_path: Path) -> None:
    kept = tmp_path / "simulator.json"

    async def taken(hook: Hook) -> Heard:
        return Heard(200, "")

    first = ApiDouble("http://127.0.0.1:1/api", taken, kept)
    made = first.new_account("api")
    first.connected(made, {"webhook_url": "http://127.0.0.1:1/hook", "secret": new_secret()})
    [line] = ApiDouble("http://127.0.0.1:1/api", taken, kept).lines.values()
    assert (line.account, line.hook) == (made["url"].rpartition("/")[2], "http://127.0.0.1:1/hook")
    assert line.secret == first.lines[line.account].secret and kept.stat().st_mode & 0o077 == 0
    unsigned = Called("POST", f"/{line.account}", {}, {}, b'{"type":"send"}', {"type": "send"})
    assert (await first.answer(unsigned)).status == 401
    assert (await ApiDouble("http://127.0.0.1:1/api", taken).answer(unsigned)).status == 401


async def test_nobody_can_write_before_the_account_has_told_an_address() -> None:
    async with simulated() as simulator:
        for double in simulator.doubles.values():
            with pytest.raises(NotConnected):
                await double.write("1", PERSON, "раз")
