"""Test messages by every adapter: what leaves, and what whoever asked is told of each way in which it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from omnisupport.activities.sampling import PATIENCE_S, SampleActivities
from omnisupport.channels.base import Account, Ambiguous, BadPayload
from omnisupport.channels.email.outbound import EmailAdapter
from omnisupport.channels.outlets import Outlets
from omnisupport.domain.sample import Sample, SampleSent, SampleStatus
from tests.channels import test_api, test_max, test_meta, test_telegram, test_twilio, test_vk
from tests.channels.conformance import Kit
from tests.channels.mails import KIT as MAIL
from tests.channels.stub import Answer, Stub
from tests.channels.test_email_send import account_of, transport_for
from tests.support.smtp_peer import smtp_peer

KITS = (
    test_telegram.KIT,
    test_meta.KIT,
    test_twilio.TwilioKit(),
    test_twilio.WhatsAppKit(),
    test_vk.KIT,
    test_max.KIT,
    test_api.KIT,
)
TEXT = "Проверочное сообщение: канал подключён."


class OneAccount:
    """The only account that there is, while it is there."""

    def __init__(self, account: Account | None) -> None:
        self.account = account

    async def read(self, tenant_id: UUID, channel_id: UUID) -> Account | None:
        """It."""
        return self.account


class Slots:
    """A pacer with as many seconds to wait as it is told, and what it was asked to hold."""

    def __init__(self, wait_s: float = 0.0) -> None:
        self.wait_s = wait_s
        self.pauses: list[float] = []

    async def turn(self, *_: Any, **__: Any) -> float:
        """The next slot."""
        return self.wait_s if self.wait_s > PATIENCE_S else 0.0

    async def pause(self, channel_id: UUID, chat: str | None, seconds: float) -> None:
        """Note it."""
        self.pauses.append(seconds)

    async def admit(self, *_: Any) -> bool:
        """A person's message is no bot's: nobody asks."""
        raise AssertionError("a test message is counted as a bot's")


def sample(account: Account, to: str) -> Sample:
    """A test message to somebody who has written just now."""
    return Sample(
        "00000000-0000-0000-0000-00000000000a",
        str(account.tenant_id),
        str(account.channel_id),
        to,
        TEXT,
        "ru",
        datetime.now(UTC),
    )


async def send(kit: Kit, stub: Stub, slots: Slots | None = None) -> SampleSent:
    """One test message by a kit's adapter."""
    outlets = Outlets(kit.transport(stub.url))
    activities = SampleActivities(OneAccount(kit.account()), outlets, slots or Slots())
    try:
        asked = sample(kit.account(), kit.chat().address)
        found: SampleSent = await ActivityEnvironment().run(activities.send_sample, asked)
        return found
    finally:
        await outlets.close()


@pytest.fixture(params=KITS, ids=lambda kit: f"{kit.type}-{kit.provider}")
def kit(request: pytest.FixtureRequest) -> Kit:
    """Each adapter that speaks HTTP."""
    found: Kit = request.param
    return found


@pytest.fixture
async def stub(kit: Kit) -> AsyncIterator[Stub]:
    """Its provider."""
    async with Stub(kit.respond) as running:
        yield running


async def test_one_message_leaves_and_its_id_is_told(kit: Kit, stub: Stub) -> None:
    sent = await send(kit, stub)
    calls = [call for call in stub.done if kit.is_send(call)]
    assert (sent.status, sent.code) == (SampleStatus.SENT, None) and sent.external_id
    assert [kit.sent_text(call) for call in calls] == [TEXT]


async def test_a_refusal_is_told_by_its_code_and_nothing_is_tried_twice(kit: Kit, stub: Stub) -> None:
    for name, answer, kind in kit.faults():
        stub.calls.clear()
        stub.answers = [answer]
        sent = await send(kit, stub, Slots())
        status = SampleStatus.UNCERTAIN if kind is Ambiguous else SampleStatus.FAILED
        calls = [call for call in stub.calls if kit.is_send(call)]
        if kind is BadPayload and len(calls) == 2:
            continue  # in a plainer form it was taken
        assert (sent.status, len(calls)) == (status, 1), name
        assert sent.code and sent.detail and sent.external_id is None, name


async def test_a_lost_answer_is_uncertain_and_not_repeated(kit: Kit, stub: Stub) -> None:
    stub.answers = [Answer(fault="lose")]
    sent = await send(kit, stub)
    assert (sent.status, sent.code) == (SampleStatus.UNCERTAIN, "send_uncertain")
    assert len([call for call in stub.calls if kit.is_send(call)]) == 1


async def test_a_channel_that_is_busy_for_long_says_so_and_calls_nobody(kit: Kit, stub: Stub) -> None:
    sent = await send(kit, stub, Slots(PATIENCE_S + 1))
    assert (sent.status, sent.code) == (SampleStatus.FAILED, "provider_rate_limited")
    assert not [call for call in stub.calls if kit.is_send(call)]


async def test_a_provider_that_asks_to_wait_is_heeded_by_every_send() -> None:
    slots = Slots()
    async with Stub(test_telegram.KIT.respond) as stub:
        stub.answers = [
            test_telegram.refusal(429, "Too Many Requests: retry after 7", {"retry_after": 7}),
        ]
        sent = await send(test_telegram.KIT, stub, slots)
    assert (sent.code, slots.pauses) == ("provider_rate_limited", [7.0])


async def test_a_mail_is_one_too() -> None:
    async with smtp_peer() as peer:
        account = replace(account_of(peer), secrets={})
        outlets = Outlets(transport_for(peer.port))
        outlets._adapters["email"] = EmailAdapter(transport_for(peer.port), data_s=0.7)
        activities = SampleActivities(OneAccount(account), outlets, Slots())
        sent = await ActivityEnvironment().run(activities.send_sample, sample(account, "anna@client.example"))
        await outlets.close()
    assert (sent.status, MAIL.type) == (SampleStatus.SENT, "email")
    [mail] = peer.mails
    plain = mail.get_body(("plain",))
    assert plain is not None and TEXT in plain.get_content()


async def test_a_channel_that_was_closed_meanwhile_says_so() -> None:
    async with Stub(test_telegram.KIT.respond) as stub:
        outlets = Outlets(test_telegram.KIT.transport(stub.url))
        activities = SampleActivities(OneAccount(None), outlets, Slots())
        asked = sample(test_telegram.KIT.account(), "1001")
        sent = await ActivityEnvironment().run(activities.send_sample, asked)
        await outlets.close()
    assert (sent.status, sent.code, stub.calls) == (SampleStatus.FAILED, "channel_closed", [])
