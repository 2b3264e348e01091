"""What goes wrong inside never ends in silence, and never makes the workflow its own truth."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
import pytest
from temporalio import activity

from omnisupport.activities.turns import Choose, TurnActivities
from omnisupport.domain.conversation import Chosen, Committed, Ring
from omnisupport.errors import OmniError, Unavailable
from omnisupport.scenario_dsl import Inbound
from tests.reliability.checker import check
from tests.workflows.chat import IVAN, OLGA, Chat
from tests.workflows.scenarios import HOURS, ORDER, PARROT, PAUSE
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage, StageAdapters

APOLOGY = "Простите, у нас что-то сломалось. Сейчас позову человека."


async def test_a_code_error_inside_a_step_ends_with_an_apology_a_note_and_a_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await stage.tenant(PARROT)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        monkeypatch.setattr("omnisupport.workflows.stepping.step", broken)
        assert await chat.ask("[1]") == [APOLOGY]
        await _handed_off(chat, "internal.ZeroDivisionError")


async def test_an_error_in_choosing_a_scenario_does_not_end_in_silence(stage: Stage) -> None:
    """A trigger that cannot be evaluated is a fault of ours too."""
    tenant = await stage.tenant(PARROT)

    class Broken(TurnActivities):
        def __init__(self, plain: TurnActivities) -> None:
            self.__dict__.update(plain.__dict__)

        @activity.defn
        async def choose_scenario(self, choose: Choose) -> Chosen:
            raise ZeroDivisionError("a fault of ours")

    async with stage.working(sandboxed=False, turns=lambda adapters: Broken(adapters.plain_turns())):
        chat = await stage.chat(tenant)
        assert await chat.ask("[1]") == [APOLOGY]
        await _handed_off(chat, "internal.")


async def test_a_text_that_the_database_cannot_take_does_not_stop_the_conversation(
    stage: Stage, shop: Shop
) -> None:
    """A shop may answer with a NUL in a string: JSON allows it, Postgres does not."""
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.body = {"status": "в\u0000пути"}
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("где заказ?")
        said = await chat.until_said(count=2)
    assert said[0]["text"] == "ищу"
    assert said[1]["text"]


async def test_only_what_a_node_names_is_tried_again(stage: Stage, shop: Shop) -> None:
    retry = "    retry: {max_attempts: 3, initial: 1s, max_interval: 1s, backoff: 10, jitter: true, retry_on: [%s]}\n"
    tenant = await stage.tenant(ORDER.replace("    response:", retry % '"503"' + "    response:"))
    await stage.connect_shop(tenant.id, shop.url)
    async with stage.working():
        shop.status = 500
        assert (await (await stage.chat(tenant)).ask("где заказ?", count=2))[1] == "не нашёл"
        assert len(shop.asked) == 1
        shop.status = 503
        began = time.monotonic()
        assert (await (await stage.chat(tenant)).ask("где заказ?", count=2))[1] == "не нашёл"
        assert len(shop.asked) == 1 + 3
    assert 1 < time.monotonic() - began < 20, "two pauses of half a second to a second"


@pytest.mark.parametrize("depth", [40, 5_000])
async def test_an_answer_that_is_nested_too_deep_is_an_error_of_the_shop(
    stage: Stage, shop: Shop, depth: int
) -> None:
    """Whatever reads JSON by recursion would fail on it at every attempt."""
    tenant = await stage.tenant(ORDER)
    await stage.connect_shop(tenant.id, shop.url)
    shop.body = b'{"a":' * depth + b"1" + b"}" * depth
    async with stage.working():
        assert (await (await stage.chat(tenant)).ask("где заказ?", count=2))[1] == "не нашёл"


async def test_a_turn_that_cannot_be_begun_ends_with_a_person(stage: Stage) -> None:
    """A ring without a text makes the workflow read, and reading fails by a fault of ours."""
    tenant = await stage.tenant(PARROT)

    class Broken(TurnActivities):
        def __init__(self, plain: TurnActivities) -> None:
            self.__dict__.update(plain.__dict__)

        @activity.defn
        async def read_inbound(self, after: int) -> list[Inbound]:
            raise ZeroDivisionError("a fault of ours")

    async with stage.working(sandboxed=False, turns=lambda adapters: Broken(adapters.plain_turns())):
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        accepted = await chat.accept("[2]")
        await chat.ring_for(Ring(seq=accepted["message"]["seq"]))
        await _handed_off(chat, "internal.ZeroDivisionError")
        assert (await chat.row()).cursor == accepted["message"]["seq"]


async def test_an_operation_that_breaks_is_answered_and_the_conversation_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await stage.tenant(PARROT)

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        with monkeypatch.context() as patched:
            patched.setattr("omnisupport.workflows.conversation.apply_operation", broken)
            with pytest.raises(OmniError) as refused:
                await chat.do("take_over")
        assert refused.value.code == "internal_error"
        assert await chat.ask("[2]", count=2) == ["эхо: [2]", "что ещё?"]


async def test_a_look_up_that_fails_leaves_by_the_nodes_error_exit(stage: Stage) -> None:
    """A department was deleted after the scenario was published: its author has provided for that."""
    tenant = await stage.tenant(HOURS)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("вы открыты?") == ["часов не знаю"]
    assert (await chat.row()).controller == "assistant"


async def test_a_turn_that_the_row_has_left_behind_adopts_the_row(stage: Stage) -> None:
    """An update's commit may stand while its workflow task is lost: the row is ahead of the workflow."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await _take_over_behind_the_workflows_back(stage, chat)
        await chat.ring(await chat.accept("[2]") | {"ring": True})
        await asyncio.sleep(0.3)
        assert await chat.texts() == ["эхо: [1]", "что ещё?"]
        await chat.do("hand_back")
        await chat.until_said(count=4)
        await chat.quiet()
    assert (await chat.texts())[2:4] == ["эхо: [2]", "что ещё?"]
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_nothing_is_refused_on_the_workflows_memory_alone(stage: Stage) -> None:
    """The row says that an operator holds, the workflow does not know it: hand_back is right all the same."""
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await _take_over_behind_the_workflows_back(stage, chat)
        await chat.say("[2]")
        await chat.do("hand_back")
        await chat.until_said(count=4)
    assert (await chat.row()).controller == "scenario"
    assert (await chat.texts())[2:4] == ["эхо: [2]", "что ещё?"]


