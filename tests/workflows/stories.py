"""One conversation for each thing that the workflow can do; what they leave behind is recorded and replayed.

A new kind of node or operation gets a story here, then `python -m tests.workflows.record`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from omnisupport import temporal
from omnisupport.channels.base import NotSent
from omnisupport.domain.actor import SYSTEM
from omnisupport.net.sealing import Sealer
from omnisupport.storage.access import webhooks
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.webhooks import PURPOSE
from tests.support.tenants import ECHO, TestTenant
from tests.workflows import node_stories, privacy
from tests.workflows.chat import IVAN, Chat
from tests.workflows.provider import Provider
from tests.workflows.scenarios import (
    BROKEN,
    FORM,
    GREETING,
    LATE,
    LEAD,
    MENU,
    ORDER,
    PARROT,
    PAUSE,
    PEOPLE,
    QUEUED,
    REMIND,
)
from tests.workflows.shop import Shop
from tests.workflows.skipping import SkippingStage
from tests.workflows.stage import Stage


@dataclass(frozen=True)
class Told:
    """A workflow that is no conversation, and what it did is over."""

    workflow_id: str


RealStory = Callable[[Stage, Shop], Awaitable[Chat | Told]]
SkippedStory = Callable[[SkippingStage], Awaitable[Chat]]


async def echo(stage: Stage, shop: Shop) -> Chat:
    """A scenario that answers every message."""
    chat = await stage.chat(await stage.tenant(ECHO))
    for text in ("раз", "два", "три"):
        await chat.ask(text)
    return chat


async def an_album(stage: Stage, shop: Shop) -> Chat:
    """Two photos at once, and a word after them."""
    chat = await stage.chat(await stage.tenant(ECHO))
    await chat.say("шкаф", album="al-1")
    seq = await chat.say("царапина", album="al-1")
    await chat.until_said(after=seq)
    await chat.ask("два")
    return chat


async def menu_and_buttons(stage: Stage, shop: Shop) -> Chat:
    """A button, words instead of a button, and a button that is no longer shown."""
    chat = await stage.chat(await stage.tenant(MENU))
    await chat.ask("привет", count=2)
    await chat.until_said(after=await chat.press("Чай"), count=2)
    await chat.ask("кружки", count=2)
    await chat.ask("Чай", button="1.1.tea", count=2)
    return chat


async def greeting_button(stage: Stage, shop: Shop) -> Chat:
    """The first message is a button of the greeting that the visitor saw before there was a conversation."""
    chat = await stage.chat(await stage.tenant(GREETING))
    await chat.ask("Чай", button="0.1.tea")
    return chat


async def form_with_retries(stage: Stage, shop: Shop) -> Chat:
    """Answers that are not understood, then those that are."""
    chat = await stage.chat(await stage.tenant(FORM))
    for text in ("привет", "много", "42", "не скажу", "anna@example.com"):
        await chat.ask(text)
    return chat


async def lead_with_look_ups(stage: Stage, shop: Shop) -> Chat:
    """Opening hours and a phone number: local activities on the way; a tag and a note."""
    chat = await stage.chat(await stage.tenant(LEAD))
    for text in ("привет", "нет", "8 916 123-45-67"):
        await chat.ask(text)
    return chat


async def http_node(stage: Stage, shop: Shop) -> Chat:
    """A call that is answered, and one that finds nothing."""
    tenant = await _with_shop(stage, shop, ORDER)
    chat = await stage.chat(tenant)
    await chat.ask("где заказ?", count=3)
    shop.status = 404
    await chat.ask("а теперь?", count=3)
    shop.reset()
    return chat


async def error_path(stage: Stage, shop: Shop) -> Chat:
    """A scenario that fails and has no error path: apology, note, handoff."""
    chat = await stage.chat(await stage.tenant(BROKEN))
    await chat.ask("где заказ?")
    await chat.until_row(lambda row: row.controller == "operator", "the handoff")
    return chat


async def handoff_and_back(stage: Stage, shop: Shop) -> Chat:
    """Handoff, taken over, replied, handed back with a word, resolved."""
    chat = await stage.chat(await stage.tenant(PEOPLE))
    await chat.ask("помогите")
    await chat.until_row(lambda row: row.controller == "operator", "the handoff")
    await chat.say("алло")
    await chat.do("take_over")
    await chat.reply("чем помочь?")
    await chat.do("hand_back", text="вернули деньги")
    await chat.quiet()
    await chat.do("resolve")
    await chat.ended()
    return chat


async def takeover_during_a_call(stage: Stage, shop: Shop) -> Chat:
    """The fence cuts a call off; handed back, it is made again."""
    chat = await stage.chat(await _with_shop(stage, shop, ORDER))
    shop.open.clear()
    await chat.say("где заказ?")
    await shop.until_asked()
    await chat.until_said()
    await chat.do("take_over")
    shop.open.set()
    await chat.do("hand_back")
    await chat.until_said(count=3)
    return chat


async def assigned_and_transferred(stage: Stage, shop: Shop) -> Chat:
    """A note, an assignment, a transfer, a refusal, and what was written meanwhile."""
    chat = await stage.chat(await stage.tenant(PARROT))
    await chat.ask("[1]", count=2)
    await chat.do("reply", text="постоянный клиент", note=True, client_message_id="note")
    await chat.do("assign", assignee=IVAN)
    await chat.say("[2]")
    await chat.do("transfer", by=IVAN, assignee=IVAN, text="сам себе")
    await asyncio.gather(chat.do("take_over"), return_exceptions=True)
    await chat.do("hand_back", by=IVAN)
    await chat.until_said(count=4)
    return chat


async def continued_as_new(stage: Stage, shop: Shop) -> Chat:
    """More turns than a run takes: the message that is due crosses over."""
    chat = await stage.chat(await stage.tenant(ECHO))
    for number in range(53):
        await chat.ask(f"[{number}]")
    return chat


async def resolved_and_reopened(stage: Stage, shop: Shop) -> Chat:
    """Resolved, opened by the customer's message, resolved again, opened by the operator."""
    chat = await stage.chat(await stage.tenant(PARROT))
    await chat.ask("[1]", count=2)
    await chat.do("resolve")
    await chat.ended()
    await chat.ask("[2]", count=2)
    await chat.do("resolve")
    await chat.ended()
    await chat.do("reopen")
    await chat.reply("ещё одно")
    return chat


