"""A new version while a thousand conversations wait in every way there is: none of them breaks."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from omnisupport.domain.conversation import Happened, Move, Moved
from omnisupport.scenario_dsl import compile_document, load_document
from omnisupport.scenario_dsl.planning import plan_migration
from tests.support.tenants import publish_again
from tests.workflows.chat import Chat
from tests.workflows.scenarios import scenario
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage

pytestmark = pytest.mark.long

CONVERSATIONS = 1_000
AT_ONCE = 10
WAYS = ("ask", "menu", "form", "csat", "wait", "event", "handoff", "flow")

V1 = scenario(
    "waiting",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  said: {type: string, default: ""}
  count: {type: int, nullable: true}
  score: {type: int, nullable: true}
on_error: {next: broken}
start: way
nodes:
  way:
    type: switch
    value: event.text
    cases: {ask: ask, menu: menu, form: form, csat: csat, wait: wait, event: event, handoff: people}
    exits: {default: flow}
  ask:
    type: ask
    text: "v1: вопрос"
    input: {kind: text}
    save_to: vars.said
    timeout: 24h
    next: done
    exits: {timeout: broken, invalid: broken}
  menu:
    type: menu
    text: "v1: выбор"
    options: [{id: tea, label: Чай, next: done}, {id: cup, label: Чашка, next: broken}]
    timeout: 24h
    exits: {timeout: broken, invalid: broken}
  form:
    type: form
    fields:
      - {id: count, text: "v1: сколько?", input: {kind: int}}
    timeout: 24h
    next: done
    exits: {cancel: broken, timeout: broken, invalid: broken}
  csat:
    type: csat
    scale: stars5
    text: "v1: оценка"
    save_to: vars.score
    timeout: 24h
    next: done
    exits: {timeout: broken, message: broken}
  wait: {type: wait, for: 24h, next: broken, exits: {message: done}}
  event: {type: wait_event, event: tea.ready, timeout: 24h, next: done, exits: {timeout: broken, message: broken}}
  people:
    type: handoff
    wait_for: closed
    queue_timeout: 24h
    exits: {closed: done, queue_timeout: broken, error: broken}
  flow: {type: call, flow: deep, next: done, exits: {error: broken}}
  done: {type: message, text: "v1: готово", next: bye}
  broken: {type: message, text: "v1: сломалось", next: bye}
  bye: {type: end, outcome: over}
flows:
  deep:
    variables:
      inner: {type: string, default: ""}
    start: ask
    nodes:
      ask:
        type: ask
        text: "v1: внутри"
        input: {kind: text}
        save_to: vars.inner
        timeout: 24h
        next: back
        exits: {timeout: back, invalid: back}
      back: {type: return}
""",
)
# Everything that somebody waits at has gone, or is something else.
OTHER = scenario(
    "waiting",
    """
triggers:
  - {id: any, type: message, match: any}
start: hello
nodes:
  hello: {type: message, text: "v2: всё иначе", next: bye}
  bye: {type: end, outcome: other}
""",
)
V3 = V1.replace("v1:", "v3:")

ANSWERS = {"ask": "ответ", "menu": "Чай", "form": "3", "csat": "5", "wait": "я здесь", "flow": "ответ"}


async def each(chats: list[tuple[str, Chat]], act: object) -> None:
    """Do something with every chat, a few at once: on two cores more only wait for each other."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(way: str, chat: Chat) -> None:
        async with places:
            await act(way, chat)  # type: ignore[operator]

    await asyncio.gather(*(one(way, chat) for way, chat in chats))


async def begin(way: str, chat: Chat) -> None:
    await chat.say("flow!" if way == "flow" else way)
    await chat.until_row(lambda row: row.state is not None, "it waits")


async def go_on(way: str, chat: Chat) -> None:
    if way == "event":
        await chat.handle.signal("happen", Happened("ready", "tea.ready"))
    elif way == "handoff":
        await chat.do("take_over")
        await chat.do("hand_back", text="готово")
    else:
        await chat.say(ANSWERS[way])
    await chat.until_row(lambda row: row.state is None, f"{way} has ended")


async def last_words(chats: list[tuple[str, Chat]]) -> Counter[tuple[str, str]]:
    """What the bot said last, by the way of waiting."""
    found: Counter[tuple[str, str]] = Counter()
    for way, chat in chats:
        said = [row["text"] for row in await chat.rows() if row["direction"] == "outbound"]
        found[way, said[-1]] += 1
    return found


async def test_a_thousand_waiting_conversations_go_on_in_their_own_version(
    stage: Stage, stage_shop: Shop
) -> None:
    tenant = await stage.tenant(V1)
    async with stage.working(sandboxed=False):
        made = await stage.chats(tenant, CONVERSATIONS)
        chats = [(WAYS[place % len(WAYS)], chat) for place, chat in enumerate(made)]
        await each(chats, begin)
        await publish_again(stage.adapters.database, tenant.id, OTHER)
        await each(chats, go_on)
        found = await last_words(chats)
        newcomer = await stage.chat(tenant)
        await asyncio.sleep(1.1)  # for a second a worker trusts what it read last
        assert await newcomer.ask("ask") == ["v2: всё иначе"]
    assert found == {(way, "v1: готово"): CONVERSATIONS // len(WAYS) for way in WAYS}


async def test_waiting_conversations_move_to_a_version_that_has_their_place(stage: Stage) -> None:
    tenant = await stage.tenant(V1)
    old, new = load_document(V1).document, load_document(V3).document
    assert old is not None and new is not None
    old_ir, new_ir = compile_document(old), compile_document(new)
    plan = plan_migration(old_ir, new_ir, new, 1).plan
    async with stage.working(sandboxed=False):
        made = await stage.chats(tenant, 5 * len(WAYS))
        chats = [(WAYS[place % len(WAYS)], chat) for place, chat in enumerate(made)]
        await each(chats, begin)
        await publish_again(stage.adapters.database, tenant.id, V3)

        async def move(way: str, chat: Chat) -> None:
            wanted = Move("m", old_ir["hash"], new_ir["hash"], plan)
            assert await chat.handle.execute_update("move", wanted, result_type=Moved) == Moved("moved")

        await each(chats, move)
        await each(chats, go_on)
        found = await last_words(chats)
    assert found == {(way, "v3: готово"): 5 for way in WAYS}