async def test_a_held_conversation_that_the_workflow_does_not_know_of_is_refused_to_others(
    stage: Stage,
) -> None:
    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await _take_over_behind_the_workflows_back(stage, chat)
        await chat.do("take_over", by=OLGA)
        answer = await asyncio.gather(chat.do("take_over", by=IVAN), return_exceptions=True)
    assert getattr(answer[0], "code", None) == "conversation_held"
    assert (await chat.row()).assignee_id == OLGA.id


class Forgetful(TurnActivities):
    """Every third commit stands, and its caller is told that the database was lost."""

    def __init__(self, plain: TurnActivities) -> None:
        self.__dict__.update(plain.__dict__)
        self.calls = 0

    @activity.defn
    async def commit_turn(self, body: bytes) -> Committed:
        """The product's commit; its answer gets lost now and then."""
        committed = await super().commit_turn(body)
        self.calls += 1
        if committed.committed and self.calls % 3 == 0:
            raise Unavailable("the answer was lost on the way")
        return committed


class Naive(Forgetful):
    """The same, by a commit that is no compare-and-set: it takes the row's turn for its own."""

    @activity.defn
    async def commit_turn(self, body: bytes) -> Committed:
        """Writes whatever it is given, under keys of its own."""
        tenant_id, conversation_id = _whose()
        loaded = await self._conversations.load(tenant_id, conversation_id)
        assert loaded is not None
        turn = orjson.loads(body)
        turn["rows"] = [row | {"key": f"{row['key']}:{loaded.row.turn}"} for row in turn["rows"]]
        turn |= {"turn": loaded.row.turn, "epoch": loaded.row.epoch}
        return await super().commit_turn(orjson.dumps(turn))


def _whose() -> tuple[Any, str]:
    from omnisupport.temporal import parse_workflow_id

    return parse_workflow_id(activity.info().workflow_id or "")