async def knowledge_answer(stage: Stage, shop: Shop) -> Chat:
    """No scenario takes the question: the default answer finds a passage."""
    chat = await stage.chat(await stage.tenant())
    await chat.ask("сколько стоит доставка?")
    await chat.ask("а доставка в Сочи?")
    return chat


async def knowledge_unsure(stage: Stage, shop: Shop) -> Chat:
    """The default answer does not know, is asked in other words, and offers a person."""
    chat = await stage.chat(await stage.tenant())
    await chat.ask("какого цвета небо?")
    await chat.ask("а море?")
    await chat.until_said(after=await chat.press("Нет, спасибо"))
    return chat


async def human_wanted(stage: Stage, shop: Shop) -> Chat:
    """«Позовите оператора», in or out of opening hours, and then a contact or a person."""
    chat = await stage.chat(await stage.tenant(PARROT))
    await chat.ask("[1]", count=2)
    await chat.ask("позовите оператора")
    await chat.say("anna@example.com")
    await chat.until_row(lambda row: row.controller == "operator", "the handoff")
    return chat


async def backlog(stage: Stage, shop: Shop) -> Chat:
    """Twenty-five messages at once: ten a turn, the rest read from the rows."""
    chat = await stage.chat(await stage.tenant(ECHO))
    accepted = [await chat.accept(f"[{number}]") for number in range(25)]
    await chat.ring(accepted[-1])
    await chat.quiet()
    return chat


