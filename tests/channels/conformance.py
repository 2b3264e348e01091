"""What every adapter must do, whatever its provider: a test class that a channel's tests derive from.

`Kit` is what a channel's tests bring along; the suite is `Conformance`.
"""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnisupport.channels import registry
from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    Chat,
    Forged,
    Inbound,
    NotSent,
    RateLimited,
    RawRequest,
    Render,
    Transient,
    Unreadable,
)
from omnisupport.channels.transport import Transport
from omnisupport.domain.capabilities import capabilities, measure
from omnisupport.domain.inbound import DeliveryStatus, EventKind, InboundEvent
from omnisupport.domain.message import Native, Outbound
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.channels.stub import BAD_GATEWAY, Answer, Called, Respond, Stub

TENANT, CHANNEL = UUID(int=7), UUID(int=8)
SHARED = [HealthCheck.differing_executors]
"""One test of many classes: each has its own adapter."""
TEXTS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=9000
)


class Kit(ABC):
    """One provider, seen from both sides."""

    type: ClassVar[str]
    provider: ClassVar[str]
    signed_bodies: ClassVar[bool] = False
    """Whether the signature covers the body, so that one flipped byte is found."""
    speaks_http: ClassVar[bool] = True
    newer_secret: ClassVar[str] = "another"
    """One that the provider does not use yet."""

    @abstractmethod
    def account(self, **settings: Any) -> Account:
        """A connected account."""

    @abstractmethod
    def transport(self, url: str) -> Transport:
        """With the provider's address replaced."""

    @abstractmethod
    def webhook(self, account: Account, *, number: int, text: str, chat: str = "1001") -> RawRequest:
        """A signed webhook with the customer's message of this number."""

    @abstractmethod
    def resigned(self, account: Account, request: RawRequest, body: bytes) -> RawRequest:
        """The same with another body, signed as the provider signs."""

    @abstractmethod
    def forged(self, account: Account, request: RawRequest) -> dict[str, RawRequest]:
        """What must be refused: unsigned, wrong secret, foreign secret, and the provider's own kinds."""

    @abstractmethod
    def respond(self, called: Called) -> Answer:
        """How the provider answers when all is well."""

    @abstractmethod
    def sent_text(self, called: Called) -> str:
        """The text of a send as the customer would read it."""

    @abstractmethod
    def is_send(self, called: Called) -> bool:
        """Whether a call was a send."""

    @abstractmethod
    def faults(self) -> list[tuple[str, Answer, type[Exception]]]:
        """The provider's own error table: a name, the answer, what it has to become."""

    def key_of(self, called: Called) -> str | None:
        """By what the provider knows a send that is repeated; None: it has no such thing."""
        return None

    def statuses(self, account: Account, ref: str, part_key: str) -> dict[DeliveryStatus, RawRequest]:
        """Webhooks about the part of this key, which its provider knows as `ref`: one for each that it tells of."""
        return {}

    def ref_of(self, part_key: str, account: Account) -> str:
        """How the provider may name a part of ours."""
        return f"their-{part_key}"

    def reads(self, request: RawRequest, account: Account) -> Sequence[InboundEvent]:
        """What a webhook tells of, once it is known to be good."""
        self.inbound.verify(request, account)
        return self.inbound.parse(request, account)

    def message(self, text: str = "Здравствуйте", **content: Any) -> Outbound:
        """A message of the bot."""
        return Outbound(
            id=str(UUID(int=1)),
            conversation_id=str(UUID(int=2)),
            key=f"{UUID(int=2)}:1:0:0",
            locale="ru",
            channel_type=self.type,
            recipient=self.chat().address,
            text=text,
            content=content,
            channel_id=str(CHANNEL),
            author_kind="scenario",
        )

    def chat(self) -> Chat:
        """Who is written to."""
        return Chat("1001", last_in_at=datetime.now(UTC))

    @property
    def folder(self) -> str:
        """The adapter's folder."""
        found = registry.folder_of(self.type, self.provider)
        assert found is not None
        return found

    @property
    def inbound(self) -> Inbound:
        """Its way in."""
        return registry.inbound_of(self.folder)

    @property
    def render(self) -> Render:
        """Its rendering."""
        return registry.render_of(self.folder)

    def build(self, url: str) -> Adapter:
        """Its way out, against this address."""
        return registry.outbound_of(self.folder, self.transport(url))


