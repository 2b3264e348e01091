"""A reply reaches its provider once and in order, or ends `failed` or `uncertain` where the operator sees it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import text

from omnisupport.activities import messaging
from omnisupport.channels.base import (
    Ambiguous,
    BadPayload,
    Moved,
    NotSent,
    RateLimited,
    Rates,
    SendResult,
    Transient,
)
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.domain.conversation import Ring
from omnisupport.domain.message import Native, Sent
from omnisupport.errors import Conflict, Unavailable
from omnisupport.storage.access import deliveries
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.queries.messages import Sends
from omnisupport.storage.redis import Hints
from omnisupport.temporal import CHANNELS, CONVERSATIONS, Bell
from tests.support.product import Product
from tests.support.tenants import ECHO
from tests.workflows.budget import kinds_of, runs_of
from tests.workflows.chat import Chat, until
from tests.workflows.provider import Provider
from tests.workflows.scenarios import PARROT
from tests.workflows.stage import Stage
from tests.workflows.test_faults import Forgetful

pytestmark = pytest.mark.long


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    from omnisupport.workflows import options

    policy = options.CHANNEL_SEND["retry_policy"]
    monkeypatch.setattr(policy, "initial_interval", policy.initial_interval / 50)
    monkeypatch.setattr(policy, "backoff_coefficient", 1)


@pytest.fixture
def provider() -> Provider:
    """A provider whose requests may not be repeated."""
    return Provider()


async def settled(chat: Chat, count: int) -> list[tuple[str, str]]:
    """What the bot and operators said and what became of it, once so many have left the outbox."""
    return [(row["text"], row["status"]) for row in await chat.until_sent(count)]


async def told(chat: Chat, kind: str) -> list[str]:
    """The lines that operators see about sends."""
    events = [row for row in await chat.rows() if row["direction"] == "event"]
    return [row["text"] for row in events if row["content"]["event"]["type"] == kind]


async def test_each_message_is_sent_once_and_in_order(stage: Stage, provider: Provider) -> None:
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        for text_ in ("[1]", "[2]", "[3]"):
            await chat.say(text_)
        said = await settled(chat, 6)
    assert [status for _, status in said] == ["sent"] * 6
    assert provider.texts == [text_ for text_, _ in said]
    assert [row["external_id"] for row in await chat.said()] == [f"provider-{n}" for n in range(1, 7)]
    assert len({request.key for request in provider.requests}) == 6


async def test_a_takeover_cancels_what_was_not_claimed(stage: Stage, provider: Provider) -> None:
    """The bot's second message waits behind its first when the operator takes over; his own reply leaves."""
    provider.open.clear()
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        await until(lambda: _asked(provider), "the first request")
        await chat.do("take_over")
        await chat.reply("чем помочь?")
        provider.open.set()
        said = await settled(chat, 3)
    assert said == [("эхо: [1]", "sent"), ("что ещё?", "cancelled"), ("чем помочь?", "sent")]
    assert provider.texts == ["эхо: [1]", "чем помочь?"]


