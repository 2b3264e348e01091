"""A customer who waits for people is told the place in the queue, until somebody takes the conversation."""

from __future__ import annotations

from temporalio import activity

from omnisupport.activities.turns import LookUp, TurnActivities
from omnisupport.domain.calls import CallResult
from tests.support.roles import add_department
from tests.support.tenants import TestTenant
from tests.workflows.chat import IVAN, Chat
from tests.workflows.scenarios import PEOPLE, QUEUED
from tests.workflows.skipping import SkippingStage

FIRST = "Вы следующий в очереди: оператор ответит вам здесь, как только освободится."
SECOND = "Вы 2-й в очереди, перед вами ещё 1 человек. Оператор ответит вам здесь."
THIRD = "Вы 3-й в очереди, перед вами ещё 2 человека. Оператор ответит вам здесь."


async def in_queue(skipping: SkippingStage, tenant: TestTenant, count: int) -> list[Chat]:
    chats = []
    for _ in range(count):
        chat = await skipping.chat(tenant)
        await chat.ask("помогите", count=2)
        chats.append(chat)
    return chats


async def test_the_place_is_told_and_again_when_it_is_better(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)
    async with skipping.working():
        one, two, three = await in_queue(skipping, tenant, 3)
        assert [(await chat.texts())[1:] for chat in (one, two, three)] == [[FIRST], [SECOND], [THIRD]]
        await skipping.pass_time(minutes=1, seconds=5)
        assert [len(await chat.texts()) for chat in (one, two, three)] == [2, 2, 2]
        await one.do("take_over")
        await skipping.pass_time(minutes=2)
        await two.until_said(count=3)
        await three.until_said(count=3)
        assert (await two.texts())[2:] == [FIRST]
        assert (await three.texts())[2:] == [SECOND]
        # It holds for who waits in the queue: the other one is with an operator.
        await one.reply("чем помочь?")
        await skipping.pass_time(hours=1)
        assert [len(await chat.texts()) for chat in (one, two, three)] == [3, 3, 3]
        await two.do("take_over", by=IVAN)
        await skipping.pass_time(minutes=31)
        await three.until_said(count=4)
    assert (await three.texts())[3:] == [FIRST]


async def test_whoever_takes_it_ends_the_looks_and_the_timeout(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)
    async with skipping.working():
        ahead, chat = await in_queue(skipping, tenant, 2)
        await chat.do("take_over")
        await ahead.do("take_over", by=IVAN)
        await skipping.pass_time(hours=5)
        row = await chat.row()
        assert (row.state or {})["timers"] == []
    assert await chat.texts() == ["зову человека", SECOND]


async def test_a_queue_where_nobody_comes_is_left_in_time(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)
    async with skipping.working():
        (chat,) = await in_queue(skipping, tenant, 1)
        await skipping.pass_time(hours=2, minutes=1)
        await chat.until_row(lambda row: row.state is None, "the end of the scenario")
    assert await chat.texts() == ["зову человека", FIRST, "никто не пришёл"]


async def test_what_the_customer_writes_in_the_queue_is_for_people(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)
    async with skipping.working():
        (chat,) = await in_queue(skipping, tenant, 1)
        await chat.say("вы где?")
        await skipping.pass_time(minutes=20)
        assert await chat.texts() == ["зову человека", FIRST]


async def test_another_departments_queue_does_not_count(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)
    sales = await add_department(skipping.settings, tenant, "sales")
    async with skipping.working():
        other, chat = await in_queue(skipping, tenant, 2)
        assert (await chat.texts())[1:] == [SECOND]
        await other.do("transfer", department_id=str(sales), department_name="sales")
        await skipping.pass_time(minutes=2)
        await chat.until_said(count=3)
        # The one that was moved has its place where it is now.
        later = (await in_queue(skipping, tenant, 1))[0]
        assert (await later.texts())[1:] == [SECOND]
        await skipping.pass_time(minutes=10)
    assert (await chat.texts())[2:] == [FIRST]
    assert (await other.texts())[1:] == [FIRST]


async def test_a_look_up_that_fails_tells_nothing(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(QUEUED)

    class Blind(TurnActivities):
        def __init__(self, plain: TurnActivities) -> None:
            self.__dict__.update(plain.__dict__)

        @activity.defn
        async def look_up(self, look_up: LookUp) -> CallResult:
            raise ZeroDivisionError("nobody can count today")

    async with skipping.working(sandboxed=False, turns=lambda adapters: Blind(adapters.plain_turns())):
        chat = await skipping.chat(tenant)
        await chat.ask("помогите")
        await chat.until_row(lambda row: row.controller == "operator", "the handoff")
        await skipping.pass_time(minutes=10)
        await chat.do("take_over")
    assert await chat.texts() == ["зову человека"]


async def test_without_the_field_nothing_is_looked_up(skipping: SkippingStage) -> None:
    tenant = await skipping.tenant(PEOPLE)
    async with skipping.working():
        chat = await skipping.chat(tenant)
        await chat.ask("помогите")
        await chat.until_row(lambda row: row.controller == "operator", "the handoff")
        timers = ((await chat.row()).state or {})["timers"]
        assert [timer["id"].rsplit(".")[-1] for timer in timers] == ["queue"]
    assert await chat.texts() == ["зову человека"]