IMPATIENT_S = 1.0
"""How long an adapter under test waits for an answer."""


def fetcher(*allowed: str) -> Fetcher:
    """As the product's, allowed to reach nothing private but these `host:port`."""
    return Fetcher(EgressPolicy.parse(",".join(allowed)))


class Conformance:
    """Derive, set `kit`, and pytest does the rest."""

    kit: ClassVar[Kit]

    # The way in ----------------------------------------------------------------------------------

    def test_a_signed_message_is_read(self) -> None:
        account = self.kit.account()
        request = self.kit.webhook(account, number=1, text="Где мой заказ №7? 😀")
        self.kit.inbound.verify(request, account)
        [event] = self.kit.inbound.parse(request, account)
        assert event.kind is EventKind.MESSAGE and event.text == "Где мой заказ №7? 😀"
        assert event.chat and event.dedupe_key and event.ref and event.at.tzinfo is not None
        assert self.kit.inbound.ack(request, account).status in (200, 204)

    def test_the_same_delivery_has_the_same_key_and_another_message_another(self) -> None:
        account = self.kit.account()
        keys = [self._event(account, number).dedupe_key for number in (1, 1, 2, 3)]
        assert keys[0] == keys[1] and len(set(keys)) == 3

    def test_what_was_not_signed_for_this_account_is_refused(self) -> None:
        account = self.kit.account()
        good = self.kit.webhook(account, number=1, text="раз")
        table = self.kit.forged(account, good)
        assert {"unsigned", "wrong_secret", "foreign_secret"} <= table.keys()
        # Whatever signs it: nobody tells of anything by another method.
        table = {**table, **{each: replace(good, method=each) for each in ("GET", "PUT", "DELETE", "HEAD")}}
        for name, request in table.items():
            assert is_forged(self.kit, request, account), name

    def test_both_secrets_are_good_while_one_is_replaced_and_no_secret_is_no_door(self) -> None:
        account = self.kit.account()
        request = self.kit.webhook(account, number=1, text="раз")
        for name, held in account.secrets.items():
            if isinstance(held, list):
                rotated = replace(account, secrets={**account.secrets, name: [self.kit.newer_secret, *held]})
                self.kit.inbound.verify(request, rotated)
                shut = replace(account, secrets={**account.secrets, name: []})
                with pytest.raises(Forged):
                    self.kit.inbound.verify(request, shut)

    def test_a_flipped_byte_is_found_where_the_body_is_signed(self) -> None:
        account = self.kit.account()
        good = self.kit.webhook(account, number=1, text="раз")
        at = len(good.body) // 2
        flipped = replace(good, body=good.body[:at] + bytes([good.body[at] ^ 1]) + good.body[at + 1 :])
        cut = replace(good, body=good.body[:at])
        for request in (flipped, cut):
            assert not self.kit.signed_bodies or is_forged(self.kit, request, account)
            self._harmless(request, account)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"[]",
            b"{}",
            b'"text"',
            b"1e999",
            b"\xff\xfe\x00",
            b"{" * 2000,
            b"[" * 20000,
            b'{"a":' * 500 + b"1" + b"}" * 500,
            b"a=1&b=2",
            b"%00%ff=%zz",
        ],
        ids=range(12),
    )
    def test_nonsense_that_is_signed_is_read_or_refused_in_words(self, body: bytes) -> None:
        account = self.kit.account()
        good = self.kit.webhook(account, number=1, text="раз")
        self._harmless(self.kit.resigned(account, good, body), account)

    @settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
    @given(
        junk=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "message",
                            "object",
                            "entry",
                            "changes",
                            "value",
                            "messages",
                            "statuses",
                            "update_id",
                            "type",
                            "from",
                            "chat",
                            "id",
                            "body",
                            "text",
                            "callback",
                            "payload",
                            "update_type",
                            "recipient",
                            "sender",
                            "user",
                            "date",
                            "timestamp",
                            "contacts",
                            "metadata",
                        ]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=20,
        )
    )
    def test_whatever_shape_a_body_has_it_never_breaks_the_reader(self, junk: Any) -> None:
        account = self.kit.account()
        good = self.kit.webhook(account, number=1, text="раз")
        self._harmless(self.kit.resigned(account, good, json.dumps(junk).encode()), account)

    def test_each_status_is_read_as_what_it_says_and_has_a_key_of_its_own(self) -> None:
        """In which order they count is the database's affair: tests/storage/test_statuses.py."""
        account, key = self.kit.account(), f"{self.kit.message().key}/0"
        keys = set()
        ref = self.kit.ref_of(key, account)
        told = self.kit.statuses(account, ref, key)
        for status, request in told.items():
            [event] = self.kit.reads(request, account)
            [again] = self.kit.reads(request, account)
            assert (event.kind, event.status) == (EventKind.STATUS, status)
            assert event.part_key == key or (event.part_key is None and event.ref == ref)
            assert again.dedupe_key == event.dedupe_key
            keys.add(event.dedupe_key)
        assert len(keys) == len(told)

    def _harmless(self, request: RawRequest, account: Account) -> None:
        try:
            self.kit.inbound.verify(request, account)
            self.kit.inbound.parse(request, account)
            self.kit.inbound.ack(request, account)
        except (Forged, Unreadable):
            return

    def _event(self, account: Account, number: int) -> Any:
        return self.kit.inbound.parse(self.kit.webhook(account, number=number, text="раз"), account)[0]

    # Rendering -----------------------------------------------------------------------------------

    def test_a_short_text_is_one_call(self) -> None:
        assert len(self._rendered(self.kit.message("Здравствуйте"))) == 1

    def test_a_message_is_rendered_alike_each_time(self) -> None:
        message = self.kit.message(
            "**Раз** и [два](https://example.com/a)", buttons=[{"id": "1.a", "label": "А"}]
        )
        assert self._rendered(message) == self._rendered(message)

    @pytest.mark.parametrize("count", [1, 2, 3, 4, 10, 11, 40])
    def test_every_choice_reaches_the_customer(self, count: int) -> None:
        labels = [f"Выбор {number}" for number in range(1, count + 1)]
        buttons = [{"id": f"3.ask.{number}", "label": label} for number, label in enumerate(labels)]
        natives = self._rendered(self.kit.message("Что выбрать?", buttons=buttons))
        shown = "\n".join(str(native.payload) for native in natives)
        assert all(label in shown for label in labels)
        caps = capabilities(self.kit.type)
        if caps.layout(count) == "numbered":
            assert "choices_numbered" in {loss for native in natives for loss in native.lossy}
            assert f"{count}) Выбор {count}" in shown

    @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
    @given(text=TEXTS)
    def test_no_text_is_longer_than_the_channel_takes_and_nothing_of_it_is_lost(self, text: str) -> None:
        if not text.strip():
            return
        message = replace(self.kit.message(text), author_kind="operator")
        natives = self._rendered(message)
        limit = capabilities(self.kit.type).text
        told = [self.text_of(native) for native in natives]
        if limit is not None:
            assert all(measure(each, capabilities(self.kit.type).unit) <= limit for each in told)
        assert "".join("".join(told).split()) == "".join(text.split())

    def text_of(self, native: Native) -> str:
        """The text of a payload; adapters with another shape override it."""
        return str(native.payload.get("text", native.payload.get("caption", "")))

    def _rendered(self, message: Outbound) -> list[Native]:
        return self.kit.render.render(message, self.kit.account(), self.kit.chat())

    # The way out ---------------------------------------------------------------------------------

    @pytest.fixture
    async def stub(self) -> AsyncIterator[Stub]:
        """The provider."""
        async with Stub(self.respond()) as stub:
            yield stub

    def respond(self) -> Respond:
        """What it answers."""
        return self.kit.respond

    async def test_a_send_is_one_call_and_has_its_id(self, stub: Stub) -> None:
        found = await self._send(stub)
        sends = [called for called in stub.calls if self.kit.is_send(called)]
        assert len(sends) == 1 and self.kit.sent_text(sends[0]) == "Здравствуйте"
        assert found.provider_message_id

    async def test_a_repeat_is_known_by_its_key_where_the_adapter_says_so(self, stub: Stub) -> None:
        for number in (0, 0, 1):
            await self._send(stub, number)
        first, again, other = [self.kit.key_of(called) for called in stub.calls if self.kit.is_send(called)]
        if self.kit.build(stub.url).idempotent:
            assert first and first == again != other
        else:
            assert {first, again, other} == {None}

    @pytest.mark.parametrize("fault", ["drop", "lose", "hang", "stall"])
    async def test_no_answer_is_ambiguous_and_nothing_is_repeated(self, stub: Stub, fault: str) -> None:
        stub.answers = [Answer(fault=fault)]
        with pytest.raises(Ambiguous):
            await self._send(stub)
        await asyncio.sleep(0.2)
        assert len([called for called in stub.calls if self.kit.is_send(called)]) == 1

    async def test_a_page_of_a_broken_gateway_is_ambiguous(self, stub: Stub) -> None:
        stub.answers = [BAD_GATEWAY]
        with pytest.raises(Ambiguous):
            await self._send(stub)
        assert len(stub.calls) == 1

    @pytest.mark.parametrize("status", [302, 403, 408, 413, 429, 500, 503, 504])
    async def test_no_page_of_a_gateway_is_taken_for_a_sent_message(self, stub: Stub, status: int) -> None:
        """Nobody says whether the provider behind it has the message, so it is never repeated at once."""
        stub.answers = [Answer(status, "<html><body>Gateway</body></html>", content_type="text/html")]
        with pytest.raises((NotSent, Ambiguous)) as raised:
            await self._send(stub)
        assert len(stub.calls) == 1 and raised.value.detail

    async def test_an_answer_that_comes_late_is_an_answer(self, stub: Stub) -> None:
        stub.answers = [Answer(fault="slow", after_s=IMPATIENT_S / 3)]
        assert (await self._send(stub)).provider_message_id

    def test_too_many_is_in_the_error_table_with_a_hint_and_without(self) -> None:
        asked = [answer for _, answer, expected in self.kit.faults() if expected is RateLimited]
        assert {bool(answer.headers.get("Retry-After")) for answer in asked} == {True, False}

    async def test_a_provider_that_is_not_there_has_certainly_nothing(self) -> None:
        stub = Stub(self.kit.respond)  # never opened
        with pytest.raises(Transient):
            await self._send(stub)

    async def test_the_error_table(self, stub: Stub) -> None:
        wrong = []
        for name, answer, expected in self.kit.faults():
            stub.answers = [answer]
            try:
                await self._send(stub)
                wrong.append(f"{name}: it was taken for sent")
            except (NotSent, Ambiguous) as raised:
                if type(raised) is not expected:
                    wrong.append(f"{name}: {type(raised).__name__} instead of {expected.__name__}")
                if not raised.detail or self._tells_a_secret(raised.detail):
                    wrong.append(f"{name}: {raised.detail!r}")
        assert wrong == []

    async def test_a_hint_to_wait_is_kept(self, stub: Stub) -> None:
        for _, answer, expected in self.kit.faults():
            hint = answer.headers.get("Retry-After")
            if expected.__name__ == "RateLimited" and hint:
                stub.answers = [answer]
                with pytest.raises(NotSent) as raised:
                    await self._send(stub)
                assert raised.value.retry_after == float(hint)

    def _tells_a_secret(self, text: str) -> bool:
        secrets = [str(each) for each in _leaves(self.kit.account().secrets)]
        return any(secret in text for secret in secrets if len(secret) > 5)

    async def _send(self, stub: Stub, number: int = 0) -> Any:
        adapter, account = self.kit.build(stub.url), self.kit.account()
        [part] = self._rendered(self.kit.message("Здравствуйте"))
        try:
            return await adapter.send(part, f"{self.kit.message().key}/{number}", account)
        finally:
            await adapter.close()


def is_forged(kit: Kit, request: RawRequest, account: Account) -> bool:
    """Whether a webhook is refused at the door."""
    try:
        kit.inbound.verify(request, account)
    except Forged:
        return True
    return False


def with_other_secrets(request: RawRequest, header: str, secret: str, token: str) -> dict[str, RawRequest]:
    """What has to be refused where a header carries the secret that we gave at registration."""

    def with_header(value: str) -> RawRequest:
        return replace(request, headers={header: value})

    return {
        "unsigned": replace(request, headers={}),
        "empty": with_header(""),
        "wrong_secret": with_header(secret[:-1] + "g"),
        "foreign_secret": with_header("the-secret-of-another-bot-000000"),
        "longer": with_header(secret + "x"),
        "the_token": with_header(token),
    }


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def epoch() -> int:
    """Now, in whole seconds."""
    return int(time.time())


def parts_of(natives: Sequence[Native]) -> list[str]:
    """The methods of payloads, in order."""
    return [native.method for native in natives]