async def _twelve_turns(stage: Stage, make: type[Forgetful]) -> Chat:
    tenant = await stage.tenant(PARROT)

    def turns(adapters: StageAdapters) -> TurnActivities:
        return make(adapters.plain_turns())

    async with stage.working(sandboxed=False, turns=turns):
        chat = await stage.chat(tenant)
        for number in range(12):
            await chat.ask(f"[{number}]", count=2)
        await chat.quiet()
    return chat


async def test_a_commit_whose_answer_was_lost_is_not_repeated(stage: Stage) -> None:
    chat = await _twelve_turns(stage, Forgetful)
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_a_commit_whose_hint_was_lost_is_hinted_at_when_it_is_met_again(stage: Stage) -> None:
    """A worker that dies between commit and hint leaves the customer's socket waiting for its resync otherwise."""
    told: list[str] = []

    class Teller:
        async def publish(self, tenant_id: Any, kind: str, conversation_id: Any, **_: Any) -> None:
            told.append(kind)

    class Silenced(TurnActivities):
        def __init__(self, plain: TurnActivities) -> None:
            self.__dict__.update(plain.__dict__)
            self._teller = Teller()
            self._plain = plain
            self.calls = 0

        @activity.defn
        async def commit_turn(self, body: bytes) -> Committed:
            self.calls += 1
            if self.calls > 1:
                return await super().commit_turn(body)
            _, conversation_id = _whose()
            await self._conversations.commit(_whose()[0], conversation_id, body)
            raise Unavailable("the worker died here")

    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False, turns=lambda adapters: Silenced(adapters.plain_turns())):
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await asyncio.sleep(0.5)
    assert told == ["commit"]
    assert [str(violation) for violation in check(await chat.history())] == []


async def test_without_compare_and_set_the_checker_finds_the_doubles(stage: Stage) -> None:
    """The negative control: the same losses, with a commit that does not compare, answer twice."""
    chat = await _twelve_turns(stage, Naive)
    assert any("answered 2 times" in violation.what for violation in check(await chat.history()))


async def test_a_ring_before_the_commit_leaves_the_message_unanswered_and_the_checker_sees_it(
    stage: Stage,
) -> None:
    """The negative control of commit-then-ring: rung first, the workflow finds nothing, and nobody rings again."""
    from omnisupport.domain.conversation import Ring

    tenant = await stage.tenant(PARROT)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.ring_for(Ring(seq=4))
        await asyncio.sleep(0.3)
        await chat.accept("[2]")
        await asyncio.sleep(0.5)
    assert [violation.what for violation in check(await chat.history())] == ["[2] was never answered"]


async def test_messages_that_waited_in_a_run_are_answered_when_it_ends(stage: Stage) -> None:
    """A `wait` node keeps what it hears; when the run ends before it was taken, it goes back to routing."""
    tenant = await stage.tenant(PAUSE)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.say("пауза")
        await chat.until_row(lambda row: row.state is not None, "the wait")
        await chat.say("какого цвета небо?")
        said = await chat.until_said(count=2)
    assert said[0]["text"] == "пауза кончилась"
    assert said[1]["text"].startswith("Я не нашёл точного ответа")


async def _handed_off(chat: Chat, code: str) -> None:
    row = await chat.until_row(lambda row: row.controller == "operator", "the handoff")
    assert (row.status, row.assignee_id, row.state) == ("open", None, None)
    notes = [row["text"] for row in await chat.rows() if row["direction"] == "note"]
    assert len(notes) == 1 and code in notes[0]


async def _take_over_behind_the_workflows_back(stage: Stage, chat: Chat) -> None:
    row = await chat.row()
    changes = {
        "controller": "operator",
        "epoch": row.epoch + 1,
        "assignee_id": OLGA.id,
        "assignee_name": OLGA.name,
        "waiting": "start",
    }
    event = {
        "direction": "event",
        "author_kind": "system",
        "text": "подключается",
        "content": {"event": {"type": "taken_over", "public": True}},
        "status": "sent",
        "key": f"{chat.conversation_id}:{row.turn + 1}:0:0",
    }
    turn = {
        "turn": row.turn,
        "epoch": row.epoch,
        "cursor": row.cursor,
        "set": changes,
        "rows": [event],
        "op": "lost",
    }
    body = orjson.dumps(turn)
    committed = await stage.adapters.conversations.commit(chat.tenant_id, chat.conversation_id, body)
    assert committed.committed