async def test_an_interrupted_attempt_is_not_repeated(stage: Stage, provider: Provider, soon: None) -> None:
    """Whether it arrived nobody knows: the operator is told, and what comes after it still leaves."""
    provider.answers = [RuntimeError("the worker died here")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        said = await settled(chat, 2)
    assert said == [("эхо: [1]", "uncertain"), ("что ещё?", "sent")]
    assert provider.texts == ["эхо: [1]", "что ещё?"]
    assert await told(chat, "send_uncertain") == [
        "Неизвестно, дошло ли сообщение; второй раз оно не отправлено. Отправка прервалась."
    ]


async def test_whoever_looks_at_the_conversation_is_hinted_at_what_became_of_a_send(
    stage: Stage, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, hinted = Hints.publish, []

    async def noted(self: Hints, tenant_id: Any, kind: str, conversation_id: Any, **data: Any) -> None:
        hinted.append((kind, str(conversation_id), [row["status"] for row in await chat.said()]))
        await publish(self, tenant_id, kind, conversation_id, **data)

    monkeypatch.setattr(Hints, "publish", noted)
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        await settled(chat, 1)
        await chat.quiet()
    assert hinted[-1] == ("commit", chat.conversation_id, ["sent"])


async def test_a_worker_that_dies_after_its_claim_leaves_no_second_message(
    stage: Stage, product: Product, provider: Provider
) -> None:
    """Queue `channels` has a process of its own; the engine gives its message to another one after 15 s."""
    async with stage.working(sandboxed=False, queues=[CONVERSATIONS]):
        chat = await stage.chat_over(provider, PARROT)
        doomed = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.workflows.doomed", str(product.state_dir), provider.channel_type),
            env=os.environ | {"FAULT": "after_send"},
        )
        await chat.say("[1]")
        assert await doomed.wait() == -signal.SIGKILL
        async with stage.working(sandboxed=False, queues=[CHANNELS]):
            said = await settled(chat, 2)
    assert said == [("эхо: [1]", "uncertain"), ("что ещё?", "sent")]
    assert provider.texts == ["что ещё?"]


async def test_an_unknown_end_is_uncertain_at_once(stage: Stage, provider: Provider) -> None:
    provider.answers = [Ambiguous("Telegram did not answer within 10 s.")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        assert await settled(chat, 1) == [("эхо: [1]", "uncertain")]
    assert len(provider.requests) == 1
    assert "Telegram did not answer within 10 s." in (await told(chat, "send_uncertain"))[0]


async def test_an_unknown_end_is_tried_again_where_repeats_are_safe(
    stage: Stage, provider: Provider, soon: None
) -> None:
    """Under one key; when no attempt brings certainty it is said."""
    provider.idempotent = True  # type: ignore[misc]
    provider.answers = [Ambiguous("no answer")] * 12
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        said = await settled(chat, 2)
    assert said == [("эхо: [1]", "uncertain"), ("что ещё?", "sent")]
    assert provider.texts == ["эхо: [1]"] * 10 + ["что ещё?"] * 3
    assert len({request.key for request in provider.requests}) == 2


@pytest.mark.parametrize("retryable", [False, True], ids=["for good", "ten times"])
async def test_a_refused_message_has_failed_and_the_operator_is_told(
    stage: Stage, provider: Provider, soon: None, retryable: bool
) -> None:
    refusal = NotSent("Telegram answered 403: the customer blocked the bot.", retryable=retryable)
    provider.answers = [refusal] * (10 if retryable else 1)
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        said = await settled(chat, 2)
    assert said == [("эхо: [1]", "failed"), ("что ещё?", "sent")]
    assert len(provider.requests) == (11 if retryable else 2)
    assert await told(chat, "send_failed") == [
        "Сообщение не отправлено. Telegram answered 403: the customer blocked the bot."
    ]


async def test_a_channel_that_nobody_serves_fails_in_words(stage: Stage, provider: Provider) -> None:
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        stage.senders.clear()
        await chat.say("[1]")
        assert await settled(chat, 1) == [("эхо: [1]", "failed")]
    assert await told(chat, "send_failed") == ["Сообщение не отправлено. Канал telegram здесь не работает."]


async def test_a_send_whose_attempts_are_used_up_ends_where_the_operator_sees_it(
    stage: Stage, provider: Provider, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every attempt lost its database after the claim: none could write how it ended."""
    lost = 0

    async def away(self: Sends, *args: Any, **kwargs: Any) -> Sent:
        nonlocal lost
        lost += 1
        if lost <= 10:
            raise Unavailable("The database does not answer.")
        return await record(self, *args, **kwargs)

    record = Sends.record
    monkeypatch.setattr(Sends, "record", away)
    provider.idempotent = True  # type: ignore[misc]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        assert await settled(chat, 1) == [("эхо: [1]", "uncertain")]
    assert len(await told(chat, "send_uncertain")) == 1


async def test_an_attempt_that_speaks_late_does_not_take_an_end_back(
    stage: Stage, provider: Provider
) -> None:
    """The engine gave an attempt up; it is refused after the next one has ended the message."""
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        await settled(chat, 1)
        [row] = await chat.said()
        sends = Sends(stage.adapters.database)
        await sends.record(chat.tenant_id, UUID(row["id"]), 0, {"status": "pending"})
    assert await settled(chat, 1) == [("эхо: [1]", "sent")]


async def test_a_message_does_not_leave_before_its_time(stage: Stage, provider: Provider) -> None:
    """The undo window of a reply: what comes after it waits too."""
    provider.open.clear()
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        await until(lambda: _asked(provider), "the first request")
        async with stage.adapters.database.session(chat.tenant_id) as session:
            hold = text("update message set not_before = now() + interval '2 s' where text = 'что ещё?'")
            await session.exec(hold)  # type: ignore[call-overload]
        await chat.say("[2]")
        provider.open.set()
        await asyncio.sleep(1)
        assert provider.texts == ["эхо: [1]"]
        assert [status for _, status in await settled(chat, 4)] == ["sent"] * 4
    assert provider.texts == ["эхо: [1]", "что ещё?", "эхо: [2]", "что ещё?"]


async def test_continuing_as_new_waits_for_the_outbox(
    stage: Stage, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost between two runs, and nothing is sent by both."""
    monkeypatch.setattr("omnisupport.workflows.options.TURNS_PER_RUN", 2)
    provider.open.clear()
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        for number in range(5):
            seq = await chat.say(f"[{number}]")
            await chat.until_row(lambda row, seq=seq: row.cursor >= seq, "the turn")  # type: ignore[misc]
        assert len(await runs_of(stage.client, chat.workflow_id)) == 1
        provider.open.set()
        await until(lambda: _completed(stage, chat, 10), "the workflow to hear of ten sends")
        await chat.say("[5]")
        said = await settled(chat, 12)
        runs = await runs_of(stage.client, chat.workflow_id)
    assert len(runs) >= 2
    assert [status for _, status in said] == ["sent"] * 12
    assert provider.texts == [text_ for text_, _ in said]


async def test_a_resolved_conversation_ends_when_its_last_word_has_left(
    stage: Stage, provider: Provider
) -> None:
    provider.open.clear()
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        await until(lambda: _asked(provider), "the request")
        await chat.reply("до свидания")
        await chat.do("resolve")
        provider.open.set()
        await chat.ended()
    assert await settled(chat, 2) == [("эхо: [1]", "sent"), ("до свидания", "sent")]
    [events] = await runs_of(stage.client, chat.workflow_id)
    assert kinds_of(events).count("ACTIVITY_TASK_SCHEDULED") == 2


async def test_a_commit_whose_answer_was_lost_is_sent_all_the_same(stage: Stage, provider: Provider) -> None:
    """The rows stand, and the run that wrote them does not know their ids."""
    async with stage.working(sandboxed=False, turns=lambda adapters: Forgetful(adapters.plain_turns())):
        chat = await stage.chat_over(provider, PARROT)
        for number in range(6):
            await chat.say(f"[{number}]")
            await chat.quiet()
        said = await settled(chat, 12)
    assert [status for _, status in said] == ["sent"] * 12
    assert provider.texts == [text_ for text_, _ in said]


async def test_what_waited_in_the_outbox_of_a_lost_run_leaves_by_the_next(
    stage: Stage, provider: Provider, soon: None
) -> None:
    """New code may close a run (`omni dev`): what was under way is uncertain, the rest is sent."""
    provider.open.clear()
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        await until(lambda: _asked(provider), "the first request")
        silent, provider.open = provider.open, asyncio.Event()
        provider.open.set()
        await chat.handle.terminate()
        await chat.ring_for(Ring(seq=0))
        await until(lambda: _uncertain(chat), "the end of the first")
        said = await settled(chat, 2)
        silent.set()
    assert said == [("эхо: [1]", "uncertain"), ("что ещё?", "sent")]


async def test_a_long_message_leaves_in_parts_and_a_repeat_goes_on_where_it_stopped(
    stage: Stage, provider: Provider, soon: None
) -> None:
    provider.most = 6
    provider.answers = [*[None] * 1, Transient("Telegram is restarting.")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1234567890]")
        said = await settled(chat, 2)
    assert [status for _, status in said] == ["sent", "sent"]
    assert provider.texts == ["эхо: [", "123456", "123456", "7890]", "что ещ", "ё?"]
    keys = [request.key.rpartition("/")[2] for request in provider.requests]
    assert keys == ["0", "1", "1", "2", "0", "1"]


async def test_a_refused_form_is_sent_in_its_plainer_one(stage: Stage, provider: Provider) -> None:
    plain = Native(0, "text", {"text": "просто эхо"}, ("formatting_lost",))
    provider.answers = [BadPayload("can't parse entities", fallback=plain)]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1]")
        assert await settled(chat, 1) == [("эхо: [1]", "sent")]
    assert provider.texts == ["эхо: [1]", "просто эхо"]
    assert len({request.key for request in provider.requests}) == 1


async def test_a_provider_that_asks_to_wait_is_waited_for_and_the_order_is_kept(
    stage: Stage, provider: Provider
) -> None:
    provider.answers = [RateLimited("too many", scope="account", retry_after=2.0)]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        began = monotonic()
        await chat.say("[1]")
        said = await settled(chat, 2)
        waited = monotonic() - began
    assert [status for _, status in said] == ["sent", "sent"] and waited >= 2
    assert provider.texts == ["эхо: [1]", "эхо: [1]", "что ещё?"]


async def test_an_account_sends_no_faster_than_it_may(stage: Stage, provider: Provider) -> None:
    """The slots are shared: several conversations of one account wait for each other."""
    provider.pace = Rates(account=4)
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        began = monotonic()
        for number in range(4):
            await chat.say(f"[{number}]")
        await settled(chat, 8)
        took = monotonic() - began
    assert took >= 7 / 4


async def test_what_may_have_arrived_is_looked_for_where_that_is_possible(
    stage: Stage, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: it was sent. Not found: a person decides. Either way it does not leave twice by itself."""
    monkeypatch.setattr(messaging, "LOOK_AGAIN_S", 0.5)
    provider.reconcilable = True  # type: ignore[misc]
    provider.answers = [Ambiguous("no answer"), Ambiguous("no answer")]
    provider.found = [SendResult("found-1"), None]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        said = await settled(chat, 2)
        rows = await chat.said()
    assert said == [("эхо: [1]", "sent"), ("что ещё?", "uncertain")]
    assert rows[0]["external_id"] == "found-1" and len(provider.looked) == 2
    assert provider.texts == ["эхо: [1]", "что ещё?"]


async def test_a_status_that_comes_meanwhile_says_that_it_has_arrived(
    stage: Stage, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging, "LOOK_AGAIN_S", 2.0)
    provider.reconcilable, provider.most = True, 6  # type: ignore[misc]
    provider.answers = [Ambiguous("no answer")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1234]")
        await until(lambda: _asked(provider), "the request")
        told = {"part_key": provider.requests[0].key, "external_id": "sid-7", "status": "delivered"}
        await until(lambda: _told(stage, chat, told), "the status to count")
        assert [status for _, status in await settled(chat, 1)] == ["sent"]
        [row] = await chat.said()
    assert row["external_id"] == "sid-7" and provider.looked == []
    assert provider.texts == ["эхо: [", "1234]"]


async def test_a_group_that_has_moved_is_written_to_at_its_new_address(
    stage: Stage, provider: Provider
) -> None:
    provider.answers = [Moved("upgraded", to="-100500")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, PARROT)
        await chat.say("[1]")
        await settled(chat, 2)
    assert provider.requests[-1].payload["to"] == "-100500"


@pytest.mark.parametrize(
    ("decision", "left", "texts"),
    [
        ("resend", "sent", ["эхо: [", "1234]5", "1234]5", "67]"]),
        ("arrived", "sent", ["эхо: [", "1234]5", "67]"]),
        ("discard", "cancelled", ["эхо: [", "1234]5"]),
    ],
)
async def test_a_person_decides_of_what_nobody_knows(
    stage: Stage, provider: Provider, decision: str, left: str, texts: list[str]
) -> None:
    provider.most = 6
    provider.answers = [None, Ambiguous("no answer")]
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1234]567]")
        assert [status for _, status in await settled(chat, 1)] == ["uncertain"]
        [row] = await chat.said()
        actor, by = Actor(ActorKind.ANONYMOUS), {"id": str(UUID(int=1)), "name": "Ольга"}
        database = stage.adapters.database
        place = (UUID(chat.conversation_id), UUID(row["id"]))
        [item] = (await deliveries.list_troubled(database, chat.tenant_id, None, limit=5)).items
        assert (item["message"]["id"], item["code"]) == (row["id"], "send_uncertain")
        sends = await deliveries.decide(
            database,
            chat.tenant_id,
            None,
            actor,
            *place,
            decision,
            line="решено",
            by=by,  # type: ignore[arg-type]
        )
        if sends:
            await Bell(stage.client).resend(chat.tenant_id, *place)
        assert [status for _, status in await settled(chat, 1)] == [left]
        left = await deliveries.list_troubled(database, chat.tenant_id, None, limit=5)
        assert (left.items, left.total) == ([], 0)
        with pytest.raises(Conflict):
            await deliveries.decide(
                database, chat.tenant_id, None, actor, *place, "resend", line="ещё", by=by
            )
    assert provider.texts == texts


async def test_what_failed_after_it_had_left_can_be_sent_again(stage: Stage, provider: Provider) -> None:
    """Its payload is thrown away when it leaves, so it is rendered anew; its other parts stay where they are."""
    provider.most = 6
    async with stage.working(sandboxed=False):
        chat = await stage.chat_over(provider, ECHO)
        await chat.say("[1234]")
        assert [status for _, status in await settled(chat, 1)] == ["sent"]
        [row] = await chat.said()
        told = {"external_id": "provider-2", "status": "failed", "code": "30003"}
        assert await _told(stage, chat, told)
        assert [status for _, status in await settled(chat, 1)] == ["failed"]
        actor, by = Actor(ActorKind.ANONYMOUS), {"id": str(UUID(int=1)), "name": "Ольга"}
        place = (UUID(chat.conversation_id), UUID(row["id"]))
        provider.answers = [Transient("busy")]
        assert await deliveries.decide(
            stage.adapters.database, chat.tenant_id, None, actor, *place, "resend", line="ещё", by=by
        )
        await Bell(stage.client).resend(chat.tenant_id, *place)
        assert [status for _, status in await settled(chat, 1)] == ["sent"]
    assert provider.texts == ["эхо: [", "1234]", "1234]", "1234]"]


async def _told(stage: Stage, chat: Chat, told: dict[str, Any]) -> bool | None:
    [conversation] = await Inbox(stage.adapters.database).get(chat.tenant_id, [UUID(chat.conversation_id)])
    channel_id = UUID(conversation["channel"]["id"])
    store = InboundStore(stage.adapters.database)
    return True if await store.take_status(chat.tenant_id, channel_id, told) else None


async def _asked(provider: Provider) -> bool | None:
    return True if provider.requests else None


async def _completed(stage: Stage, chat: Chat, count: int) -> bool | None:
    [events] = await runs_of(stage.client, chat.workflow_id)
    return True if kinds_of(events).count("ACTIVITY_TASK_COMPLETED") == count else None


async def _uncertain(chat: Chat) -> bool | None:
    return True if await told(chat, "send_uncertain") else None