async def wait_with_a_queue(stage: Stage, shop: Shop) -> Chat:
    """A `wait` node keeps a message, and the end of its run gives it back to routing."""
    chat = await stage.chat(await stage.tenant(PAUSE))
    await chat.say("пауза")
    await chat.until_row(lambda row: row.state is not None, "the wait")
    await chat.say("какого цвета небо?")
    await chat.until_said(count=2)
    return chat


async def message_with_a_pause(stage: Stage, shop: Shop) -> Chat:
    """A message that is said after two seconds, into which the customer writes."""
    chat = await stage.chat(await stage.tenant(LATE))
    await chat.ask("вопрос")
    await chat.say("да")
    await chat.until_said(count=4)
    return chat


async def sent_by_a_provider(stage: Stage, shop: Shop) -> Chat:
    """A channel that is not the widget: sent, refused, given up after its attempts, cancelled by a takeover."""
    provider = Provider(repeats_safely=True)
    chat = await stage.chat_over(provider, PARROT)
    await chat.say("[1]")
    await chat.until_sent(2)
    provider.answers = [NotSent("refused"), *[RuntimeError("a fault of ours")] * 4]
    await chat.say("[2]")
    await chat.until_sent(4)
    provider.open.clear()
    await chat.say("[3]")
    await chat.until_said(count=6)
    await chat.do("take_over")
    await chat.reply("чем помочь?")
    provider.open.set()
    await chat.until_sent(7)
    return chat


async def reminder_and_timeout(skipping: SkippingStage) -> Chat:
    """Nobody answers: a reminder, then the timeout closes the conversation."""
    chat = await skipping.chat(await skipping.tenant(REMIND))
    await chat.ask("привет")
    await skipping.pass_time(minutes=11)
    await chat.until_said(count=2)
    await skipping.pass_time(minutes=50)
    await chat.ended()
    return chat


async def snoozed(skipping: SkippingStage) -> Chat:
    """Snoozed twice: woken by its time, and by the customer."""
    chat = await skipping.chat(await skipping.tenant(PARROT))
    await chat.ask("[1]", count=2)
    await chat.do("take_over")
    for hours in (5, 50):
        now = await skipping.environment.get_current_time()
        await chat.do("snooze", until=int(now.timestamp() * 1000) + hours * 3_600_000)
        if hours == 5:
            await skipping.pass_time(hours=6)
        else:
            await chat.say("[2]")
        await chat.until_row(lambda row: row.status == "open", "the waking")
    return chat


async def nobody_comes(skipping: SkippingStage) -> Chat:
    """A handoff whose queue runs out of time."""
    chat = await skipping.chat(await skipping.tenant(PEOPLE))
    await chat.ask("помогите")
    await chat.until_row(lambda row: row.controller == "operator", "the handoff")
    await skipping.pass_time(hours=3)
    await chat.until_row(lambda row: row.state is None, "the end of the scenario")
    return chat


async def place_in_the_queue(skipping: SkippingStage) -> Chat:
    """A customer who waits is told the place, and a better one, until somebody takes the conversation."""
    tenant = await skipping.tenant(QUEUED)
    ahead, chat = await skipping.chat(tenant), await skipping.chat(tenant)
    for each in (ahead, chat):
        await each.ask("помогите", count=2)
    await skipping.pass_time(minutes=2)
    await ahead.do("take_over")
    await skipping.pass_time(minutes=2)
    await chat.until_said(count=3)
    await chat.do("take_over")
    await chat.do("resolve", text="всё хорошо")
    await chat.until_row(lambda row: row.state is None, "the end of the scenario")
    return chat


async def webhook_told(stage: Stage, shop: Shop) -> Told:
    """A webhook that is told of a conversation, waits, and is deleted."""
    tenant = await stage.tenant(ECHO)
    shop.reset()
    database = stage.adapters.database
    sealer = Sealer(parse_master_key(stage.adapters.settings.master_key).derive(PURPOSE))
    made, _ = await webhooks.create_webhook(
        database, sealer, tenant.id, SYSTEM, name="x", url=shop.url, events=["message.created"]
    )
    bell = temporal.Bell(stage.client)
    chat = await stage.chat(tenant)
    await chat.ask("раз")
    await bell.ring_webhook(tenant.id, made.id)
    await shop.until_asked(2)
    await webhooks.delete_webhook(database, tenant.id, SYSTEM, made.id)
    workflow_id = temporal.workflow_id(tenant.id, "webhook", made.id)
    await bell.ring_webhook(tenant.id, made.id)
    await stage.client.get_workflow_handle(workflow_id).result()
    return Told(workflow_id)


async def erasure_done(stage: Stage, shop: Shop) -> Told:
    """A customer with a running conversation is erased."""
    return Told(await privacy.erased(stage))


async def erasure_held(stage: Stage, shop: Shop) -> Told:
    """An erasure that waits for the end of a legal hold."""
    return Told(await privacy.erased_after_a_hold(stage))


async def retention_swept(stage: Stage, shop: Shop) -> Told:
    """All tenants are swept."""
    return Told(await privacy.swept(stage))


async def instant_nodes(stage: Stage, shop: Shop) -> Chat:
    """Everything that waits for nobody."""
    return await node_stories.instant_nodes(stage)


async def flows_and_loops(stage: Stage, shop: Shop) -> Chat:
    """Flows that are called, over lists, and as digressions."""
    return await node_stories.flows_and_loops(stage)


async def form_and_score(stage: Stage, shop: Shop) -> Chat:
    """A form, and a score."""
    return await node_stories.form_and_score(stage)


async def event_awaited(stage: Stage, shop: Shop) -> Chat:
    """An event that is waited for."""
    return await node_stories.event_awaited(stage)


async def assistants_asked(stage: Stage, shop: Shop) -> Chat:
    """Nodes that want a model, where there is none."""
    return await node_stories.assistants_asked(stage)


async def another_begun(stage: Stage, shop: Shop) -> Chat:
    """A scenario that begins others."""
    return await node_stories.another_begun(stage)


async def begun_by_others(stage: Stage, shop: Shop) -> Chat:
    """A scenario that no message begins."""
    return await node_stories.begun_by_others(stage)


async def moved_to_a_version(stage: Stage, shop: Shop) -> Chat:
    """A run that moves to another version."""
    return await node_stories.moved_to_a_version(stage)


async def run_beside(stage: Stage, shop: Shop) -> Told:
    """A run that no conversation hosts."""
    return Told(await node_stories.run_beside(stage))


REAL: list[RealStory] = [
    instant_nodes,
    flows_and_loops,
    form_and_score,
    event_awaited,
    assistants_asked,
    another_begun,
    begun_by_others,
    moved_to_a_version,
    run_beside,
    echo,
    an_album,
    menu_and_buttons,
    greeting_button,
    form_with_retries,
    lead_with_look_ups,
    http_node,
    error_path,
    handoff_and_back,
    takeover_during_a_call,
    assigned_and_transferred,
    continued_as_new,
    resolved_and_reopened,
    knowledge_answer,
    knowledge_unsure,
    human_wanted,
    backlog,
    wait_with_a_queue,
    message_with_a_pause,
    sent_by_a_provider,
    webhook_told,
    erasure_done,
    erasure_held,
    retention_swept,
]
SKIPPED: list[SkippedStory] = [reminder_and_timeout, snoozed, nobody_comes, place_in_the_queue]


async def _with_shop(stage: Stage, shop: Shop, scenario: str) -> TestTenant:
    tenant = await stage.tenant(scenario)
    await stage.connect_shop(tenant.id, shop.url)
    shop.reset()
    return tenant
